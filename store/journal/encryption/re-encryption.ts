import type { Encryption } from '../../encryption/encryption.ts';
import type { Asking, RunText } from '../../sql.ts';
import { StoreUnavailable } from '../../store-unavailable.ts';
import {
  type AboutColumns,
  aboutPatron,
  decryptAboutPatron,
  decryptFields,
  decryptJson,
  encryptedPlaceholder,
  encryptFields,
  encryptJson,
  isEncryptedJson,
  type PersonalFields,
  referenceKey,
} from '../encrypted-rows.ts';
import type { Json } from '../port.ts';
import type { Dialect } from '../statements/dialect.ts';
import {
  reencryptCardEvents,
  reencryptFindings,
  reencryptStandingBlocks,
  reencryptSuspects,
} from './re-encrypt-findings.ts';
import { reencryptMerges } from './re-encrypt-merges.ts';
import { reencryptPatronKeys } from './re-encrypt-patron-keys.ts';
import { reencryptPreferences } from './re-encrypt-preferences.ts';
import { reencryptRowNotes } from './re-encrypt-row-notes.ts';

/** The number of operations that are read and encrypted at a time. */
const batchSize = 500;

/** The previous and the new key. `from` is null if the rows are not encrypted. */
interface KeyChange {
  readonly from: Encryption | null;
  readonly to: Encryption;
}

/**
 * Encrypts everything that stays in the database with `to`, within one transaction. The log of changes, the list of what
 * is owed and the count of loans are removed, and begin again.
 * @throws StoreUnavailable if an encrypted operation is unsettled. Only digests of its locks are stored, and digests
 *   with another key can't be computed from them. Settled operations don't need their locks.
 */
export function* reencrypt(
  run: RunText,
  dialect: Dialect,
  from: Encryption | null,
  to: Encryption,
): Asking<void> {
  const { schema, among, excludeWriters } = dialect;
  const keys = { from, to };
  // Until this transaction ends, no older program and no process with the previous data key may write.
  yield* run(excludeWriters([`${schema}operations`, `${schema}patron_epochs`, `${schema}claims`]));
  if (from !== null) {
    yield* requireAllSettled(run, dialect);
  }
  const patronKeys = yield* addPatronKeys(run, dialect, keys);
  for (let lastId: string | undefined = ''; lastId !== undefined; ) {
    lastId = yield* reencryptBatch(run, dialect, keys, lastId);
  }
  yield* run(`delete from ${schema}patron_epochs where not ${among('patron_id', '$1')}`, [patronKeys]);
  yield* reencryptLocks(run, dialect, keys);
  // All loans are counted again, beginning with the feed's first event.
  yield* run(`delete from ${schema}loans_out`);
  yield* run(`update ${schema}books set counted_sequence = '0'`);
  yield* emptyLog(run, dialect);
  yield* emptyOwing(run, dialect);
  if (from !== null) {
    yield* reencryptNotices(run, dialect, from, to);
    yield* reencryptPreferences(run, dialect, from, to);
    yield* reencryptRowNotes(run, dialect, from, to);
    yield* reencryptApplications(run, dialect, from, to);
    yield* reencryptFindings(run, dialect, from, to);
    yield* reencryptCardEvents(run, dialect, from, to);
    yield* reencryptSuspects(run, dialect, from, to);
    yield* reencryptStandingBlocks(run, dialect, from, to);
    yield* reencryptMerges(run, dialect, from, to);
    yield* reencryptPatronKeys(run, dialect, from, to);
  }
}

/**
 * Removes all rows of the log, because their digests are made with the previous key. Programs that follow the log must
 * begin again.
 */
function* emptyLog(run: RunText, { schema }: Dialect): Asking<void> {
  yield* run(`delete from ${schema}log_entries`);
  yield* run(`delete from ${schema}told_holds`);
  yield* run(`update ${schema}log_state set epoch = epoch + 1, removed_until = last_number, indexed_number = null,
    are_holds_told = false`);
}

/**
 * Empties the index of patrons who owe something. It is built again from the payment system's list of changes. News is
 * lost if no notice of it was made yet, usually that of the last minute.
 */
function* emptyOwing(run: RunText, { schema }: Dialect): Asking<void> {
  yield* run(`delete from ${schema}owing`);
  yield* run(`delete from ${schema}account_news`);
  yield* run(`update ${schema}owing_follower set sequence = null, effects_until = null, sequence_at = null, oldest_at = null,
    applied_at = null, is_at_end = false`);
}

function* requireAllSettled(run: RunText, { schema }: Dialect): Asking<void> {
  const [unsettled] = yield* run<{ readonly count: number | string }>(
    `select count(*) as count from ${schema}operations where state = 'UNSETTLED'`,
  );
  const count = Number(unsettled?.count);
  if (count > 0) {
    throw new StoreUnavailable(
      `journal: ${count} operations are unsettled: let them settle, then replace the data key`,
    );
  }
}

