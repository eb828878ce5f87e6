import type { AuditedReading } from '../../adapters/journal/port.ts';
import { hongKongInstant } from '../library/calendar.ts';

const words = {
  IDENTITY_NUMBER: 'whole identity number',
  PATRON_BY_IDENTITY: 'found by identity document',
} as const satisfies Record<AuditedReading['what'], string>;

const heads = ['at', 'reader', 'client', 'what'];

/** A line for each reading under a line of heads, in columns; each ends with a line feed. Times are Hong Kong's. */
export function tableOf(readings: readonly AuditedReading[]): string {
  const rows = readings.map(({ at, reader, clientId, what, applicationId }) => {
    const where = applicationId === undefined ? '' : ` of application ${applicationId}`;
    return [hongKongInstant(at), reader, clientId ?? '-', words[what] + where].map(printable);
  });
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    `${row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()}\n`;
  return [heads, ...rows].map(line).join('');
}

/** A reader's name is whatever the issuer of tokens has: nothing in it may move a terminal's cursor. */
const printable = (text: string): string => text.replace(/\p{C}/gu, '?');
