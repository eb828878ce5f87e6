import { decryptFields } from '../encryption/encrypted-rows.ts';
import type { Encryption } from '../encryption/encryption.ts';
import { encryptionByProof, type KeyRing, requireAllSettled } from '../encryption/key-ring.ts';
import { type EncryptableRow, reencryptionBatchSize, reencryptRow } from '../encryption/re-encryption.ts';
import type { Preparation, Run } from './database.ts';

const operations = 'patron_graph.operations';
const patrons = 'patron_graph.patron_epochs';
const locks = 'patron_graph.claims';

/**
 * Encrypts all rows with the current secret if they are in clear or encrypted with the previous one. Rejects with
 * `JournalUnavailable` if they are encrypted with another secret.
 */
export function encryptPostgres(keyRing: KeyRing): Preparation {
  const { current } = keyRing;
  const storedProof = async (run: Run) =>
    (await run<{ readonly proof: string }>('select proof from patron_graph.secrets'))[0]?.proof ?? null;
  return {
    isDone: async (run) => (await storedProof(run)) === current.proof,
    async prepare(run) {
      const from = encryptionByProof(await storedProof(run), keyRing);
      if (from?.proof === current.proof) {
        return;
      }
      await reencrypt(run, from, current);
      await run(
        `insert into patron_graph.secrets (proof) values ($1)
        on conflict (only_row) do update set proof = excluded.proof`,
        [current.proof],
      );
    },
  };
}

/** `from` null: the rows are in clear. */
async function reencrypt(run: Run, from: Encryption | null, to: Encryption): Promise<void> {
  // Keeps out the writes of other processes: those of an older program, and those with the previous secret.
  await run(`lock table ${operations}, ${patrons}, ${locks} in exclusive mode`);
  if (from !== null) {
    const [unsettled] = await run<{ readonly count: number }>(
      `select count(*)::integer as count from ${operations} where state = 'UNSETTLED'`,
    );
    requireAllSettled(unsettled?.count ?? 0);
  }
  const patronKeys = await addPatronKeys(run, from, to);
  for (let lastId: string | undefined = ''; lastId !== undefined; ) {
    lastId = await reencryptBatch(run, from, to, lastId);
  }
  await run(`delete from ${patrons} where patron_id <> all ($1)`, [patronKeys]);
  await reencryptLocks(run, from, to);
}

/** Encrypts the operations whose ids follow `lastId`. Resolves to the last id of the batch; undefined if there was none. */
async function reencryptBatch(
  run: Run,
  from: Encryption | null,
  to: Encryption,
  lastId: string,
): Promise<string | undefined> {
  const rows = await run<EncryptableRow>(
    `select id, caller, reference, patron_id, library_card_number, subject, sealed, details, result,
      about_patron, about_patron_encrypted
    from ${operations} where id > $1 order by id limit ${reencryptionBatchSize}`,
    [lastId],
  );
  const encryptedRows = rows.map((row) => reencryptRow(row, from, to));
  await run(
    `update ${operations} set caller = encrypted.caller, reference = encrypted.reference,
      patron_id = encrypted.patron_id, library_card_number = encrypted.library_card_number,
      subject = encrypted.subject, sealed = encrypted.sealed,
      details = encrypted.details::json, result = encrypted.result::json,
      about_patron = encrypted.about_patron, about_patron_encrypted = encrypted.about_patron_encrypted
    from json_to_recordset($1) as encrypted (
      id text, caller text, reference text, patron_id text, library_card_number text, subject text, sealed text,
      details text, result text, about_patron text, about_patron_encrypted text
    ) where operations.id = encrypted.id`,
    [JSON.stringify(encryptedRows)],
  );
  return rows.at(-1)?.id;
}

/**
 * Adds each patron's epoch under the new digest, and resolves to the new digests. Only a digest is left of a patron whose
 * operations have all been removed. With a new secret their epoch begins at 0 again. No process can remember the old one: all
 * have been restarted.
 */
async function addPatronKeys(run: Run, from: Encryption | null, to: Encryption): Promise<readonly string[]> {
  const storedPatrons = await run<{ readonly patron_id: string; readonly sealed: string | null }>(
    `select distinct on (patrons.patron_id) patrons.patron_id, operations.sealed
    from ${patrons} as patrons left join ${operations} as operations using (patron_id)`,
  );
  const keys = storedPatrons.flatMap(({ patron_id: storedKey, sealed }) => {
    const patronId = patronIdOf(storedKey, sealed, from);
    return patronId === null ? [] : [{ storedKey, patronKey: to.digest('patron', patronId) }];
  });
  await run(
    `insert into ${patrons} (patron_id, epoch) select "patronKey", epoch from ${patrons}
    join json_to_recordset($1) as keys ("storedKey" text, "patronKey" text) on patron_id = "storedKey"`,
    [JSON.stringify(keys)],
  );
  return keys.map(({ patronKey }) => patronKey);
}

/** The patron's number, from an operation of the patron's. Null if there is none to read it from. */
function patronIdOf(storedKey: string, sealed: string | null, from: Encryption | null): string | null {
  if (from === null) {
    return storedKey;
  }
  return sealed === null ? null : (decryptFields(from, sealed).place?.patronId ?? null);
}

/** Locks in clear get their digests. Encrypted ones belong to settled operations, and are removed. */
async function reencryptLocks(run: Run, from: Encryption | null, to: Encryption): Promise<void> {
  if (from !== null) {
    await run(`delete from ${locks}`);
    return;
  }
  const storedLocks = await run<{ readonly key: string }>(`select distinct key from ${locks}`);
  const keys = storedLocks.map(({ key }) => ({ storedKey: key, lockKey: to.digest('claim', key) }));
  await run(
    `update ${locks} set key = keys."lockKey"
    from json_to_recordset($1) as keys ("storedKey" text, "lockKey" text) where claims.key = keys."storedKey"`,
    [JSON.stringify(keys)],
  );
}
