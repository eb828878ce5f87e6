import type { ChangeAudit, Operation, Owing } from '../../../store/journal/port.ts';
import { asStaff, recordChanges } from '../../operations/change-audit.ts';
import { OperationPatron, type Requester } from '../../operations/ledger.ts';
import { refused } from '../rules/problems.ts';

export interface ChargesLimit {
  /** A patron who owes more than this, in cents, gets no loan. */
  readonly cents: number;
  readonly owing: Pick<Owing, 'owingState' | 'sumOwed'>;
  readonly changes: Pick<ChangeAudit, 'recordChanges'>;
}

/** The maximum age of the index of owing patrons, in ms. If it is older, patrons' debts count as unknown. */
const maxAgeMs = 24 * 60 * 60_000;

/**
 * Whether the patron owes more than the limit, according to the index. The payment system is not called.
 * @param records the patron's record, and the records that were merged into it
 * @returns null if the patron's debt is unknown
 * @throws StoreUnavailable
 */
export async function owesMoreThan(
  { cents: limit, owing }: Pick<ChargesLimit, 'cents' | 'owing'>,
  records: readonly string[],
): Promise<boolean | null> {
  const [{ ageMs }, { cents, isPartial }] = await Promise.all([owing.owingState(), owing.sumOwed(records)]);
  if (ageMs === null || ageMs > maxAgeMs) {
    return null;
  }
  return cents <= limit && isPartial ? null : cents > limit;
}

/** The loan to check, and whether its requester overrides the limit. */
interface Override {
  readonly operation: Operation;
  readonly patronId: string;
  readonly requester: Requester;
  /** Whether the requester lends although the patron owes more than the limit. */
  readonly despiteCharges: boolean;
}

/**
 * Requires that the patron owes no more than the limit, or that a member of staff overrides the limit. An override is
 * recorded in the audit before the loan is made.
 * @param records the patron's record, and the records that were merged into it
 * @returns whether the loan needs a warning that the patron's debt is unknown. False if there is no limit.
 * @throws OperationRefused CHARGES_LIMIT_REACHED; StoreUnavailable
 */
export async function requireWithinLimit(
  limit: ChargesLimit | undefined,
  records: readonly string[],
  { operation, patronId, requester, despiteCharges }: Override,
  signal: AbortSignal,
): Promise<boolean> {
  if (limit === undefined) {
    return false;
  }
  const isOver = await owesMoreThan(limit, records);
  if (isOver !== true) {
    return isOver === null;
  }
  if (!despiteCharges) {
    throw refused('CHARGES_LIMIT_REACHED', { patronId });
  }
  const services = { changes: limit.changes };
  const patron = new OperationPatron(patronId);
  const task = { ...asStaff(requester), services, operation, patron, signal };
  await recordChanges(task, patronId, ['chargesLimit']);
  return false;
}
