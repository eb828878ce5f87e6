import type { AuditedReading, ReadingAudit } from '../../store/journal/port.ts';
import { type Caller, requireSubject } from '../runtime/caller.ts';

/** The dependencies of a resolver whose reading is recorded. */
interface Audited {
  readonly audit: ReadingAudit;
}

/**
 * Writes an audit record of data that the caller is about to read (R27). Without a record there is no answer.
 * @throws StoreUnavailable if the record can't be written; GraphQLError FORBIDDEN for a caller without a `sub`.
 */
export async function recordReading(
  audited: Audited,
  caller: Caller,
  reading: Pick<AuditedReading, 'what' | 'patronId' | 'applicationId'>,
): Promise<void> {
  await record(audited, caller, [reading]);
}

/**
 * Writes an audit record for each patron whose operations staff are about to see (R27). Each of these patrons sees the
 * record in their access log. Call it after the lookup and before the answer, with the requested patron, or with the
 * patron of each found operation. Each patron is recorded once. Null means an operation without a patron. If nothing
 * was found, a record without a patron is written.
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
 * Writes an audit record for each patron who is about to be shown as having an item, or as waiting for it (R27). The
 * item is not recorded. Records can't be removed, so they would become a reading history. Null means a card that
 * card management doesn't know.
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

async function record(
  { audit }: Audited,
  caller: Caller,
  readings: readonly Pick<AuditedReading, 'what' | 'patronId' | 'applicationId'>[],
): Promise<void> {
  const { subject } = requireSubject(caller);
  await audit.record(readings.map((reading) => ({ reader: subject, clientId: caller.clientId, ...reading })));
}
