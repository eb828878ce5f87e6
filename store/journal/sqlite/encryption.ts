import {
  firstDataKey,
  isSealedBy,
  newDataKey,
  openDataKey,
  requireAllSettled,
  type StoredKeys,
  sealDataKey,
} from '../../encryption/data-key.ts';
import { createEncryption, type Encryption } from '../../encryption/encryption.ts';
import type { SqliteDatabase } from '../../sqlite/database.ts';
import { reencryptPseudonymKey, type StoredPseudonymKey } from '../encryption/pseudonym-key.ts';
import {
  type EncryptableRow,
  type EncryptedApplication,
  reencryptApplication,
  reencryptionBatchSize,
  reencryptRow,
} from '../encryption/re-encryption.ts';
import { JournalUnavailable } from '../port.ts';

type StoredRow = Omit<EncryptableRow, 'details' | 'result'> & {
  readonly details: string;
  readonly result: string | null;
};

/**
 * Gives the database a data key if it has none, encrypts rows that are in clear, and seals the data key with the secret if it is
 * sealed with another. Returns the data key.
 * @throws JournalUnavailable if none of the secrets opens the data key.
 */
export function encryptSqlite(
  database: SqliteDatabase,
  secret: Uint8Array,
  otherSecrets: readonly Uint8Array[],
): Uint8Array {
  const secrets = [secret, ...otherSecrets];
  const readKeys = keyReader(database);
  // Without a transaction if there is nothing to do: that would wait for other processes.
  const stored = readKeys();
  if (stored !== undefined && isSealedBy(secret, stored)) {
    return openDataKey(secrets, stored);
  }
  const dataKey = database.transact(() => {
    const found = readKeys();
    const key = found === undefined ? encryptFirst(database, secret) : openDataKey(secrets, found);
    keepDataKey(database, secret, key);
    return key;
  });
  database.emptyLog();
  return dataKey;
}

function encryptFirst(database: SqliteDatabase, secret: Uint8Array): Uint8Array {
  const anyOperation = database.one<object>('select 1 from operations limit 1');
  const dataKey = firstDataKey(secret, anyOperation({}) !== undefined);
  reencrypt(database, null, createEncryption(dataKey));
  return dataKey;
}

/**
 * Encrypts everything again with a new data key, and returns it. No other process may have the file open: it would write with the
 * data key of before.
 * @throws JournalUnavailable if anything is unsettled, or no key to pseudonyms is kept.
 */
export function replaceSqliteDataKey(
  database: SqliteDatabase,
  secret: Uint8Array,
  otherSecrets: readonly Uint8Array[],
): Uint8Array {
  const dataKey = newDataKey();
  const to = createEncryption(dataKey);
  database.transact(() => {
    const stored = keyReader(database)();
    if (stored === undefined) {
      throw new JournalUnavailable('journal: the database has no data key yet: start the subgraphs once');
    }
    const from = createEncryption(openDataKey([secret, ...otherSecrets], stored));
    const pseudonymKey = reencryptPseudonymKey(stored, from, to);
    reencrypt(database, from, to);
    keepDataKey(database, secret, dataKey);
    database.run('update secrets set pseudonym_key_encrypted = :pseudonymKey')({ pseudonymKey });
  });
  database.emptyLog();
  return dataKey;
}

/** Reads the keys that the database keeps. Undefined: none, and its rows are in clear. */
function keyReader(database: SqliteDatabase): () => (StoredKeys & StoredPseudonymKey) | undefined {
  const read = database.one<StoredKeys & StoredPseudonymKey>('select * from secrets');
  return () => read({});
}

function keepDataKey(database: SqliteDatabase, secret: Uint8Array, dataKey: Uint8Array): void {
  const { sealedBy, sealed } = sealDataKey(secret, dataKey);
  database.run(`insert into secrets (only_row, proof, data_key_sealed_by, data_key_sealed)
    values (1, :proof, :sealedBy, :sealed)
    on conflict (only_row) do update set proof = excluded.proof,
      data_key_sealed_by = excluded.data_key_sealed_by, data_key_sealed = excluded.data_key_sealed`)({
    proof: createEncryption(dataKey).proof,
    sealedBy,
    sealed,
  });
}

