import { networkOf } from '../../../platform/lifecycle/network.ts';
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import type { GatewayObserver } from '../../observer.ts';
import { type Budget, budgets, type Rates } from '../../rates.ts';
import type { Identity } from '../caller.ts';
import { Budgets } from './gcra.ts';

/** A caller with rate limits. An anonymous caller is known only by their address. */
export interface RatedCaller {
  readonly identity: Pick<Identity, 'authenticated' | 'issuer' | 'subject' | 'clientId'>;
  /** The client's address, as the trusted proxies report it. */
  readonly address: string;
}

/** The properties of an operation that decide its price. */
export interface RatedOperation {
  readonly kind: 'query' | 'mutation';
  readonly callClass: CallClass;
  readonly cost: number;
  /** Whether the document had to be parsed and validated. Default: false, because it was cached. */
  readonly isParsed?: boolean;
  /** Whether the operation must be planned first. */
  readonly isNew: boolean;
}

/** The rate limits of one caller. */
export interface Allowance {
  /** A key of the caller, for everything that is bounded per caller. */
  readonly caller: string;
  /** Returns how long the caller must wait before any request, in ms. 0: not at all. Takes no units. */
  wait(): number;
  /**
   * Takes the units of the operation and returns 0. If there are too few, it takes none and returns the time to wait,
   * in ms.
   */
  admit(operation: RatedOperation): number;
  /** Takes the units of a rejected request, for example with a wrong token or an invalid document. */
  charge(): void;
}

export interface RateLimiter {
  of(caller: RatedCaller): Allowance;
}

/** The units for parsing and validating a document, which take about as much time as a small answer. */
const readingUnits = 10;

/** The budgets of all callers, by the name of the budget. */
export type BudgetsByName = Readonly<Record<Budget, Budgets>>;

/**
 * `isShared` says whether other processes take from the same budgets. `now` returns a time in ms that never decreases.
 */
export const createBudgets = (
  rates: Rates,
  now: () => number = performance.now.bind(performance),
  isShared = false,
): BudgetsByName =>
  Object.fromEntries(
    budgets.map((name) => [name, new Budgets(rates[name], now, isShared)]),
  ) as unknown as BudgetsByName;

/** Creates a rate limiter. Null if there are no rates. */
export const rateLimiterOf = (
  rates: Rates | null,
  maxCost: number,
  observer: GatewayObserver,
): RateLimiter | null => (rates === null ? null : createRateLimiter(createBudgets(rates), maxCost, observer));

/** A query whose cost is over a tenth of `maxCost` is expensive. */
export const createRateLimiter = (
  byName: BudgetsByName,
  maxCost: number,
  observer: GatewayObserver = {},
): RateLimiter => ({
  of: (caller) => new CallerAllowance(byName, maxCost / 10, keysOf(caller), observer),
});

/** The units that an operation takes from one budget. */
interface Share {
  readonly budget: Budget;
  readonly key: string;
  readonly units: number;
}

class CallerAllowance implements Allowance {
  readonly #byName: BudgetsByName;
  /** The cost above which a query is expensive. */
  readonly #expensive: number;
  readonly #keys: Keys;
  readonly #observer: GatewayObserver;

  constructor(byName: BudgetsByName, expensive: number, keys: Keys, observer: GatewayObserver) {
    this.#byName = byName;
    this.#expensive = expensive;
    this.#keys = keys;
    this.#observer = observer;
  }

  get caller(): string {
    return this.#keys.own;
  }

  wait(): number {
    const wait = this.#byName[this.#general].wait(this.#keys.own, 1);
    if (wait > 0) {
      this.#observer.rateRefused?.(this.#general, null);
    }
    return wait;
  }

  admit(operation: RatedOperation): number {
    const shares = this.#sharesOf(operation);
    let longest = 0;
    let lacking: Budget | null = null;
    for (const { budget, key, units } of shares) {
      const wait = this.#byName[budget].wait(key, units);
      if (wait > longest) {
        longest = wait;
        lacking = budget;
      }
    }
    if (lacking !== null) {
      this.#observer.rateRefused?.(lacking, operation.callClass);
      return longest;
    }
    for (const { budget, key, units } of shares) {
      this.#byName[budget].take(key, units);
    }
    return 0;
  }

  charge(): void {
    this.#byName[this.#general].take(this.#keys.own, readingUnits);
  }

  /** The budget that every request of the caller needs. */
  get #general(): Budget {
    const { person, client } = this.#keys;
    if (person !== null) {
      return 'reads';
    }
    return client === null ? 'anonymous' : 'clientReads';
  }

  #sharesOf({ kind, cost, isParsed = false, isNew }: RatedOperation): readonly Share[] {
    const { client, person, own } = this.#keys;
    // At least 1 unit, because an operation without fields of subgraphs costs 0 but must be answered too.
    const units = Math.max(1, cost) + (isParsed ? readingUnits : 0);
    const shares: Share[] = [];
    if (person === null && client === null) {
      shares.push({ budget: 'anonymous', key: own, units });
    } else if (kind === 'query' && cost > this.#expensive) {
      shares.push({ budget: 'expensive', key: own, units });
    } else {
      const isChange = kind === 'mutation';
      if (person !== null) {
        shares.push({ budget: isChange ? 'changes' : 'reads', key: person, units });
      }
      if (client !== null) {
        shares.push({ budget: isChange ? 'clientChanges' : 'clientReads', key: client, units });
      }
    }
    if (isNew) {
      shares.push({ budget: 'plans', key: own, units: 1 });
    }
    return shares;
  }
}

/** The keys of a caller's budgets. */
interface Keys {
  /**
   * The person who is signed in. Null if there is none: a client that acts for itself, such as a station, is not a
   * person.
   */
  readonly person: string | null;
  /** The client that the caller uses. Null if there is none. */
  readonly client: string | null;
  /** The person. Without a person: the client. Without a client: the address. */
  readonly own: string;
}

function keysOf({ identity, address }: RatedCaller): Keys {
  const { authenticated, issuer, subject, clientId } = identity;
  const client = !authenticated || clientId === null ? null : `${issuer} ${clientId}`;
  const person = !authenticated || subject === null || subject === clientId ? null : `${issuer} ${subject}`;
  return { person, client, own: person ?? client ?? networkOf(address) };
}
