import { createHmac, hkdfSync } from 'node:crypto';
import type { OperationsConfig } from '../runtime/operations-config.ts';

/** The same for the same patron and partner whatever happens to the cards, and tied to no other partner's (R28). */
export function pseudonymOf(key: Uint8Array, partner: string, patronId: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([partner, patronId]))
    .digest('base64url');
}

/**
 * What pseudonyms are made with. In production it must be named, for with another partners lose all their readers; else it
 * is made from the key of the operations.
 */
export function pseudonymKeyOf(
  { pseudonymSecret, production }: OperationsConfig,
  fingerprintKey: Uint8Array,
): Uint8Array {
  if (pseudonymSecret !== null) {
    return pseudonymSecret;
  }
  if (production) {
    throw new Error('PSEUDONYM_SECRET is wanted in production: it makes the pseudonyms, and never changes.');
  }
  return new Uint8Array(hkdfSync('sha256', fingerprintKey, '', 'patron-graph pseudonyms', 32));
}
