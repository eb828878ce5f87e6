import type { ChangeAudit, Operation, Owing } from '../../../store/journal/port.ts';
import { recordChanges } from '../../operations/change-audit.ts';
import { OperationPatron } from '../../operations/ledger.ts';
import type { Caller } from '../../runtime/caller.ts';
import { refused } from '../rules/problems.ts';

/** The library's limit, and what is known of what patrons owe. */
export interface ChargesLimit {
  /** A patron who owes more than this, in cents, gets no loan. */
  readonly cents: number;
  readonly owing: Pick<Owing, 'owingState' | 'centsOwed'>;
  /** Where overrides are recorded. */
  readonly changes: Pick<ChangeAudit, 'recordChanges'>;
}

/** An index that had everything less than this time ago, in ms, tells what patrons owe. */
const maxAgeMs = 24 * 60 * 60_000;

/** `UNKNOWN`: the index is not built, or too old. */
export type ChargesVerdict = 'WITHIN' | 'ABOVE' | 'UNKNOWN';

/**
 * Judges what the patron owes, by the index alone: the payment system is not called. Without a limit, everything is within.
 * @param records the patron's record, and those that were merged into it
 */
export async function judgeCharges(
  limit: ChargesLimit | undefined,
  records: readonly string[],
): Promise<ChargesVerdict> {
  if (limit === undefined) {
    return 'WITHIN';
  }
  const [{ ageMs }, cents] = await Promise.all([limit.owing.owingState(), limit.owing.centsOwed(records)]);
  if (ageMs === null || ageMs > maxAgeMs) {
    return 'UNKNOWN';
  }
  return cents > limit.cents ? 'ABOVE' : 'WITHIN';
}

/** A loan above the limit, and who overrides the limit. */
interface Override {
  readonly operation: Operation;
  readonly patronId: string;
  readonly caller: Caller;
  readonly signal: AbortSignal;
}

/**
 * Requires that the patron may borrow with what they owe, or that a member of staff overrides the limit. An override is recorded
 * before the loan is made.
 * @throws OperationRefused CHARGES_LIMIT_REACHED; StoreUnavailable
 */
export async function requireWithinLimit(
  limit: ChargesLimit | undefined,
  verdict: ChargesVerdict,
  isOverridden: boolean,
  { operation, patronId, caller, signal }: Override,
): Promise<void> {
  if (limit === undefined || verdict !== 'ABOVE') {
    return;
  }
  if (!isOverridden) {
    throw refused('CHARGES_LIMIT_REACHED', { patronId });
  }
  const { subject, clientId, patronId: callerPatronId, signInId } = caller;
  const by = { caller: subject ?? 'anonymous', clientId, callerPatronId, signInId };
  const services = { changes: limit.changes };
  const patron = new OperationPatron(patronId);
  await recordChanges({ services, operation, ...by, patron, signal }, patronId, ['chargesLimit']);
}
