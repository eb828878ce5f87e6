import type { AuditedChange, AuditedReading } from '../../store/journal/port.ts';
import { hongKongInstant } from '../library/calendar.ts';
import { textTable } from '../runtime/commands/text-table.ts';

const descriptions = {
  IDENTITY_NUMBER: 'whole identity number',
  PATRON_BY_IDENTITY: 'found by identity document',
  PATRON_BY_ITEM: 'found by an item',
  OPERATIONS: 'looked up operations',
  SIGN_IN: 'signed in',
} as const satisfies Record<AuditedReading['what'], string>;

const headings = ['at', 'reader', 'client', 'what'];

/**
 * A table with a line of headings, then one line for each reading and each change, the oldest first. Times are in Hong
 * Kong time.
 */
export function tableOf(readings: readonly AuditedReading[], changes: readonly AuditedChange[]): string {
  const entries = [
    ...readings.map(({ at, reader, clientId, what, applicationId }) => {
      const where = applicationId === null ? '' : ` of application ${applicationId}`;
      return { at, who: [reader, clientId ?? '-'], what: descriptions[what] + where };
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
