/** How many numbers and PINs, or codes, one network may try. Each try takes a connection to the graph. */
import PQueue from 'p-queue';
import { WindowCounter } from '../server/window-counter.ts';
import type { ReaderGraph } from './graph.ts';

/** A try takes 400 ms or more, even for a locked number. Anonymous calls have 24 connections. */
export const maxTriesAtOnce = 8;
/** Tries that wait: a class that signs in at the same time has one address. */
export const maxWaitingTries = 32;
/** Longest wait of a try, in ms. Then the reader is told to come back. */
const maxWaitMs = 5_000;
export const maxTriesPerMinute = 300;
/** The queue is shorter by then. */
const retrySoonSeconds = 2;

/** Too many tries from one network. The graph was not asked. */
export class TooManyTries extends Error {
  override readonly name = 'TooManyTries';
  /** When the next try has a chance, in seconds. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('too many tries from one network');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The same graph, with the tries of each `address` limited: others reject with TooManyTries. `now`: in ms since 1970. */
export function limitTries(graph: ReaderGraph, now: () => number): ReaderGraph {
  const tried = new WindowCounter({ lengthMs: 60_000, maxKeys: 50_000 }, now);
  /** By address, while it has tries under way. */
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
