import type { AuditedReading, ReadingAudit } from '../adapters/journal/port.ts';
import type { Caller } from './caller.ts';

/** R27: writes down what the caller is about to be told. No record, no answer: rejects where it can't be written. */
export async function recordReading(
  { audit }: { readonly audit: ReadingAudit },
  { subject, clientId }: Caller,
  reading: Pick<AuditedReading, 'what' | 'patronId' | 'applicationId'>,
): Promise<void> {
  await audit.record([{ reader: subject ?? clientId ?? 'unknown', clientId, ...reading }]);
}
