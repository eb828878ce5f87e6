/** How many numbers and PINs, or codes, one network may try. Anybody may try some, and each try holds a connection to the graph. */
import PQueue from 'p-queue';
import { WindowCounter } from '../server/window-counter.ts';
import type { ReaderGraph } from './graph.ts';

/** Each takes 400 ms or more, also where the number is locked. Strangers have 24 connections. */
export const maxTriesAtOnce = 8;
/** Tries that wait for those before them: a class that signs in at the same time has one address. */
export const maxWaitingTries = 32;
/** Time that a try waits, in ms. After that somebody would rather be told. */
const maxWaitMs = 5_000;
export const maxTriesPerMinute = 300;
/** Those that wait are fewer by then. */
const retrySoonSeconds = 2;

/** The network has tried too much: nothing was asked. */
export class TooManyTries extends Error {
  override readonly name = 'TooManyTries';
  /** When the next try has a chance, in seconds. */
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('too many tries from one network');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The same graph, in which tries that are too many for their `address` reject with TooManyTries. `now`: in ms since 1970. */
export function limitTries(graph: ReaderGraph, now: () => number): ReaderGraph {
  const tried = new WindowCounter({ lengthMs: 60_000, maxKeys: 50_000 }, now);
  /** By address. One with nothing under way has none. */
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
