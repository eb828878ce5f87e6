import { createHmac, hkdfSync } from 'node:crypto';
import type { OperationsConfig } from '../runtime/operations-config.ts';

/** The same for the same patron and partner whatever happens to the cards, and tied to no other partner's (R28). */
export function pseudonymOf(key: Uint8Array, partner: string, patronId: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([partner, patronId]))
    .digest('base64url');
}

/**
 * Throws in production where PSEUDONYM_SECRET is not set: partners lose all their readers if pseudonyms are ever made with
 * another key. To be called before anything is opened.
 */
export function requirePseudonymSecret({ pseudonymSecret, production }: OperationsConfig): void {
  if (pseudonymSecret === null && production) {
    throw new Error('PSEUDONYM_SECRET is wanted in production: it makes the pseudonyms, and never changes.');
  }
}

/** The key that pseudonyms are made with: PSEUDONYM_SECRET, or outside production one derived from the journal's key. */
export function pseudonymKeyOf(config: OperationsConfig, fingerprintKey: Uint8Array): Uint8Array {
  requirePseudonymSecret(config);
  if (config.pseudonymSecret !== null) {
    return config.pseudonymSecret;
  }
  return new Uint8Array(hkdfSync('sha256', fingerprintKey, '', 'patron-graph pseudonyms', 32));
}
