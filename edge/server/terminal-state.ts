/**
 * A problem that an operator must fix:
 * - `BLANK_DATES`: the terminal's messages have no date.
 * - `CLOCK_STANDS_STILL`: the terminal's messages have the same date as its messages of minutes ago.
 * - `WRONG_LOGIN`: somebody sent the terminal's user name with a wrong password, or from an address that it may not use.
 * - `TOO_MANY_CONNECTIONS`: the terminal opened more connections than a terminal may have.
 */
export type TerminalProblem = 'BLANK_DATES' | 'CLOCK_STANDS_STILL' | 'WRONG_LOGIN' | 'TOO_MANY_CONNECTIONS';

/** The state of a SIP2 terminal, for staff. It contains no data about readers. */
export interface TerminalState {
  readonly name: string;
  readonly profile: 'station' | 'e-book';
  /** The code of the terminal's branch. Null if the branch isn't known. Always null for an e-book service. */
  readonly branch: string | null;
  readonly connections: number;
  /**
   * The time of the terminal's last message to this process (RFC 3339). Null if there was none since the process started.
   */
  readonly lastSeenAt: string | null;
  /**
   * The time of the terminal's last message or login attempt at this process, even a wrong one (RFC 3339). Staff see
   * the `problems` of the process with the latest `heardAt`.
   */
  readonly heardAt: string | null;
  readonly problems: readonly TerminalProblem[];
}
