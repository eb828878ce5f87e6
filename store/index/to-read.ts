import type { Encryption } from '../encryption/encryption.ts';
import { type Asking, all } from '../sql.ts';
import type { ReadingStart, ToRead } from './port.ts';
import type { AskWithin, IndexStore } from './store.ts';

/** Draws the number of a reading or of marks. */
export async function drawStart(store: IndexStore): Promise<ReadingStart> {
  const [number, nowMs] = await Promise.all([store.draw(), store.now()]);
  return { number, at: new Date(nowMs) };
}

/** Adds marks, or renews existing marks. A reading with a lower number does not remove them. */
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
  // A crash removes all marks. A marked card may have no rows yet, so it is added to the list of cards, which a crash
  // doesn't remove.
  const cards = rows.flatMap(({ kind, key, sealed }) => (kind === 'CARD' ? [{ card: key, sealed }] : []));
  return all([
    ask('markToRead', [JSON.stringify(rows), number, at.getTime()]),
    ...(cards.length > 0 ? [ask('listCards', [JSON.stringify(cards)])] : []),
  ]);
}

/**
 * Removes the marks that were made before the reading began, and not again since. If a record was marked before and
 * again since, its mark remains with the time at which the reading began.
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
 * The key and the sealed number with which a mark is stored. Only marks of cards and patrons have a sealed number. Null
 * for any other mark.
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
