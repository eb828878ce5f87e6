import { setTimeout as wait } from 'node:timers/promises';
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
import { makesNoTables, type Preparation, type Run } from '../../postgres/preparation.ts';
import { decryptFields } from '../encryption/encrypted-rows.ts';
import { reencryptPseudonymKey, type StoredPseudonymKey } from '../encryption/pseudonym-key.ts';
import {
  type EncryptableRow,
  type EncryptedApplication,
  reencryptApplication,
  reencryptionBatchSize,
  reencryptRow,
} from '../encryption/re-encryption.ts';
import { JournalUnavailable } from '../port.ts';

const operations = 'patron_graph.operations';
const patrons = 'patron_graph.patron_epochs';
const locks = 'patron_graph.claims';

/** The keys that the database keeps. Undefined: none, and its rows are in clear. */
const readKeys = async (run: Run): Promise<(StoredKeys & StoredPseudonymKey) | undefined> =>
  (await run<StoredKeys & StoredPseudonymKey>('select * from patron_graph.secrets'))[0];

/**
 * Gives the database a data key if it has none, encrypts rows that are in clear, and seals the data key with the secret if it is
 * sealed with another. Rejects with `JournalUnavailable` if none of the secrets opens the data key.
 */
export function encryptPostgres(secret: Uint8Array, otherSecrets: readonly Uint8Array[]): Preparation {
  return {
    isDone: async (run) => isSealedBy(secret, await readKeys(run)),
    lacks: makesNoTables,
    async prepare(run) {
      const stored = await readKeys(run);
      if (stored !== undefined) {
        await keepDataKey(run, secret, openDataKey([secret, ...otherSecrets], stored));
        return;
      }
      const [found] = await run<{ readonly any: boolean }>(
        `select exists (select from ${operations}) as any`,
      );
      const dataKey = firstDataKey(secret, found?.any === true);
      await reencrypt(run, null, createEncryption(dataKey));
      await keepDataKey(run, secret, dataKey);
    },
  };
}

/**
 * Encrypts everything again with a new data key. Rejects with `JournalUnavailable` while another process is connected, anything is
 * unsettled, or no key to pseudonyms is kept.
 */
export function replacePostgresDataKey(secret: Uint8Array, otherSecrets: readonly Uint8Array[]): Preparation {
  return {
    isDone: async () => false,
    lacks: makesNoTables,
    async prepare(run) {
      await requireAlone(run);
      const stored = await readKeys(run);
      if (stored === undefined) {
        throw new JournalUnavailable('journal: the database has no data key yet: start the subgraphs once');
      }
      const from = createEncryption(openDataKey([secret, ...otherSecrets], stored));
      const dataKey = newDataKey();
      const to = createEncryption(dataKey);
      const pseudonymKey = reencryptPseudonymKey(stored, from, to);
      await reencrypt(run, from, to);
      await keepDataKey(run, secret, dataKey);
      await run('update patron_graph.secrets set pseudonym_key_encrypted = $1', [pseudonymKey]);
    },
  };
}

async function keepDataKey(run: Run, secret: Uint8Array, dataKey: Uint8Array): Promise<void> {
  const { sealedBy, sealed } = sealDataKey(secret, dataKey);
  await run(
    `insert into patron_graph.secrets (proof, data_key_sealed_by, data_key_sealed) values ($1, $2, $3)
    on conflict (only_row) do update set proof = excluded.proof,
      data_key_sealed_by = excluded.data_key_sealed_by, data_key_sealed = excluded.data_key_sealed`,
    [createEncryption(dataKey).proof, sealedBy, sealed],
  );
}

/** How long the connections of a process that has just ended may stay, and how often that is looked at, in ms. */
const endingMs = 3_000;
const recheckMs = 100;

/** A process that runs on would write with the data key of before. */
async function requireAlone(run: Run): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += recheckMs) {
    // Without it, a transaction sees the same connections for ever.
    await run('select pg_stat_clear_snapshot()');
    const [others] = await run<{ readonly count: number }>(
      `select count(*)::integer as count from pg_stat_activity
      where application_name = current_setting('application_name') and datname = current_database()
        and pid <> pg_backend_pid()`,
    );
    const count = others?.count ?? 0;
    if (count === 0) {
      return;
    }
    if (waitedMs >= endingMs) {
      throw new JournalUnavailable(
        `journal: ${count} connections of other processes are open: stop all subgraphs, then replace the data key`,
      );
    }
    await wait(recheckMs);
  }
}

/** `from` null: the rows are in clear. */
async function reencrypt(run: Run, from: Encryption | null, to: Encryption): Promise<void> {
  // Keeps out the writes of other processes: those of an older program, and those with the previous data key.
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
  // They are counted anew, from the feed's first event.
  await run('delete from patron_graph.loans_out');
  await run(`update patron_graph.books set counted_sequence = '0'`);
  if (from !== null) {
    await reencryptNotices(run, from, to);
    await reencryptApplications(run, from, to);
  }
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
 * operations have all been removed. With a new data key their epoch begins at 0 again. No process can remember the old one:
 * all have been restarted.
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

/** Whose each notice is, and the key of their digests, which stays the same. */
async function reencryptNotices(run: Run, from: Encryption, to: Encryption): Promise<void> {
  const again = (encrypted: string): string => to.encrypt(from.decrypt(encrypted));
  const [sender] = await run<{ readonly key: string | null }>(
    'select digest_key_encrypted as key from patron_graph.notice_sender',
  );
  if (sender !== undefined && sender.key !== null) {
    await run('update patron_graph.notice_sender set digest_key_encrypted = $1', [again(sender.key)]);
  }
  const rows = await run<{ readonly id: string; readonly endpoint: string; readonly encrypted: string }>(
    'select id, endpoint, patron_encrypted as encrypted from patron_graph.notices',
  );
  await run(
    `update patron_graph.notices set patron_encrypted = again.encrypted
    from json_to_recordset($1) as again (id text, endpoint text, encrypted text)
    where notices.id = again.id and notices.endpoint = again.endpoint`,
    [JSON.stringify(rows.map((row) => ({ ...row, encrypted: again(row.encrypted) })))],
  );
}

/** The documents of received applications, by which they are found, and those applications that wait. */
async function reencryptApplications(run: Run, from: Encryption, to: Encryption): Promise<void> {
  const rows = await run<EncryptedApplication>(`select operation_id as id, document,
    document_encrypted as "documentEncrypted", application_encrypted as "applicationEncrypted"
    from patron_graph.received_applications`);
  await run(
    `update patron_graph.received_applications set document = again.document,
      document_encrypted = again."documentEncrypted", application_encrypted = again."applicationEncrypted"
    from json_to_recordset($1) as again (id text, document text, "documentEncrypted" text, "applicationEncrypted" text)
    where operation_id = again.id`,
    [JSON.stringify(rows.map((row) => reencryptApplication(row, from, to)))],
  );
}
