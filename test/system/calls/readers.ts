import { expect } from 'vitest';
import { copies, type Library } from '../stories/library.ts';
import type { Member } from '../stories/payloads.ts';

/** The readers of the acts. None of them has borrowed through the graph of late, unless an act does so. */
export interface Readers {
  /** Has three loans, and a PIN. Nothing is changed for this reader. */
  readonly reading: Member;
  readonly lending: Member;
  /** Has five loans, which gain from a renewal before each attempt. */
  readonly renewing: Member;
}

export const pin = '2583';
/** The copies of each act. */
export const [lentOut, returned] = copies;
const others = copies.slice(2);
const read = others.slice(0, 3);
export const renewed = others.slice(3, 8);

/** Makes the readers. Their loans are made at desks, so the journal knows nothing of them. */
export async function makeReaders(library: Library): Promise<Readers> {
  const readers = {
    reading: await library.joinWithPin(pin),
    lending: await library.joinWithPin(pin),
    renewing: await library.joinWithPin(pin),
  };
  for (const [{ libraryCard }, loans] of [
    [readers.reading, read],
    [readers.renewing, renewed],
  ] as const) {
    for (const itemNumber of loans) {
      expect(await library.lendAtDesk(libraryCard, itemNumber)).toHaveProperty('loan');
    }
  }
  return readers;
}
