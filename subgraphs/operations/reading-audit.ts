import type { AuditedReading, ReadingAudit } from '../../adapters/journal/port.ts';
import { type Caller, requireSubject } from '../runtime/caller.ts';

/**
 * R27: writes down what the caller is about to be told. No record, no answer: rejects where it can't be written, and throws
 * FORBIDDEN for a caller without a name to write it under.
 */
export async function recordReading(
  { audit }: { readonly audit: ReadingAudit },
  caller: Caller,
  reading: Pick<AuditedReading, 'what' | 'patronId' | 'applicationId'>,
): Promise<void> {
  const { subject } = requireSubject(caller);
  await audit.record([{ reader: subject, clientId: caller.clientId, ...reading }]);
}
