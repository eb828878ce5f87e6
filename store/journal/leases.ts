import { ObservedLease } from '../../platform/time/observed-lease.ts';
import { checkTimes } from './argument-limits.ts';
import { requireFound } from './rows.ts';
import type { JournalSql, StatementName } from './statements/index.ts';

/**
 * The names of two statements. `take` takes or renews a lease. `number` reads the lease's number, which rises with each
 * renewal.
 */
interface LeaseStatements {
  readonly take: StatementName;
  readonly number: StatementName;
}

/**
 * Takes a lease, or renews it. Resolves to the row that the statement returns, or to undefined while another process
 * has the lease. In that case, this process watches the lease's number. If it stays the same for `leaseMs`, the holder
 * has stopped renewing, and this process takes the lease.
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
