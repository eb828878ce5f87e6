import { ObservedLease } from '../../platform/time/observed-lease.ts';
import { checkTimes } from './argument-limits.ts';
import { requireFound } from './rows.ts';
import type { JournalSql, StatementName } from './statements/index.ts';

/** The statement that takes a lease or renews it, and the statement that reads the lease's number. */
interface LeaseStatements {
  readonly take: StatementName;
  readonly number: StatementName;
}

/**
 * Takes a lease, or renews it. Resolves to the row that the statement returns, or to undefined while another process has
 * the lease. This process then observes the lease's number. The holder is gone only if the number stays the same for
 * `leaseMs`.
 */
export function leasing<Row extends object>(
  sql: JournalSql,
  { take, number }: LeaseStatements,
  monotonic: () => number,
): (holder: string, leaseMs: number) => Promise<Row | undefined> {
  const observed = new ObservedLease(monotonic);
  return async (holder, leaseMs) => {
    checkTimes({ leaseMs });
    const [row] = await sql.writeEventually<Row>(take, [holder, leaseMs, observed.freeNumber(leaseMs)]);
    if (row === undefined) {
      const [lease] = await sql.read<{ readonly number: string }>(number, []);
      observed.see(requireFound(lease).number);
    }
    return row;
  };
}
