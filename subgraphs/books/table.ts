import type { Discrepancy, Finding } from '../../store/journal/port.ts';
import { hongKongInstant } from '../library/calendar.ts';
import { textTable } from '../runtime/commands/text-table.ts';

export const descriptions: Readonly<Record<Discrepancy, string>> = {
  OPERATION_LOST: 'done, and not in the journal',
  DONE_AFTER_REFUSAL: 'done, and was settled as refused',
  DONE_TWICE: 'done more than once',
  DONE_TOO_LATE: 'done too late',
  NOT_DONE: 'stands as done, and was not',
  OVER_LIMIT: 'lent beyond the limit',
  NEVER_SETTLES: 'not settled, and long certain',
};

const headings = ['found at', 'operation', 'what', 'done at', 'event'];

/** A table with a line of headings, then one line for each finding, in the given order. Times are in Hong Kong time. */
export function tableOf(findings: readonly Finding[]): string {
  const rows = findings.map(({ foundAt, operationId, discrepancy, at, sequence }) => [
    hongKongInstant(foundAt),
    operationId,
    descriptions[discrepancy],
    hongKongInstant(at),
    sequence ?? '-',
  ]);
  return textTable(headings, rows);
}
