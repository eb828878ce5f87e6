import type { StatementName } from './statements.ts';

export type Value = string | number | bigint | null;

/** Runs a statement. `Row` must match the columns that its SQL selects. Rejects with `JournalUnavailable`. */
export type Ask = <Row extends object = never>(
  name: StatementName,
  values: readonly Value[],
) => Promise<readonly Row[]>;

/** The index's tables, in either database. Statements that are asked at the same moment run in order. */
export interface IndexStore extends AsyncDisposable {
  readonly ask: Ask;
  /**
   * Runs `work` in a transaction that excludes all others that write: all of its changes are made, or none if it rejects. `work`
   * must wait for nothing but statements.
   */
  write<Result>(work: (ask: Ask) => Promise<Result>): Promise<Result>;
  /** Milliseconds, by the one clock of all processes. */
  now(): Promise<number>;
}
