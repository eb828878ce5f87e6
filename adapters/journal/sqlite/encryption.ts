import type { Encryption } from '../encryption/encryption.ts';
import { encryptionByProof, type KeyRing, requireAllSettled } from '../encryption/key-ring.ts';
import { type EncryptableRow, reencryptionBatchSize, reencryptRow } from '../encryption/re-encryption.ts';
import type { SqliteDatabase } from './database.ts';

type StoredRow = Omit<EncryptableRow, 'details' | 'result'> & {
  readonly details: string;
  readonly result: string | null;
};

/**
 * Encrypts all rows with the current secret, in one transaction, if they are in clear or encrypted with the previous one.
 * @throws JournalUnavailable if they are encrypted with another secret.
 */
export function encryptSqlite(database: SqliteDatabase, keyRing: KeyRing): void {
  const findProof = database.one<{ readonly proof: string }>('select proof from secrets');
  const storedProof = () => findProof({})?.proof ?? null;
  const { current } = keyRing;
  // Without a transaction if there is nothing to do: that would wait for other processes.
  if (storedProof() === current.proof) {
    return;
  }
  database.transact(() => {
    const from = encryptionByProof(storedProof(), keyRing);
    if (from?.proof === current.proof) {
      return;
    }
    reencrypt(database, from, current);
    database.run(`insert into secrets (only_row, proof) values (1, :proof)
      on conflict (only_row) do update set proof = excluded.proof`)({ proof: current.proof });
  });
  database.emptyLog();
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
 * whose operations have all been removed. With a new secret their epoch begins at 0 again. No process can remember the old one:
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
