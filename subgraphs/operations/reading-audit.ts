import type { AuditedReading, ReadingAudit } from '../../adapters/journal/port.ts';
import { type Caller, requireSubject } from '../runtime/caller.ts';

/**
 * Writes an audit record of what the caller is about to read (R27). Without a record there is no answer.
 * @throws JournalUnavailable where the record can't be written; a GraphQLError, FORBIDDEN, for a caller without a `sub`.
 */
export async function recordReading(
  { audit }: { readonly audit: ReadingAudit },
  caller: Caller,
  reading: Pick<AuditedReading, 'what' | 'patronId' | 'applicationId'>,
): Promise<void> {
  const { subject } = requireSubject(caller);
  await audit.record([{ reader: subject, clientId: caller.clientId, ...reading }]);
}
