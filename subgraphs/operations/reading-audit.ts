import type { AuditedReading, ReadingAudit } from '../../store/journal/port.ts';
import { errorTexts } from '../library/errors/error-texts.ts';
import { LocalizedError } from '../library/errors/localized-error.ts';
import { addresseeOf, type Caller, requireSubject } from '../runtime/caller.ts';
import { createLoader } from '../runtime/loaders/loader.ts';

interface Audited {
  readonly audit: ReadingAudit;
}

/** The data of a patron that a caller can open: the record or a part of it, or the loans, holds and charges. */
type Opened = Extract<AuditedReading['what'], 'RECORD' | 'LOANS'>;

/**
 * Records that the caller reads data of a patron (R27). Readings by the patron aren't recorded. Must be called at the
 * same time as the reading, and awaited before the answer: without a record there is no answer.
 * @throws as {@link recordReading} does.
 */
export type RecordOpening = (what: Opened, patronId: string) => Promise<void>;

/**
 * Creates the function that records readings, for one request. It records a patron once for each `what`, leaves out what
 * patrons read about themselves, and writes all records of one tick of the event loop together.
 */
export function createOpenings(audited: Audited, caller: Caller): RecordOpening {
  const openings = createLoader('openings', async (keys) => {
    await record(audited, caller, keys.map(readingOfKey));
    return keys.map(() => null);
  });
  return async (what, patronId) => {
    // The telephone service reads only for a reader who has given number and PIN (R10). So its readings count as the
    // patron's own.
    const isOwn = patronId === caller.patronId || addresseeOf(caller) === 'reader';
    if (!isOwn) {
      await openings.load(`${what} ${patronId}`);
    }
  };
}

function readingOfKey(key: string): NewReading {
  const at = key.indexOf(' ');
  return { what: key.slice(0, at) as Opened, patronId: key.slice(at + 1), applicationId: null };
}

/**
 * The reasons for which staff may read data of patrons. The caller sends one of them in the header `Access-Reason`, and
 * the gateway passes it on.
 */
const accessReasons = [
  'READER_PRESENT',
  'READER_ASKED',
  'CIRCULATION_WORK',
  'APPLICATION',
  'CORRECTION',
] as const;

/** An audit for a library that requires a reason from staff. Without a reason, staff can't read data of a patron. */
export const withReasons = (audit: ReadingAudit): ReadingAudit => ({
  ...audit,
  async record(readings) {
    if (readings.some(({ role, reason }) => role === 'STAFF' && reason === null)) {
      throw new LocalizedError(errorTexts.ACCESS_REASON_NEEDED, {
        extensions: { code: 'ACCESS_REASON_NEEDED' },
      });
    }
    await audit.record(readings);
  },
});

type NewReading = Pick<AuditedReading, 'what' | 'patronId' | 'applicationId'>;

/**
 * Writes an audit record of data that the caller is about to read (R27). Without a record there is no answer.
 * @throws StoreUnavailable if the record can't be written; GraphQLError FORBIDDEN for a caller without a `sub`.
 */
export async function recordReading(audited: Audited, caller: Caller, reading: NewReading): Promise<void> {
  await record(audited, caller, [reading]);
}

/**
 * Writes an audit record for each patron whose operations staff are about to see (R27). Each of these patrons sees the
 * record in their access log. Must be called after the lookup and before the answer, with the requested patron, or with
 * the patron of each found operation. Each patron is recorded once. Null means an operation without a patron. If
 * nothing was found, a record without a patron is written.
 *
 * @example recordOperationsReading(services, caller, ['P0000001', null, 'P0000001']) // two records, one without a
 *   patron
 * @throws as {@link recordReading} does.
 */
export async function recordOperationsReading(
  audited: Audited,
  caller: Caller,
  patronIds: readonly (string | null)[],
): Promise<void> {
  const patrons = patronIds.length === 0 ? [null] : [...new Set(patronIds)];
  await record(
    audited,
    caller,
    patrons.map((patronId) => ({ what: 'OPERATIONS', patronId, applicationId: null })),
  );
}

/**
 * Writes an audit record for each patron whom the caller is about to see as the borrower of an item, or as waiting for
 * it (R27). The item is not recorded, because such records would become a reading history, and can't be removed. Null
 * means a card that card management doesn't know.
 * @throws as {@link recordReading} does.
 */
export async function recordReadingByItem(
  audited: Audited,
  caller: Caller,
  patronIds: readonly (string | null)[],
): Promise<void> {
  await record(
    audited,
    caller,
    [...new Set(patronIds)].map((patronId) => ({ what: 'PATRON_BY_ITEM', patronId, applicationId: null })),
  );
}

/**
 * Writes an audit record for each applicant who was found by an identity document (R27). If nobody was found, one
 * record without a patron is written.
 * @throws as {@link recordReading} does.
 */
export async function recordApplicantsByDocument(
  audited: Audited,
  caller: Caller,
  applications: readonly { readonly id: string; readonly patronId: string | null }[],
): Promise<void> {
  const found = applications.map(({ id, patronId }) => ({ patronId, applicationId: id }));
  const readings = found.length === 0 ? [{ patronId: null, applicationId: null }] : found;
  await record(
    audited,
    caller,
    readings.map((reading) => ({ what: 'PATRON_BY_IDENTITY', ...reading })),
  );
}

/** The readings that patrons make themselves, through the sign-in page or the file of their data. */
const byPatrons: ReadonlySet<AuditedReading['what']> = new Set(['SIGN_IN', 'DATA_EXPORT']);

async function record({ audit }: Audited, caller: Caller, readings: readonly NewReading[]): Promise<void> {
  const { subject } = requireSubject(caller);
  const { clientId } = caller;
  const reason = accessReasons.find((known) => known === caller.accessReason) ?? null;
  const roleOfOthers = addresseeOf(caller) === 'station' ? 'STATION' : 'STAFF';
  await audit.record(
    readings.map((reading) => {
      const role = byPatrons.has(reading.what) ? 'PATRON' : roleOfOthers;
      return { subject, clientId, role, reason: role === 'STAFF' ? reason : null, ...reading };
    }),
  );
}
