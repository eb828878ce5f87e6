import type { Account, Books, Discrepancy } from '../../../store/journal/port.ts';
import type { ErrorLog } from '../../runtime/errors.ts';
import { discrepanciesOf, type NewFinding } from './discrepancies.ts';

export interface ComparingServices {
  readonly books: Pick<Books, 'recordFindings' | 'reopenRefusal'>;
  readonly log: ErrorLog;
}

const alarms: Readonly<Record<Discrepancy, string>> = {
  OPERATION_LOST:
    'ALARM: circulation made a change for an operation that the journal does not have: the database has lost it',
  DONE_AFTER_REFUSAL: 'ALARM: circulation made a change for an operation that stands as refused',
  DONE_TWICE: 'ALARM: circulation made more than one change for one operation',
  DONE_TOO_LATE: 'ALARM: circulation made a change after the time in which it makes any',
  NOT_DONE: 'ALARM: an operation stands as done, and circulation made no change for it',
  OVER_LIMIT: 'ALARM: a patron was lent more than the limit, by operations that are right one by one',
  NEVER_SETTLES: 'ALARM: an operation does not settle, although its outcome has long been certain',
  LENT_OFFLINE:
    'a station lent an item while it was off line, and the loan was refused: staff have it as a finding',
  PAYMENT_LOST:
    'ALARM: the payment system made a change for an operation that the journal does not have: the database has lost it',
  PAYMENT_AFTER_REFUSAL: 'ALARM: the payment system made a change for an operation that stands as refused',
  PAYMENT_DIFFERS: 'ALARM: the payment system made another change than the operation asked for',
  PAYMENT_NOT_DONE: 'ALARM: an operation stands as done, and the payment system made no change for it',
};

/** Compares operations with circulation's changes, and records the discrepancies. Resolves to the new findings. */
export async function compare(
  services: ComparingServices,
  accounts: readonly Account[],
  since: Date,
  aheadMs: number | null,
): Promise<readonly NewFinding[]> {
  return await recordFindings(
    services,
    accounts.flatMap((account) => discrepanciesOf(account, since, aheadMs)),
  );
}

/**
 * Records the findings, and raises an alarm for each new one. If circulation made a change although its operation is
 * settled as refused, the reconciler reads circulation's events, and settles it as done. Resolves to the new findings.
 */
export async function recordFindings(
  { books, log }: ComparingServices,
  found: readonly NewFinding[],
): Promise<readonly NewFinding[]> {
  const newFindings: NewFinding[] = [];
  for (let start = 0; start < found.length; start += maxRecorded) {
    newFindings.push(...(await books.recordFindings(found.slice(start, start + maxRecorded))));
  }
  for (const { operationId: operation, discrepancy, sequence } of newFindings) {
    log.error({ operation, discrepancy, sequence }, alarms[discrepancy]);
    if (discrepancy === 'DONE_AFTER_REFUSAL') {
      await books.reopenRefusal(operation);
    }
  }
  return newFindings;
}

/** The maximum number of findings that the journal records in one call. */
const maxRecorded = 500;
