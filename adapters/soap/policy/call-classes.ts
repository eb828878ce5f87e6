import type { CallClass } from '../port.ts';

/**
 * The part of a system's connections that the calls of a class and of all classes below it may use together. The rest
 * is always free for the classes above: of eight connections, two are for `lending` alone, two more for `lending` and
 * `reader` alone, and so on. For the queue it is the part that the calls of the class alone may fill.
 */
const shares: Readonly<Record<CallClass, number>> = {
  lending: 1,
  reader: 3 / 4,
  staff: 1 / 2,
  anonymous: 3 / 8,
  background: 1 / 4,
};

/** The share of a class in whole places, rounded down; at least one, unless there are none at all. */
export function shareOf(places: number, callClass: CallClass): number {
  return places === 0 ? 0 : Math.max(1, Math.floor(places * shares[callClass]));
}

/** 0 is the most urgent. */
export const rankOf: Readonly<Record<CallClass, number>> = {
  lending: 0,
  reader: 1,
  staff: 2,
  anonymous: 3,
  background: 4,
};
