import type { Encryption } from '../encryption/encryption.ts';
import type { ToRead } from './port.ts';
import type { Ask } from './store.ts';

/** Adds marks, or makes them as new as `nowMs`: a reading that has begun before then does not remove them. */
export async function markToRead(
  ask: Ask,
  encryption: Encryption,
  what: readonly ToRead[],
  nowMs: number,
): Promise<void> {
  await Promise.all(what.map((one) => ask('markToRead', [one.kind, ...storedKey(encryption, one), nowMs])));
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
