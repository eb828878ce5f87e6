import type { Origin, Statement } from '../../../adapters/charges/port.ts';
import type { Owed } from '../../../store/journal/port.ts';
import { reportFailure } from '../../runtime/errors.ts';
import { readApart } from '../../runtime/read-apart.ts';
import type { OwingServices } from './services.ts';

/** The maximum number of accounts in one call. It is the payment system's limit. */
const accountsAtOnce = 20;
/** The maximum number of calls for accounts before the list of changes is read again. */
const callsAtOnce = 10;
/** An account that could not be decoded is read again after this time, in ms. */
const setAsideMs = 600_000;

/**
 * Reads the accounts of patrons for whom the payment system has listed a change. A pass reads each of these patrons
 * once.
 */
export class ChangedAccounts {
  readonly #services: OwingServices;
  readonly #follower: string;
  readonly #origin: Origin;
  /**
   * The pass through the listed patrons that is under way: when it began, and the key of the last patron that was read.
   */
  #pass: { readonly beganAtMs: number; readonly after: string | null } | null = null;
  /** Patrons whose accounts could not be decoded, each with the time of the failed reading. */
  readonly #setAside = new Map<string, number>();

  constructor(services: OwingServices, follower: string, origin: Origin) {
    this.#services = services;
    this.#follower = follower;
    this.#origin = origin;
  }

  /**
   * Drops the pass under way. Must be called when another process follows the list of changes, or when the whole list
   * is read again.
   */
  forget(): void {
    this.#pass = null;
  }

  /**
   * Reads the next accounts of the pass. After a whole pass, the index shows every change that was listed before the
   * pass began. Accounts that could not be decoded are missing.
   * @param beganAtMs a time by `monotonic`, after which the list of changes was read to its end
   * @returns whether there is more to read now
   */
  async readNext(beganAtMs: number, signal: AbortSignal): Promise<boolean> {
    const { owing, monotonic } = this.#services;
    let pass = this.#pass ?? { beganAtMs, after: null };
    for (let calls = 0; calls < callsAtOnce; calls += 1) {
      const marked = await owing.markedOwing(pass.after, accountsAtOnce);
      const toRead = marked.map(({ patronId }) => patronId).filter((id) => !this.#isSetAside(id));
      if (toRead.length > 0 && !(await this.#read(toRead, signal))) {
        this.#pass = null;
        return false;
      }
      pass = { ...pass, after: marked.at(-1)?.key ?? pass.after };
      this.#pass = pass;
      if (marked.length < accountsAtOnce) {
        this.#pass = null;
        await owing.owingApplied(this.#follower, Math.ceil(monotonic() - pass.beganAtMs));
        return false;
      }
    }
    return true;
  }

  #isSetAside(patronId: string): boolean {
    const sinceMs = this.#setAside.get(patronId);
    return sinceMs !== undefined && this.#services.monotonic() - sinceMs < setAsideMs;
  }

  /**
   * Reads these accounts, and saves what the patrons owe in the index. Accounts that can't be decoded are set aside for
   * a while. Resolves to false if another process now has the lease to write the index.
   */
  async #read(patronIds: readonly string[], signal: AbortSignal): Promise<boolean> {
    const { ledger, owing, log, monotonic } = this.#services;
    const question = { includeSettled: false, origin: this.#origin };
    const { answers, unreadable } = await readApart(
      patronIds,
      async (ids) => {
        const statements = await ledger.statements(ids, question, signal);
        return ids.map((patronId, at) => ({ patronId, owed: owedBy(statements[at] ?? null) }));
      },
      async () => void (await ledger.ping(signal)),
    );
    for (const { key, error } of unreadable) {
      this.#setAside.set(key, monotonic());
      reportFailure(log, error, 'an account is set aside: the list of what is owed lacks it');
    }
    const accounts = answers.flat();
    for (const { patronId } of accounts) {
      this.#setAside.delete(patronId);
    }
    return accounts.length === 0 || (await owing.saveOwed(this.#follower, accounts));
  }
}

/** What is outstanding on a statement. Null if nothing is outstanding. Credits don't lower the amount. */
export function owedBy(statement: Pick<Statement, 'charges'> | null): Owed | null {
  const open = statement?.charges.filter(({ outstandingCents }) => outstandingCents > 0) ?? [];
  const [oldest] = open.map(({ raisedAt }) => raisedAt).sort();
  return oldest === undefined
    ? null
    : {
        cents: open.reduce((sum, { outstandingCents }) => sum + outstandingCents, 0),
        charges: open.length,
        since: new Date(oldest),
      };
}
