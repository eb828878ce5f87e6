import type { Encryption } from '../encryption/encryption.ts';
import { type Asking, all } from '../sql.ts';
import type { ReadingStart, ToRead } from './port.ts';
import type { AskWithin, IndexStore } from './store.ts';

/** Draws the next number for a reading, or for marks that are made together. */
export async function drawStart(store: IndexStore): Promise<ReadingStart> {
  const [number, nowMs] = await Promise.all([store.draw(), store.now()]);
  return { number, at: new Date(nowMs) };
}

/**
 * Marks records to be read again. If a record is already marked, its mark is renewed. A reading with a lower number
 * removes neither a new nor a renewed mark.
 */
export function markToRead(
  ask: AskWithin,
  encryption: Encryption,
  what: readonly ToRead[],
  { number, at }: ReadingStart,
): Asking<unknown> {
  const marks = new Map(
    what.map((one) => {
      const [key, sealed] = storedKey(encryption, one);
      return [`${one.kind} ${key}`, { kind: one.kind, key, sealed }];
    }),
  );
  const rows = [...marks.values()];
  if (rows.length === 0) {
    return all([]);
  }
  // A crash removes all marks. If a marked card has no rows yet, nothing else would remember it. So it is added to the
  // list of cards, which a crash doesn't remove.
  const cards = rows.flatMap(({ kind, key, sealed }) => (kind === 'CARD' ? [{ card: key, sealed }] : []));
  return all([
    ask('markToRead', [JSON.stringify(rows), number, at.getTime()]),
    ...(cards.length > 0 ? [ask('listCards', [JSON.stringify(cards)])] : []),
  ]);
}

/**
 * Removes the marks of these records that were made before the reading began. A mark that was renewed later stays. Its
 * time becomes the time at which the reading began.
 */
export function wasRead(
  ask: AskWithin,
  kind: ToRead['kind'],
  storedKeys: readonly string[],
  { number, at }: ReadingStart,
): Asking<unknown> {
  return all([
    ask('wasRead', [kind, storedKeys, number]),
    ask('wasReadBefore', [kind, storedKeys, number, at.getTime()]),
  ]);
}

/**
 * The stored key of a mark, and the encrypted number that it stands for. The key of a card or patron is a digest. Other
 * keys are stored as they are, so the second value is null.
 */
export function storedKey(encryption: Encryption, { kind, key }: ToRead): readonly [string, string | null] {
  switch (kind) {
    case 'CARD':
      return [encryption.digest('card', key), encryption.encrypt(key)];
    case 'PATRON':
      return [encryption.digest('patron', key), encryption.encrypt(key)];
    default:
      return [key, null];
  }
}
