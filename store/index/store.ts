import type { Asking, Ask as AskOf, AskWithin as AskWithinOf } from '../sql.ts';
import type { StatementName } from './statements.ts';

export type Ask = AskOf<StatementName>;
export type AskWithin = AskWithinOf<StatementName>;

/** The index's tables, in either database. */
export interface IndexStore extends AsyncDisposable {
  readonly ask: Ask;
  /** Runs `work` in a transaction that excludes all others that write. Keeps all of its changes, or none if it throws. */
  write<Result>(work: (ask: AskWithin) => Asking<Result>): Promise<Result>;
  /** In ms since 1970, by the one clock of all processes. */
  now(): Promise<number>;
}
