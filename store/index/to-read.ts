import type { Encryption } from '../encryption/encryption.ts';
import { type Asking, all } from '../sql.ts';
import type { ToRead } from './port.ts';
import type { AskWithin } from './store.ts';

/** Adds marks, or renews existing ones. A reading that began before `nowMs` does not remove them. */
export function markToRead(
  ask: AskWithin,
  encryption: Encryption,
  what: readonly ToRead[],
  nowMs: number,
): Asking<unknown> {
  return all(what.map((one) => ask('markToRead', [one.kind, ...storedKey(encryption, one), nowMs])));
}

/** The key and the sealed number under which a mark is stored. */
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
