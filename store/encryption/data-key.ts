import { randomBytes } from 'node:crypto';
import { JournalUnavailable } from '../journal/port.ts';
import { createEncryption, deriveKey, type Encryption } from './encryption.ts';

/*
 * Everything in a database is encrypted and digested with its *data key*, which the database keeps, sealed with a secret. To change
 * the secret, only the data key is sealed again: no digest changes, so all processes find the same operations, places and locks
 * meanwhile (decision 23).
 */

/** What a database tells of its keys: its one row in the table `secrets`, if it has that. */
export interface StoredKeys {
  /** Tells the data key from others. */
  readonly proof: string;
  /** Tells the secret that the data key is sealed with. Null: an older program made the row, and the secret was the data key. */
  readonly data_key_sealed_by: string | null;
  readonly data_key_sealed: string | null;
}

export interface SealedDataKey {
  readonly sealedBy: string;
  readonly sealed: string;
}

/** Bytes of a new data key. */
const dataKeyBytes = 32;

export const newDataKey = (): Uint8Array => new Uint8Array(randomBytes(dataKeyBytes));

/** Encrypts data keys alone. Its key is derived, so that it differs from the data key also where that is the secret itself. */
const sealerOf = (secret: Uint8Array): Encryption =>
  createEncryption(deriveKey(secret, 'patron-graph journal data key'));

/** Whether nothing needs to be done before the database is used with this secret. */
export const isSealedBy = (secret: Uint8Array, stored: StoredKeys | undefined): boolean =>
  stored?.data_key_sealed_by === sealerOf(secret).proof;

export function sealDataKey(secret: Uint8Array, dataKey: Uint8Array): SealedDataKey {
  const sealer = sealerOf(secret);
  return { sealedBy: sealer.proof, sealed: sealer.encrypt(Buffer.from(dataKey).toString('base64url')) };
}

/**
 * The data key of a database that has one, opened with any of the secrets.
 * @throws JournalUnavailable if none of them opens it: with two data keys there would be two digests for one patron, whose places
 * would be counted separately.
 */
export function openDataKey(secrets: readonly Uint8Array[], stored: StoredKeys): Uint8Array {
  const { proof, data_key_sealed_by: sealedBy, data_key_sealed: sealed } = stored;
  const dataKey =
    sealedBy === null || sealed === null
      ? secrets.find((secret) => createEncryption(secret).proof === proof)
      : unseal(secrets, { sealedBy, sealed });
  if (dataKey === undefined) {
    throw new JournalUnavailable(
      'journal: the database was encrypted with another secret: neither JOURNAL_SECRET, if that is set, nor the key in DATA_DIR opens it',
    );
  }
  return dataKey;
}

function unseal(secrets: readonly Uint8Array[], { sealedBy, sealed }: SealedDataKey): Uint8Array | undefined {
  const sealer = secrets.map(sealerOf).find(({ proof }) => proof === sealedBy);
  return sealer === undefined ? undefined : new Uint8Array(Buffer.from(sealer.decrypt(sealed), 'base64url'));
}
