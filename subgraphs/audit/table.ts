import { textTable } from '../../platform/commands/text-table.ts';
import type { AuditedChange, AuditedReading } from '../../store/journal/port.ts';
import { hongKongInstant } from '../library/calendar.ts';

const descriptions = {
  RECORD: 'opened the record',
  LOANS: 'opened loans, holds or charges',
  IDENTITY_NUMBER: 'whole identity number',
  PATRON_BY_IDENTITY: 'found by identity document',
  PATRON_BY_ITEM: 'found by an item',
  OPERATIONS: 'looked up operations',
  SIGN_IN: 'signed in',
  DATA_EXPORT: 'received all their data',
  ERASURE: 'erased a patron',
} as const satisfies Record<AuditedReading['what'], string>;

const headings = ['at', 'reader', 'client', 'what'];

/**
 * A table with a line of headings, then one line for each reading and each change, the oldest first. Times are in Hong
 * Kong time.
 */
export function tableOf(readings: readonly AuditedReading[], changes: readonly AuditedChange[]): string {
  const entries = [
    ...readings.map(({ at, subject, clientId, what, reason, applicationId }) => {
      const where = applicationId === null ? '' : ` of application ${applicationId}`;
      const why = reason === null ? '' : `, ${reason}`;
      return { at, who: [subject, clientId ?? '-'], what: descriptions[what] + where + why };
    }),
    ...changes.map(({ at, subject, clientId, field }) => ({
      at,
      who: [subject, clientId ?? '-'],
      what: `changed ${field}`,
    })),
  ].sort((one, other) => one.at.getTime() - other.at.getTime());
  const rows = entries.map(({ at, who, what }) => [hongKongInstant(at), ...who, what]);
  return textTable(headings, rows);
}
