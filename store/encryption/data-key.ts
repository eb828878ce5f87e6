/**
 * Personal data in a database is encrypted and digested with the database's *data key*, or with keys that are derived
 * from it or encrypted with it. The database stores the data key, sealed (encrypted) with a secret. To change the secret,
 * only the data key is sealed again. Digests don't change, so all processes still find the same rows (decision 23).
 */
import { randomBytes } from 'node:crypto';
import { StoreUnavailable } from '../store-unavailable.ts';
import { createEncryption, deriveKey, type Encryption } from './encryption.ts';

/** The one row of the table `secrets`. */
export interface StoredKeys {
  /** Identifies the data key. */
  readonly proof: string;
  /**
   * Identifies the secret that seals the data key. Null if an older program wrote the row. That program used its secret
   * directly as the data key.
   */
  readonly data_key_sealed_by: string | null;
  readonly data_key_sealed: string | null;
}

export interface SealedDataKey {
  readonly sealedBy: string;
  readonly sealed: string;
}

const dataKeyBytes = 32;

export const newDataKey = (): Uint8Array => new Uint8Array(randomBytes(dataKeyBytes));

/**
 * Creates the encryption that seals data keys. Its key is derived from `secret`, and is not `secret` itself, because in
 * an older database `secret` is the data key.
 */
const sealerOf = (secret: Uint8Array): Encryption =>
  createEncryption(deriveKey(secret, 'patron-graph journal data key'));

export const isSealedBy = (secret: Uint8Array, stored: StoredKeys | undefined): boolean =>
  stored?.data_key_sealed_by === sealerOf(secret).proof;

export function sealDataKey(secret: Uint8Array, dataKey: Uint8Array): SealedDataKey {
  const sealer = sealerOf(secret);
  return { sealedBy: sealer.proof, sealed: sealer.encrypt(Buffer.from(dataKey).toString('base64url')) };
}

/**
 * Returns the data key, which one of `secrets` has sealed. In an older database, one of them is itself the data key.
 * @throws StoreUnavailable if none of them has sealed or is the data key. The caller must not make a new data key then:
 * each patron would get a second digest, and with it a second quota.
 */
export function openDataKey(secrets: readonly Uint8Array[], stored: StoredKeys): Uint8Array {
  const { proof, data_key_sealed_by: sealedBy, data_key_sealed: sealed } = stored;
  const dataKey =
    sealedBy === null || sealed === null
      ? secrets.find((secret) => createEncryption(secret).proof === proof)
      : unseal(secrets, { sealedBy, sealed });
  if (dataKey === undefined) {
    throw new StoreUnavailable(
      'journal: the database was encrypted with another secret: neither JOURNAL_SECRET, if that is set, nor the key in DATA_DIR opens it',
    );
  }
  return dataKey;
}

function unseal(secrets: readonly Uint8Array[], { sealedBy, sealed }: SealedDataKey): Uint8Array | undefined {
  const sealer = secrets.map(sealerOf).find(({ proof }) => proof === sealedBy);
  return sealer === undefined ? undefined : new Uint8Array(Buffer.from(sealer.decrypt(sealed), 'base64url'));
}
