import {
  isSealedBy,
  newDataKey,
  openDataKey,
  type StoredKeys,
  sealDataKey,
} from '../../encryption/data-key.ts';
import { createEncryption } from '../../encryption/encryption.ts';
import type { Asking, RunText } from '../../sql.ts';
import { StoreUnavailable } from '../../store-unavailable.ts';
import { requireFound } from '../rows.ts';
import { type Dialect, syntaxOf } from '../statements/dialect.ts';
import type { JournalSql } from '../statements/index.ts';
import { keyStatements } from '../statements/keys.ts';
import { reencryptPseudonymKey, type StoredPseudonymKey } from './pseudonym-key.ts';
import { reencrypt } from './re-encryption.ts';

export interface JournalSecrets {
  /** The secret that encrypts (seals) the data key. Null for a process that reads and writes nothing encrypted. */
  readonly secret: Uint8Array | null;
  /**
   * Further secrets that may open the data key. They never seal it. They are needed while the secret is being changed.
   */
  readonly otherSecrets?: readonly Uint8Array[];
  /**
   * Whether to make a new data key and encrypt everything again when the journal is opened. This is needed after a data
   * key has leaked. No other process may run, and no operation may be unsettled.
   */
  readonly replaceDataKey?: boolean;
}

type Secrets = readonly [Uint8Array, ...Uint8Array[]];

/** Whether `encryptDatabase` has nothing to do. */
export function* isEncrypted(run: RunText, dialect: Dialect, [secret]: Secrets): Asking<boolean> {
  return isSealedBy(secret, yield* readKeys(run, dialect));
}

/**
 * Gives the database a data key if it has none, encrypts the unencrypted rows, and seals the data key with the first
 * secret.
 * @throws StoreUnavailable if none of the secrets opens the data key.
 */
export function* encryptDatabase(run: RunText, dialect: Dialect, secrets: Secrets): Asking<void> {
  const [secret] = secrets;
  const stored = yield* readKeys(run, dialect);
  if (stored !== undefined) {
    yield* keepDataKey(run, dialect, secret, openDataKey(secrets, stored));
    return;
  }
  const [anyOperation] = yield* run<object>(`select 1 as one from ${dialect.schema}operations limit 1`);
  // If there are operations already, the secret itself becomes the data key, because older programs have encrypted
  // details of operations with it.
  const dataKey = anyOperation === undefined ? newDataKey() : secret;
  yield* reencrypt(run, dialect, null, createEncryption(dataKey));
  yield* keepDataKey(run, dialect, secret, dataKey);
}

/**
 * Encrypts everything again with a new data key. No other process may be connected, because it would write with the
 * previous key.
 * @throws StoreUnavailable if an operation is unsettled, or if no data key or no key for pseudonyms is stored.
 */
export function* replaceDataKey(run: RunText, dialect: Dialect, secrets: Secrets): Asking<void> {
  const stored = yield* readKeys(run, dialect);
  if (stored === undefined) {
    throw new StoreUnavailable('journal: the database has no data key yet: start the subgraphs once');
  }
  const from = createEncryption(openDataKey(secrets, stored));
  const dataKey = newDataKey();
  const to = createEncryption(dataKey);
  const pseudonymKey = reencryptPseudonymKey(stored, from, to);
  yield* reencrypt(run, dialect, from, to);
  yield* keepDataKey(run, dialect, secrets[0], dataKey);
  yield* run(`update ${dialect.schema}secrets set pseudonym_key_encrypted = $1`, [pseudonymKey]);
}

export async function dataKeyIn(sql: JournalSql, secrets: Secrets): Promise<Uint8Array> {
  const [keys] = await sql.read<StoredKeys>('readKeys', []);
  return openDataKey(secrets, requireFound(keys));
}

/** The stored keys. Undefined if there are none yet: the rows are then not encrypted. */
function* readKeys(run: RunText, dialect: Dialect): Asking<(StoredKeys & StoredPseudonymKey) | undefined> {
  const [keys] = yield* run<StoredKeys & StoredPseudonymKey>(keyStatements(syntaxOf(dialect)).readKeys);
  return keys;
}

function keepDataKey(
  run: RunText,
  { schema }: Dialect,
  secret: Uint8Array,
  dataKey: Uint8Array,
): Asking<unknown> {
  const { sealedBy, sealed } = sealDataKey(secret, dataKey);
  return run(
    `insert into ${schema}secrets (only_row, proof, data_key_sealed_by, data_key_sealed) values (true, $1, $2, $3)
    on conflict (only_row) do update set proof = excluded.proof,
      data_key_sealed_by = excluded.data_key_sealed_by, data_key_sealed = excluded.data_key_sealed`,
    [createEncryption(dataKey).proof, sealedBy, sealed],
  );
}
