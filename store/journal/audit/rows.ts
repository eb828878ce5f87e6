import { z } from 'zod';
import type { Encryption } from '../../encryption/encryption.ts';
import { encryptedPlaceholder } from '../encrypted-rows.ts';
import type { AuditedChange, AuditedReading } from '../port.ts';
import type { StoredTime } from '../rows.ts';
import { keyOf, openPatronKey, type PatronKey } from './patron-keys.ts';

/** The columns that the rows of both audits have. */
interface EntryRow {
  /** PostgreSQL returns this number as a string. */
  readonly number: number | string;
  readonly at: StoredTime;
  readonly client_id: string | null;
  /** The patron's alias if the entry is encrypted, otherwise the patron's number. */
  readonly patron_id: string | null;
  /** Null for an unencrypted entry, which has no patron or is from an older program. */
  readonly sealed: string | null;
  /** The patron's key, encrypted. Null for an unencrypted entry, and after the patron was erased. */
  readonly key_encrypted: string | null;
}

export interface ReadingRow extends EntryRow {
  readonly reader: string;
  readonly what: AuditedReading['what'];
  /** Null in an entry of an older program. */
  readonly role: AuditedReading['role'] | null;
  readonly reason: string | null;
  readonly application_id: string | null;
}

export interface ChangeRow extends EntryRow {
  readonly operation_id: string;
  readonly subject: string;
  readonly role: AuditedChange['role'];
  readonly patron_id: string;
  readonly field: string;
}

const sealedReading = z.object({
  reader: z.string(),
  clientId: z.string().nullable(),
  applicationId: z.string().nullable(),
});
const sealedChange = z.object({
  operationId: z.string(),
  subject: z.string(),
  clientId: z.string().nullable(),
  // Entries of older programs have no `signInId`.
  signInId: z.string().nullable().default(null),
});

/**
 * Makes a function that decrypts rows. It decrypts each patron's key only once.
 * @param open decrypts a row with the patron's key, which is null for an unencrypted entry
 */
export function entriesOpener<Row extends EntryRow, Entry>(
  encryption: Encryption,
  open: (row: Row, key: PatronKey | null) => Entry,
): (row: Row) => Entry {
  const keys = new Map<string, PatronKey>();
  return (row) => {
    const { patron_id: alias, key_encrypted: keyEncrypted } = row;
    if (alias === null || keyEncrypted === null) {
      return open(row, null);
    }
    const key = keys.get(alias) ?? openPatronKey(encryption, { alias, keyEncrypted });
    keys.set(alias, key);
    return open(row, key);
  };
}

/**
 * The kinds of reading that patrons themselves make. In entries of older programs, every other reading was made by staff.
 */
const byPatrons: ReadonlySet<AuditedReading['what']> = new Set(['SIGN_IN', 'DATA_EXPORT']);

export function openReading(row: ReadingRow, key: PatronKey | null): AuditedReading {
  const { at, what, role, reason } = row;
  const { reader, clientId, applicationId } =
    key === null || row.sealed === null
      ? { reader: row.reader, clientId: row.client_id, applicationId: row.application_id }
      : sealedReading.parse(JSON.parse(key.encryption.decrypt(row.sealed)));
  return {
    at: new Date(at),
    subject: reader,
    clientId,
    role: role ?? (byPatrons.has(what) ? 'PATRON' : 'STAFF'),
    reason,
    what,
    patronId: key?.patronId ?? row.patron_id,
    applicationId,
  };
}

export function openChange(row: ChangeRow, key: PatronKey | null): AuditedChange {
  const { at, role, field } = row;
  const { operationId, subject, clientId, signInId } =
    key === null || row.sealed === null
      ? { operationId: row.operation_id, subject: row.subject, clientId: row.client_id, signInId: null }
      : sealedChange.parse(JSON.parse(key.encryption.decrypt(row.sealed)));
  const patronId = key?.patronId ?? row.patron_id;
  return { at: new Date(at), operationId, subject, clientId, role, patronId, field, signInId };
}

type NewReading = Omit<AuditedReading, 'at'>;

/**
 * Returns the columns of a new reading. `application` is the row that links an application to its readings. Null for a
 * reading of no application.
 */
export function readingValues(
  encryption: Encryption,
  keys: ReadonlyMap<string, PatronKey>,
  reading: NewReading,
) {
  const { subject, ...columns } = reading;
  const { what, role, reason, patronId, applicationId } = columns;
  if (patronId === null) {
    return { values: { ...columns, reader: subject, colleague: null, sealed: null }, application: null };
  }
  const key = keyOf(keys, patronId);
  const colleague = role === 'STAFF' ? encryption.digest('colleague', subject) : null;
  return {
    values: { what, role, reason, colleague, ...sealReading(key, reading) },
    application: applicationId === null ? null : auditedApplication(encryption, key, applicationId),
  };
}

/** The encrypted columns of a reading. */
export function sealReading(
  { alias, encryption }: PatronKey,
  { subject, clientId, applicationId }: Pick<NewReading, 'subject' | 'clientId' | 'applicationId'>,
) {
  return {
    reader: encryptedPlaceholder,
    clientId: null,
    patronId: alias,
    applicationId: applicationId === null ? null : encryption.digest('application', applicationId),
    sealed: encryption.encrypt(JSON.stringify({ reader: subject, clientId, applicationId })),
  };
}

/** The row that links an application to its readings: the application's digest, and the alias of its patron. */
const auditedApplication = (encryption: Encryption, key: PatronKey, applicationId: string) => ({
  application: encryption.digest('application', applicationId),
  alias: key.alias,
  applicationEncrypted: key.encryption.encrypt(applicationId),
});

type NewChange = Omit<AuditedChange, 'at'>;

/** The columns of a new change. */
export function changeValues(keys: ReadonlyMap<string, PatronKey>, change: NewChange) {
  const { role, field } = change;
  return { role, field, ...sealChange(keyOf(keys, change.patronId), change) };
}

/**
 * The encrypted columns of a change. The operation's id is stored as a digest, because with the id itself, the patron's
 * number could be found in the legacy systems. Equal ids have equal digests, so each field of an operation is recorded
 * only once.
 */
export function sealChange(
  { alias, encryption }: PatronKey,
  {
    operationId,
    subject,
    clientId,
    signInId,
  }: Pick<NewChange, 'operationId' | 'subject' | 'clientId' | 'signInId'>,
) {
  return {
    operationId: encryption.digest('operation', operationId).slice(0, operationId.length),
    subject: encryptedPlaceholder,
    clientId: null,
    patronId: alias,
    sealed: encryption.encrypt(JSON.stringify({ operationId, subject, clientId, signInId })),
  };
}
