import type { CallClass } from '../port.ts';

/**
 * The part of a system's connections that the calls of a class and of all classes below it may take together. What is left
 * is there for the classes above, whatever the others do: with eight connections, two for lending alone, two more for
 * readers and lending, and so on. Of the queue, the part that the calls of the class alone may fill.
 */
const shares: Readonly<Record<CallClass, number>> = {
  lending: 1,
  reader: 3 / 4,
  staff: 1 / 2,
  anonymous: 3 / 8,
  background: 1 / 4,
};

/** Whole places, at least one where there is any. */
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
