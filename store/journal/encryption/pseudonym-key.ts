import { createEncryption, deriveKey, type Encryption } from '../../encryption/encryption.ts';
import { StoreUnavailable } from '../../store-unavailable.ts';
import type { PseudonymKeyOffer, PseudonymKeyVerdict } from '../port.ts';

export interface StoredPseudonymKey {
  /** Identifies the key for pseudonyms. Null if no process has offered a key yet. */
  readonly pseudonym_key_proof: string | null;
  /** The encrypted key. Null if the key is in the environment. */
  readonly pseudonym_key_encrypted: string | null;
}

/** What to store for the offered key if no key was offered before. */
export const toKeep = (
  encryption: Encryption,
  { key, isConfigured }: PseudonymKeyOffer,
): { readonly proof: string; readonly encrypted: string | null } => ({
  proof: proofOf(key),
  encrypted: isConfigured ? null : encryption.encrypt(Buffer.from(key).toString('base64url')),
});

/** Returns the answer to an offered key. The caller must try to store the offer before it reads the stored values. */
export function verdictOn(
  encryption: Encryption,
  { key, isConfigured }: PseudonymKeyOffer,
  { pseudonym_key_proof: proof, pseudonym_key_encrypted: encrypted }: StoredPseudonymKey,
): PseudonymKeyVerdict {
  if (!isConfigured && encrypted !== null) {
    return { kind: 'key', key: new Uint8Array(Buffer.from(encryption.decrypt(encrypted), 'base64url')) };
  }
  if (proof === proofOf(key)) {
    return { kind: 'key', key };
  }
  return { kind: isConfigured ? 'another' : 'not kept' };
}

/**
 * Encrypts the stored key again, for a new data key.
 * @throws StoreUnavailable if no key is stored. The key may then be derived from the old data key, and would be lost.
 */
export function reencryptPseudonymKey(
  { pseudonym_key_proof: proof, pseudonym_key_encrypted: encrypted }: StoredPseudonymKey,
  from: Encryption,
  to: Encryption,
): string | null {
  if (proof === null) {
    throw new StoreUnavailable(
      'journal: no key to pseudonyms is kept yet: start credentials once, then replace the data key',
    );
  }
  return encrypted === null ? null : to.encrypt(from.decrypt(encrypted));
}

const proofOf = (key: Uint8Array): string =>
  createEncryption(deriveKey(key, 'patron-graph pseudonym check')).proof;
