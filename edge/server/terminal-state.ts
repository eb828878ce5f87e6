/**
 * What an operator must do something about:
 * - `BLANK_DATES`: its messages have no date.
 * - `CLOCK_STANDS_STILL`: its messages have the same date as those of minutes ago.
 * - `WRONG_LOGIN`: its user was sent with a wrong password, or from an address that it may not use.
 * - `TOO_MANY_CONNECTIONS`: it opened more connections than a terminal may have.
 */
export type TerminalProblem = 'BLANK_DATES' | 'CLOCK_STANDS_STILL' | 'WRONG_LOGIN' | 'TOO_MANY_CONNECTIONS';

/** The state of a terminal of SIP2, for staff. It has nothing about a reader. */
export interface TerminalState {
  readonly name: string;
  readonly profile: 'station' | 'e-book';
  /** The code of its branch; null if it isn't known, and for e-book services. */
  readonly branch: string | null;
  readonly connections: number;
  /** The time of its last message to this process (RFC 3339). Null if there was none since the start. */
  readonly lastSeenAt: string | null;
  /**
   * The time of its last message or login to this process, also of a wrong login (RFC 3339). If there are several
   * processes, the problems are those of the one that has heard of it last.
   */
  readonly heardAt: string | null;
  readonly problems: readonly TerminalProblem[];
}
