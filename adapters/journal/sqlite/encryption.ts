import type { Encryption } from '../encryption/encryption.ts';
import {
  type EncryptableRow,
  type ReencryptedRow,
  reencrypted,
  reencryptionBatch,
} from '../encryption/re-encryption.ts';
import { encryptionForProof, type KeyRing, requireSettled } from '../encryption/secrets.ts';
import type { SqliteDatabase } from './database.ts';

type StoredRow = Omit<EncryptableRow, 'details' | 'result'> & {
  readonly details: string;
  readonly result: string | null;
};

/**
 * Seals what is in clear, or sealed with the secret before.
 * @throws JournalUnavailable where it is sealed with another.
 */
export function encryptSqlite(database: SqliteDatabase, keyRing: KeyRing): void {
  const proofs = database.one<{ readonly proof: string }>('select proof from secrets');
  const proof = () => proofs({})?.proof ?? null;
  const { encryption } = keyRing;
  // Who finds all done stands in nobody's way.
  if (proof() === encryption.proof) {
    return;
  }
  database.transact(() => {
    const from = encryptionForProof(proof(), keyRing);
    if (from?.proof === encryption.proof) {
      return;
    }
    reseal(database, from, encryption);
    database.run(`insert into secrets (only_row, proof) values (1, :proof)
      on conflict (only_row) do update set proof = excluded.proof`)({ proof: encryption.proof });
  });
  database.emptyLog();
}

function reseal(database: SqliteDatabase, from: Encryption | null, to: Encryption): void {
  if (from !== null) {
    const unsettled = database.one<{ readonly count: number }>(
      "select count(*) as count from operations where state = 'UNSETTLED'",
    );
    requireSettled(unsettled({})?.count ?? 0);
  }
  const addPatron = database.run(`insert into patron_epochs (patron_id, epoch)
    select :patronKey, epoch from patron_epochs where patron_id = :before on conflict do nothing`);
  const update =
    database.run(`update operations set caller = :caller, reference = :reference, patron_id = :patron_id,
    library_card_number = :library_card_number, subject = :subject, sealed = :sealed, details = :details, result = :result
    where id = :id`);
  const patronKeys = new Set<string>();
  for (const row of rowsOf(database)) {
    const anew: ReencryptedRow = reencrypted(row, from, to);
    if (row.patron_id !== null && anew.patron_id !== null) {
      addPatron({ before: row.patron_id, patronKey: anew.patron_id });
      patronKeys.add(anew.patron_id);
    }
    update({ ...anew });
  }
  resealPatrons(database, from, to, patronKeys);
  resealClaims(database, from, to);
}

function* rowsOf(database: SqliteDatabase): Generator<EncryptableRow> {
  const page =
    database.all<StoredRow>(`select id, caller, reference, patron_id, library_card_number, subject, sealed,
    details, result from operations where id > :after order by id limit ${reencryptionBatch}`);
  for (let after: string | undefined = ''; after !== undefined; ) {
    const rows: readonly StoredRow[] = page({ after });
    for (const row of rows) {
      yield {
        ...row,
        details: JSON.parse(row.details),
        result: row.result === null ? null : JSON.parse(row.result),
      };
    }
    after = rows.at(-1)?.id;
  }
}

/** Of who has no operation any more only the digest is known: their epoch begins anew, which nobody remembers any more. */
function resealPatrons(
  database: SqliteDatabase,
  from: Encryption | null,
  to: Encryption,
  patronKeys: Set<string>,
): void {
  const rename = database.run('update patron_epochs set patron_id = :patronKey where patron_id = :before');
  const remove = database.run('delete from patron_epochs where patron_id = :before');
  for (const { patron_id: before } of database.all<{ readonly patron_id: string }>(
    'select patron_id from patron_epochs',
  )({})) {
    if (patronKeys.has(before)) {
      continue;
    }
    const patronKey = from === null ? to.digest('patron', before) : null;
    if (patronKey === null || patronKeys.has(patronKey)) {
      remove({ before });
    } else {
      rename({ before, patronKey });
    }
  }
}

function resealClaims(database: SqliteDatabase, from: Encryption | null, to: Encryption): void {
  if (from !== null) {
    database.run('delete from claims')({});
    return;
  }
  const rename = database.run('update claims set key = :claimKey where key = :key');
  for (const { key } of database.all<{ readonly key: string }>('select distinct key from claims')({})) {
    rename({ key, claimKey: to.digest('claim', key) });
  }
}
