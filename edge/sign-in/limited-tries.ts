/** Limits how many numbers, PINs and codes one network may try. Each try uses a connection to the graph. */
import PQueue from 'p-queue';
import { WindowCounter } from '../server/window-counter.ts';
import type { ReaderGraph } from './graph.ts';

/** A third of the 24 connections for all anonymous calls. A try takes 400 ms or more, even for a locked number. */
export const maxTriesAtOnce = 8;
/** Tries of one network that may wait. A class that signs in at the same time has one address. */
export const maxWaitingTries = 32;
/** The longest wait of a try, in ms. After it, the reader is asked to try again later. */
const maxWaitMs = 5_000;
export const maxTriesPerMinute = 300;
/** After a refusal, the person should try again after this time. By then the queue is shorter. */
const retrySoonSeconds = 2;

/** There are too many tries from one network. The graph was not asked. */
export class TooManyTries extends Error {
  override readonly name = 'TooManyTries';
  /** Time until a new try has a chance, in seconds. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('too many tries from one network');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Limits the tries of each `address`. Tries beyond the limit reject with TooManyTries. `now` is in ms since 1970. */
export function limitTries(graph: ReaderGraph, now: () => number): ReaderGraph {
  const tried = new WindowCounter({ lengthMs: 60_000, maxKeys: 50_000 }, now);
  /** The queues of the addresses that have tries under way. */
  const queues = new Map<string, PQueue>();
  const limited = async <Result>(address: string, ask: () => Promise<Result>): Promise<Result> => {
    if (tried.add(address) > maxTriesPerMinute) {
      throw new TooManyTries(Math.ceil(tried.remainingMs(address) / 1000));
    }
    const queue = queues.get(address) ?? new PQueue({ concurrency: maxTriesAtOnce });
    if (queue.size >= maxWaitingTries) {
      throw new TooManyTries(retrySoonSeconds);
    }
    queues.set(address, queue);
    const waiting = new AbortController();
    const tooLong = setTimeout(() => waiting.abort(new TooManyTries(retrySoonSeconds)), maxWaitMs);
    try {
      return await queue.add(
        () => {
          clearTimeout(tooLong);
          return ask();
        },
        { signal: waiting.signal },
      );
    } finally {
      clearTimeout(tooLong);
      if (queue.size === 0 && queue.pending === 0) {
        queues.delete(address);
      }
    }
  };
  return {
    authenticate: (input) => limited(input.address, () => graph.authenticate(input)),
    setPin: (input, language) => limited(input.address, () => graph.setPin(input, language)),
    standing: (patronId, partner) => graph.standing(patronId, partner),
  };
}
