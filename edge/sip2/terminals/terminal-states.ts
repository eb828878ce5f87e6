import type { TerminalProblem, TerminalState } from '../../server/terminal-state.ts';
import type { ConnectionLog } from '../log.ts';
import type { Terminal } from './terminals.ts';

/** If different messages have the same date for this time (ms), the terminal's clock stands still. */
const stillMs = 120_000;

interface Seen {
  lastSeenAt: Date | null;
  /** The time of the terminal's last message or login attempt, right or wrong. */
  heardAt: Date | null;
  /** The date in the terminal's last message, and when the first message with this date came (monotonic, in ms). */
  clock: { readonly date: string; readonly since: number } | null;
  readonly problems: Set<TerminalProblem>;
}

/** Remembers each terminal's problems, and when it was last seen. Remembers no more terminals than the file lists. */
export class TerminalStates {
  readonly #log: ConnectionLog;
  readonly #now: () => Date;
  readonly #monotonic: () => number;
  readonly #seen = new Map<string, Seen>();

  /** `monotonic` is a clock in ms that is never put back. */
  constructor(log: ConnectionLog, now: () => Date, monotonic: () => number = () => performance.now()) {
    this.#log = log;
    this.#now = now;
    this.#monotonic = monotonic;
  }

  /** Records a new message of the terminal. `transactionDate` is null if this kind of message has no date. */
  sawMessage(name: string, transactionDate: string | null): void {
    const seen = this.#of(name);
    seen.lastSeenAt = this.#now();
    seen.heardAt = seen.lastSeenAt;
    if (transactionDate === null) {
      return;
    }
    const now = this.#monotonic();
    const isBlank = transactionDate.trim() === '';
    const hasStood = !isBlank && seen.clock?.date === transactionDate && now - seen.clock.since >= stillMs;
    if (seen.clock?.date !== transactionDate) {
      seen.clock = { date: transactionDate, since: now };
    }
    this.#setClockProblem(name, seen, 'BLANK_DATES', isBlank);
    this.#setClockProblem(name, seen, 'CLOCK_STANDS_STILL', hasStood);
  }

  /** Logs a problem once, and again only after it was over. */
  #setClockProblem(name: string, { problems }: Seen, problem: TerminalProblem, is: boolean): void {
    if (is && !problems.has(problem)) {
      this.#log.warn({ terminal: name, problem }, 'the dates of a SIP2 terminal are wrong: set its clock');
    }
    if (is) {
      problems.add(problem);
    } else {
      problems.delete(problem);
    }
  }

  /** Records that the terminal's login has this problem. */
  raise(name: string, problem: TerminalProblem): void {
    const seen = this.#of(name);
    seen.heardAt = this.#now();
    seen.problems.add(problem);
  }

  /** Records that the terminal's login doesn't have this problem any more. */
  clear(name: string, problem: TerminalProblem): void {
    const seen = this.#of(name);
    seen.heardAt = this.#now();
    seen.problems.delete(problem);
  }

  /** Forgets all terminals that have none of these names. */
  keepOnly(names: readonly string[]): void {
    const kept = new Set(names);
    for (const name of this.#seen.keys()) {
      if (!kept.has(name)) {
        this.#seen.delete(name);
      }
    }
  }

  list(terminals: readonly Terminal[], connections: ReadonlyMap<string, number>): readonly TerminalState[] {
    return terminals.map((terminal) => {
      const { name, profile } = terminal;
      const seen = this.#seen.get(name);
      return {
        name,
        profile,
        branch: terminal.profile === 'station' ? terminal.branch : null,
        connections: connections.get(name) ?? 0,
        lastSeenAt: seen?.lastSeenAt?.toISOString() ?? null,
        heardAt: seen?.heardAt?.toISOString() ?? null,
        problems: [...(seen?.problems ?? [])],
      };
    });
  }

  #of(name: string): Seen {
    const known = this.#seen.get(name);
    if (known !== undefined) {
      return known;
    }
    const seen: Seen = { lastSeenAt: null, heardAt: null, clock: null, problems: new Set() };
    this.#seen.set(name, seen);
    return seen;
  }
}
