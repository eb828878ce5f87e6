import { createEncryption, deriveKey, type Encryption } from '../../encryption/encryption.ts';
import { JournalUnavailable, type PseudonymKeyOffer, type PseudonymKeyVerdict } from '../port.ts';

/** What a database keeps of the key to pseudonyms. */
export interface StoredPseudonymKey {
  /** Tells the key from others. Null: no process has offered one yet. */
  readonly pseudonym_key_proof: string | null;
  /** The key; null where it stands in the environment. */
  readonly pseudonym_key_encrypted: string | null;
}

/** What to keep of an offered key, if none is kept yet. */
export const toKeep = (
  encryption: Encryption,
  { key, isConfigured }: PseudonymKeyOffer,
): { readonly proof: string; readonly encrypted: string | null } => ({
  proof: proofOf(key),
  encrypted: isConfigured ? null : encryption.encrypt(Buffer.from(key).toString('base64url')),
});

/** What becomes of an offer, by what the database keeps after it. */
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
 * The kept key, encrypted again for a new data key.
 * @throws JournalUnavailable if no key is kept: one that is derived from the data key would be lost with it.
 */
export function reencryptPseudonymKey(
  { pseudonym_key_proof: proof, pseudonym_key_encrypted: encrypted }: StoredPseudonymKey,
  from: Encryption,
  to: Encryption,
): string | null {
  if (proof === null) {
    throw new JournalUnavailable(
      'journal: no key to pseudonyms is kept yet: start credentials once, then replace the data key',
    );
  }
  return encrypted === null ? null : to.encrypt(from.decrypt(encrypted));
}

const proofOf = (key: Uint8Array): string =>
  createEncryption(deriveKey(key, 'patron-graph pseudonym check')).proof;
