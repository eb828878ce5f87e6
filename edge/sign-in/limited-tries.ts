/** How many numbers and PINs, or codes, one network may try. Anybody may try some, and each try holds a connection to the graph. */
import { WindowCounter } from '../server/window-counter.ts';
import type { ReaderGraph } from './graph.ts';

/** Each takes 400 ms or more, also where the number is locked. Strangers have 24 connections. */
export const maxTriesAtOnce = 8;
/** A class that signs in at the same time has one address. */
export const maxTriesPerMinute = 300;

/** The network has tried too much: nothing was asked. */
export class TooManyTries extends Error {
  override readonly name = 'TooManyTries';
}

/** The same graph, in which tries that are too many for their `address` reject with TooManyTries. `now`: in ms since 1970. */
export function limitTries(graph: ReaderGraph, now: () => number): ReaderGraph {
  const tried = new WindowCounter({ lengthMs: 60_000, maxKeys: 50_000 }, now);
  /** By address. What is not under way is not in it. */
  const underWay = new Map<string, number>();
  const limited = async <Result>(address: string, ask: () => Promise<Result>): Promise<Result> => {
    const others = underWay.get(address) ?? 0;
    if (others >= maxTriesAtOnce || tried.add(address) > maxTriesPerMinute) {
      throw new TooManyTries('too many tries from one network');
    }
    underWay.set(address, others + 1);
    try {
      return await ask();
    } finally {
      const left = (underWay.get(address) ?? 1) - 1;
      if (left > 0) {
        underWay.set(address, left);
      } else {
        underWay.delete(address);
      }
    }
  };
  return {
    authenticate: (input) => limited(input.address, () => graph.authenticate(input)),
    setPin: (input, language) => limited(input.address, () => graph.setPin(input, language)),
    standing: (patronId, partner) => graph.standing(patronId, partner),
  };
}