/** `from` null: the rows are in clear. */
function reencrypt(database: SqliteDatabase, from: Encryption | null, to: Encryption): void {
  if (from !== null) {
    const countUnsettled = database.one<{ readonly count: number }>(
      "select count(*) as count from operations where state = 'UNSETTLED'",
    );
    requireAllSettled(countUnsettled({})?.count ?? 0);
  }
  const addPatron = database.run(`insert into patron_epochs (patron_id, epoch)
    select :patronKey, epoch from patron_epochs where patron_id = :storedKey on conflict do nothing`);
  const update =
    database.run(`update operations set caller = :caller, reference = :reference, patron_id = :patron_id,
    library_card_number = :library_card_number, subject = :subject, sealed = :sealed, details = :details, result = :result,
    about_patron = :about_patron, about_patron_encrypted = :about_patron_encrypted
    where id = :id`);
  const patronKeys = new Set<string>();
  for (const row of storedRows(database)) {
    const encrypted = reencryptRow(row, from, to);
    if (row.patron_id !== null && encrypted.patron_id !== null) {
      addPatron({ storedKey: row.patron_id, patronKey: encrypted.patron_id });
      patronKeys.add(encrypted.patron_id);
    }
    update({ ...encrypted });
  }
  reencryptPatrons(database, from, to, patronKeys);
  reencryptLocks(database, from, to);
  // They are counted anew, from the feed's first event.
  database.run('delete from loans_out')({});
  database.run("update books set counted_sequence = '0'")({});
  if (from !== null) {
    reencryptNotices(database, from, to);
    reencryptApplications(database, from, to);
  }
}

function* storedRows(database: SqliteDatabase): Generator<EncryptableRow> {
  const readBatch =
    database.all<StoredRow>(`select id, caller, reference, patron_id, library_card_number, subject, sealed,
    details, result, about_patron, about_patron_encrypted from operations where id > :lastId order by id limit ${reencryptionBatchSize}`);
  for (let lastId: string | undefined = ''; lastId !== undefined; ) {
    const rows: readonly StoredRow[] = readBatch({ lastId });
    for (const row of rows) {
      yield {
        ...row,
        details: JSON.parse(row.details),
        result: row.result === null ? null : JSON.parse(row.result),
      };
    }
    lastId = rows.at(-1)?.id;
  }
}

/**
 * Handles the patrons that have no operation: those with one have their new digests already, which are `patronKeys`. Only a digest is left of a patron
 * whose operations have all been removed. With a new data key their epoch begins at 0 again. No process can remember the old one:
 * all have been restarted.
 */
function reencryptPatrons(
  database: SqliteDatabase,
  from: Encryption | null,
  to: Encryption,
  patronKeys: ReadonlySet<string>,
): void {
  const rename = database.run('update patron_epochs set patron_id = :patronKey where patron_id = :storedKey');
  const remove = database.run('delete from patron_epochs where patron_id = :storedKey');
  const patrons = database.all<{ readonly patron_id: string }>('select patron_id from patron_epochs');
  for (const { patron_id: storedKey } of patrons({})) {
    if (patronKeys.has(storedKey)) {
      continue;
    }
    const patronKey = from === null ? to.digest('patron', storedKey) : null;
    if (patronKey === null || patronKeys.has(patronKey)) {
      remove({ storedKey });
    } else {
      rename({ storedKey, patronKey });
    }
  }
}

/** Locks in clear get their digests. Encrypted ones belong to settled operations, and are removed. */
function reencryptLocks(database: SqliteDatabase, from: Encryption | null, to: Encryption): void {
  if (from !== null) {
    database.run('delete from claims')({});
    return;
  }
  const rename = database.run('update claims set key = :lockKey where key = :storedKey');
  const locks = database.all<{ readonly key: string }>('select distinct key from claims');
  for (const { key: storedKey } of locks({})) {
    rename({ storedKey, lockKey: to.digest('claim', storedKey) });
  }
}

/** Whose each notice is, and the key of their digests, which stays the same. */
function reencryptNotices(database: SqliteDatabase, from: Encryption, to: Encryption): void {
  const again = (encrypted: string): string => to.encrypt(from.decrypt(encrypted));
  const readKey = database.one<{ readonly encrypted: string | null }>(
    'select digest_key_encrypted as encrypted from notice_sender',
  );
  const key = readKey({})?.encrypted ?? null;
  if (key !== null) {
    database.run('update notice_sender set digest_key_encrypted = :key')({ key: again(key) });
  }
  const read = database.all<{ readonly id: string; readonly endpoint: string; readonly encrypted: string }>(
    'select id, endpoint, patron_encrypted as encrypted from notices',
  );
  const update = database.run(
    'update notices set patron_encrypted = :encrypted where id = :id and endpoint = :endpoint',
  );
  for (const { id, endpoint, encrypted } of read({})) {
    update({ id, endpoint, encrypted: again(encrypted) });
  }
}

/** The documents of received applications, by which they are found, and those applications that wait. */
function reencryptApplications(database: SqliteDatabase, from: Encryption, to: Encryption): void {
  const read = database.all<EncryptedApplication>(`select operation_id as id, document,
    document_encrypted as documentEncrypted, application_encrypted as applicationEncrypted from received_applications`);
  const update = database.run(`update received_applications set document = :document,
    document_encrypted = :documentEncrypted, application_encrypted = :applicationEncrypted where operation_id = :id`);
  for (const row of read({})) {
    update({ ...reencryptApplication(row, from, to) });
  }
}
