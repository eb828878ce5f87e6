import type { Asking, Ask as AskOf, AskWithin as AskWithinOf } from '../sql.ts';
import type { StatementName } from './statements/index.ts';

export type Ask = AskOf<StatementName>;
export type AskWithin = AskWithinOf<StatementName>;

/** The index's tables, in either database. */
export interface IndexStore extends AsyncDisposable {
  readonly ask: Ask;
  /**
   * Runs `work` in a transaction that excludes all other writing transactions. If `work` throws, none of its changes
   * are kept.
   */
  write<Result>(work: (ask: AskWithin) => Asking<Result>): Promise<Result>;
  /** The time in ms since 1970, by the one clock of all processes. This clock may be put back. */
  now(): Promise<number>;
  /** Draws a number that is greater than all numbers that any process has drawn before. */
  draw(): Promise<number>;
}
