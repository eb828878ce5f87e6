import type { AuditedReading, ReadingAudit } from '../../store/journal/port.ts';
import { type Caller, requireSubject } from '../runtime/caller.ts';

/** What a resolver needs to have its reading recorded. */
interface Audited {
  readonly audit: ReadingAudit;
}

/**
 * Writes an audit record of what the caller is about to read (R27). Without a record there is no answer.
 * @throws StoreUnavailable where the record can't be written; a GraphQLError, FORBIDDEN, for a caller without a `sub`.
 */
export async function recordReading(
  audited: Audited,
  caller: Caller,
  reading: Pick<AuditedReading, 'what' | 'patronId' | 'applicationId'>,
): Promise<void> {
  await record(audited, caller, [reading]);
}

/**
 * Writes an audit record of each patron whose operations staff are about to be shown (R27), so that each of them sees it in
 * their access log. Call it after the lookup and before the answer, with the patron that was asked for, or the patron of each
 * operation that was found. Each patron is recorded once. Null stands for an operation without a patron. A lookup that found
 * nothing is recorded like one of those.
 *
 * @example recordOperationsReading(services, caller, ['P0000001', null, 'P0000001']) // two records: P0000001, and no patron
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
 * Writes an audit record of each patron who is about to be shown as having an item, or as waiting for it (R27). The item is not
 * recorded: records can't be removed, and would become a reading history. Null stands for a card that card management doesn't
 * know.
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
 * Writes an audit record of each applicant who was found by an identity document (R27). If nobody was found, it writes one
 * record that names nobody.
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