/**
 * Moves each patron's epoch (`Epoch`) from the old digest to the new one, and returns the new digests. A digest is
 * made of the patron's number, which is read from a merge, or from one of the patron's operations. If there is neither,
 * the epoch begins at 0 again. This is safe, because all processes have been restarted, and none remembers the old
 * epoch. A merged record keeps its epoch, because its operations count together with the other record's.
 */
function* addPatronKeys(
  run: RunText,
  { schema, rowsOf }: Dialect,
  { from, to }: KeyChange,
): Asking<readonly string[]> {
  const patrons = `${schema}patron_epochs`;
  const merged = `${schema}merged_patrons as merged`;
  const stored = yield* run<StoredPatron>(
    `select patron_id, (
      select sealed from ${schema}operations as operations where operations.patron_id = patrons.patron_id limit 1
    ) as sealed, coalesce(
      (select patron_encrypted from ${merged} where merged.patron_id = patrons.patron_id),
      (select merged_into_encrypted from ${merged} where merged.merged_into = patrons.patron_id limit 1)
    ) as merged from ${patrons} as patrons`,
  );
  const keys = stored.flatMap(({ patron_id: storedKey, ...columns }) => {
    const patronId = from === null ? storedKey : patronIdIn(from, columns);
    return patronId === null ? [] : [{ storedKey, patronKey: to.digest('patron', patronId) }];
  });
  yield* run(
    `insert into ${patrons} (patron_id, epoch) select "patronKey", epoch from ${patrons}
    join ${rowsOf('$1', { storedKey: 'text', patronKey: 'text' })} on patron_id = "storedKey"`,
    [JSON.stringify(keys)],
  );
  return keys.map(({ patronKey }) => patronKey);
}

/**
 * A patron who has an epoch: the digest, one of the patron's operations, and the patron's number from a merge. The last
 * two are encrypted, or null if there is none.
 */
interface StoredPatron {
  readonly patron_id: string;
  readonly sealed: string | null;
  readonly merged: string | null;
}

/** The patron's number, from a merge or from one of the patron's operations. Null if there is neither. */
function patronIdIn(from: Encryption, { sealed, merged }: Omit<StoredPatron, 'patron_id'>): string | null {
  if (merged !== null) {
    return from.decrypt(merged);
  }
  return sealed === null ? null : (decryptFields(from, sealed).place?.patronId ?? null);
}

/**
 * Encrypts one batch of operations, whose ids follow `lastId`. Returns the last id of the batch. Undefined if the batch
 * was empty.
 */
function* reencryptBatch(
  run: RunText,
  dialect: Dialect,
  { from, to }: KeyChange,
  lastId: string,
): Asking<string | undefined> {
  const { schema, rowsOf, toJson } = dialect;
  const rows = yield* run<EncryptableRow>(
    `select id, caller, reference, patron_id, library_card_number, subject, sealed, cast(details as text) as details,
      cast(result as text) as result, about_patron, about_patron_encrypted
    from ${schema}operations where id > $1 order by id limit ${batchSize}`,
    [lastId],
  );
  yield* run(
    `update ${schema}operations set caller = given.caller, reference = given.reference, patron_id = given.patron_id,
      library_card_number = given.library_card_number, subject = given.subject, sealed = given.sealed,
      details = ${toJson('given.details')}, result = ${toJson('given.result')},
      about_patron = given.about_patron, about_patron_encrypted = given.about_patron_encrypted
    from ${rowsOf('$1', encryptedColumns)} where operations.id = given.id`,
    [JSON.stringify(rows.map((row) => reencryptRow(row, from, to)))],
  );
  return rows.at(-1)?.id;
}

const encryptedColumns = {
  id: 'text',
  caller: 'text',
  reference: 'text',
  patron_id: 'text',
  library_card_number: 'text',
  subject: 'text',
  sealed: 'text',
  details: 'text',
  result: 'text',
  about_patron: 'text',
  about_patron_encrypted: 'text',
} as const satisfies Readonly<Record<keyof EncryptableRow, 'text'>>;

/**
 * Replaces unencrypted locks by their digests. Removes locks that are digests already: their operations are settled, as
 * `requireAllSettled` has checked.
 */
function* reencryptLocks(run: RunText, { schema, rowsOf }: Dialect, { from, to }: KeyChange): Asking<void> {
  if (from !== null) {
    yield* run(`delete from ${schema}claims`);
    return;
  }
  const stored = yield* run<{ readonly key: string }>(`select distinct key from ${schema}claims`);
  const keys = stored.map(({ key }) => ({ storedKey: key, lockKey: to.digest('claim', key) }));
  yield* run(
    `update ${schema}claims set key = given."lockKey"
    from ${rowsOf('$1', { storedKey: 'text', lockKey: 'text' })} where claims.key = given."storedKey"`,
    [JSON.stringify(keys)],
  );
}

/**
 * Encrypts the patrons and the former email addresses of notices again. Also encrypts the key for the notices' digests
 * again. That key itself stays the same, so the digests don't change.
 */
