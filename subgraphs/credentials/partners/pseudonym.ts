import { createHmac, hkdfSync } from 'node:crypto';
import type { OperationsConfig } from '../../runtime/operations-config.ts';

/**
 * The name that one partner knows a patron by (R28): an HMAC-SHA-256 of partner and patron number, 43 base64url characters. It
 * does not depend on the cards, so it outlives every change of card. Two partners that compare their pseudonyms of one patron
 * learn nothing: without the key nobody can tell that they belong together, or find the patron number by trying all of them.
 */
export function pseudonymOf(key: Uint8Array, partner: string, patronId: string): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([partner, patronId]))
    .digest('base64url');
}

/**
 * Call this before anything is opened.
 * @throws Error in production where PSEUDONYM_SECRET is not set: with another key, partners would lose all their readers.
 */
export function requirePseudonymSecret({ pseudonymSecret, production }: OperationsConfig): void {
  if (pseudonymSecret === null && production) {
    throw new Error(
      'PSEUDONYM_SECRET must be set in production: pseudonyms are made with it, so it can never change.',
    );
  }
}

/**
 * The HMAC key of pseudonyms: PSEUDONYM_SECRET, or outside production a key derived from the journal's key, from which the
 * journal's key can't be computed.
 * @throws Error as {@link requirePseudonymSecret}.
 */
export function pseudonymKeyOf(config: OperationsConfig, fingerprintKey: Uint8Array): Uint8Array {
  requirePseudonymSecret(config);
  if (config.pseudonymSecret !== null) {
    return config.pseudonymSecret;
  }
  return new Uint8Array(hkdfSync('sha256', fingerprintKey, '', 'patron-graph pseudonyms', 32));
}
