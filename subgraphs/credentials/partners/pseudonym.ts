import { hkdfSync } from 'node:crypto';
import { hmacSha256 } from '../../../platform/hmac.ts';
import { weakSecrets } from '../../../platform/lifecycle/weak-secrets.ts';
import type { SharedKeys } from '../../../store/journal/port.ts';
import type { ProcessLog } from '../../runtime/errors.ts';
import type { OperationsConfig } from '../../runtime/operations-config.ts';

/**
 * The name of a patron for one partner (R28): an HMAC-SHA-256 of partner and patron number, in 43 base64url characters.
 * It does not depend on the cards, so it stays the same when a card changes. Without the key, two partners can't find
 * out that they have the same patron, and nobody can find a patron number by trying all numbers.
 */
export function pseudonymOf(key: Uint8Array, partner: string, patronId: string): string {
  return hmacSha256(key)
    .update(JSON.stringify([partner, patronId]))
    .digest('base64url');
}

/**
 * Requires that the secret for pseudonyms is set. Must be called before anything is opened.
 * @throws Error in production if PSEUDONYM_SECRET is not set. With another key, partners would lose all their readers.
 */
export function requirePseudonymSecret({ pseudonymSecret, production }: OperationsConfig): void {
  if (pseudonymSecret === null && production) {
    throw new Error(
      'PSEUDONYM_SECRET must be set in production: pseudonyms are made with it, so it can never change.',
    );
  }
}

/** Logs a warning if the secret for pseudonyms is easy to guess. A weak one is not refused: it can never change. */
export function warnOfWeakSecret({ pseudonymSecret }: OperationsConfig, log: Pick<ProcessLog, 'warn'>): void {
  const PSEUDONYM_SECRET = pseudonymSecret === null ? '' : new TextDecoder().decode(pseudonymSecret);
  if (weakSecrets({ PSEUDONYM_SECRET }).length > 0) {
    log.warn(
      {},
      'PSEUDONYM_SECRET is too easy to guess: somebody who guesses it can tell which reader a pseudonym is of. It can never change',
    );
  }
}

/**
 * Returns the HMAC key for pseudonyms. It is PSEUDONYM_SECRET. Outside production, it may be derived from the journal's
 * key. The first key must be used forever. The journal stores a proof of PSEUDONYM_SECRET, or the encrypted derived
 * key.
 * @throws Error as {@link requirePseudonymSecret}, or if PSEUDONYM_SECRET is missing or is not the first key
 */
export async function pseudonymKeyOf(config: OperationsConfig, keys: SharedKeys): Promise<Uint8Array> {
  requirePseudonymSecret(config);
  const { pseudonymSecret } = config;
  const isConfigured = pseudonymSecret !== null;
  const key = pseudonymSecret ?? derivedKey(keys.fingerprintKey);
  const verdict = await keys.agreeOnPseudonymKey({ key, isConfigured });
  switch (verdict.kind) {
    case 'key':
      return verdict.key;
    case 'another':
      throw new Error(
        'PSEUDONYM_SECRET is not the one that pseudonyms were made with before: partners would lose all their readers. Set the one of before, or none where none was set.',
      );
    case 'not kept':
      throw new Error(
        'PSEUDONYM_SECRET must be set: pseudonyms were made with it before, and without it partners would lose all their readers.',
      );
  }
}

/** A key that is derived from the journal's key. The journal's key can't be computed from it. */
const derivedKey = (fingerprintKey: Uint8Array): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', fingerprintKey, '', 'patron-graph pseudonyms', 32));