function* reencryptNotices(
  run: RunText,
  { schema, rowsOf }: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  const [sender] = yield* run<{ readonly key: string | null }>(
    `select digest_key_encrypted as key from ${schema}notice_sender`,
  );
  if (sender !== undefined && sender.key !== null) {
    yield* run(`update ${schema}notice_sender set digest_key_encrypted = $1`, [
      to.encrypt(from.decrypt(sender.key)),
    ]);
  }
  const rows = yield* run<{
    readonly id: string;
    readonly endpoint: string;
    readonly encrypted: string;
    readonly email: string | null;
  }>(
    `select id, endpoint, patron_encrypted as encrypted, former_email_encrypted as email from ${schema}notices`,
  );
  const encryptedRows = rows.map(({ id, endpoint, encrypted, email }) => {
    const patronId = from.decrypt(encrypted);
    return {
      id,
      endpoint,
      patron: to.digest('patron', patronId),
      encrypted: to.encrypt(patronId),
      email: email === null ? null : to.encrypt(from.decrypt(email)),
    };
  });
  const columns = { id: 'text', endpoint: 'text', patron: 'text', encrypted: 'text', email: 'text' } as const;
  yield* run(
    `update ${schema}notices set patron = given.patron, patron_encrypted = given.encrypted,
      former_email_encrypted = given.email
    from ${rowsOf('$1', columns)}
    where notices.id = given.id and notices.endpoint = given.endpoint`,
    [JSON.stringify(encryptedRows)],
  );
}

/** Encrypts received applications again: their documents, with new digests, and their contents. */
function* reencryptApplications(
  run: RunText,
  { schema, rowsOf }: Dialect,
  from: Encryption,
  to: Encryption,
): Asking<void> {
  const rows = yield* run<{
    readonly id: string;
    readonly documentEncrypted: string;
    readonly applicationEncrypted: string | null;
  }>(`select operation_id as id, document_encrypted as "documentEncrypted",
    application_encrypted as "applicationEncrypted" from ${schema}received_applications`);
  const columns = {
    id: 'text',
    document: 'text',
    documentEncrypted: 'text',
    applicationEncrypted: 'text',
  } as const;
  const encryptedRows = rows.map(({ id, documentEncrypted, applicationEncrypted }) => {
    const document = from.decrypt(documentEncrypted);
    return {
      id,
      document: to.digest('document', document),
      documentEncrypted: to.encrypt(document),
      applicationEncrypted:
        applicationEncrypted === null ? null : reencryptJson(JSON.parse(applicationEncrypted), from, to),
    };
  });
  yield* run(
    `update ${schema}received_applications set document = given.document,
      document_encrypted = given."documentEncrypted", application_encrypted = given."applicationEncrypted"
    from ${rowsOf('$1', columns)} where operation_id = given.id`,
    [JSON.stringify(encryptedRows)],
  );
}

/** The columns of an operation that contain personal data. If `sealed` is null, none of them is encrypted. */
interface EncryptableRow extends AboutColumns {
  readonly id: string;
  readonly caller: string;
  readonly reference: string;
  readonly patron_id: string | null;
  readonly library_card_number: string | null;
  readonly subject: string | null;
  readonly sealed: string | null;
  /** JSON text. */
  readonly details: string;
  readonly result: string | null;
}

/** Encrypts a row with `to`. The row is encrypted with `from`, or not encrypted if `from` is null. */
function reencryptRow(row: EncryptableRow, from: Encryption | null, to: Encryption): EncryptableRow {
  const fields = from === null || row.sealed === null ? clearFields(row) : decryptFields(from, row.sealed);
  const { place } = fields;
  const placeholder = place === null ? null : encryptedPlaceholder;
  const patronId = decryptAboutPatron(from, row, fields);
  const about = patronId === null ? null : aboutPatron(to, patronId);
  return {
    id: row.id,
    ...referenceKey(to, fields.caller, fields.reference),
    patron_id: place === null ? null : to.digest('patron', place.patronId),
    library_card_number: placeholder,
    subject: placeholder,
    sealed: encryptFields(to, fields),
    about_patron: about?.key ?? null,
    about_patron_encrypted: about?.encrypted ?? null,
    details: reencryptJson(JSON.parse(row.details), from, to),
    result: row.result === null ? null : reencryptJson(JSON.parse(row.result), from, to),
  };
}

function clearFields(row: EncryptableRow): PersonalFields {
  const { caller, reference, patron_id: patronId, library_card_number: libraryCardNumber, subject } = row;
  const hasPlace = patronId !== null && libraryCardNumber !== null && subject !== null;
  return { caller, reference, place: hasPlace ? { patronId, libraryCardNumber, subject } : null };
}

function reencryptJson(stored: Json, from: Encryption | null, to: Encryption): string {
  // `from` is null for rows that older programs did not encrypt. Even these programs encrypted the details of some
  // operations, with the key of `to`. Such details stay as they are.
  if (from === null && isEncryptedJson(stored)) {
    return JSON.stringify(stored);
  }
  return encryptJson(to, JSON.stringify(from === null ? stored : decryptJson(from, stored)));
}
