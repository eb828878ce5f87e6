import type { Change } from './rows.ts';
import { DAY, type Ticks } from './ticks.ts';

/** The time for which RPS can list a change (`ListChanges`): 400 days. */
const KEPT = 400n * DAY;

/** The changes of charges and orders, in the order of `Seq`. */
export class ChangeLog {
  readonly #changes: Change[] = [];

  /**
   * Adds a change, and gives it the next number. Multiples of seven are skipped, because the vendor's numbers may have
   * gaps.
   */
  write(change: Omit<Change, 'seq'>): Change {
    const next = (this.#changes.at(-1)?.seq ?? 0) + 1;
    const row = { ...change, seq: next % 7 === 0 ? next + 1 : next };
    this.#changes.push(row);
    return row;
  }

  /**
   * Returns at most `maxRows` rows with numbers above `seq`, and whether there are more. Rows older than `KEPT` are left
   * out.
   */
  after(seq: bigint, maxRows: number, now: Ticks): { readonly rows: Change[]; readonly more: boolean } {
    const following = this.#changes.filter((row) => row.seq > seq && now - row.at <= KEPT);
    return { rows: following.slice(0, maxRows), more: following.length > maxRows };
  }
}
