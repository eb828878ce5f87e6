import { networkOf } from '../../../platform/lifecycle/network.ts';
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import type { GatewayObserver } from '../../observer.ts';
import { type Budget, budgets, type Rates } from '../../rates.ts';
import type { Identity } from '../caller.ts';
import { Budgets } from './gcra.ts';

/** The caller. Of anonymous ones only the address is known. */
export interface RatedCaller {
  readonly identity: Pick<Identity, 'authenticated' | 'issuer' | 'subject' | 'clientId'>;
  /** The client's address, behind trusted proxies. */
  readonly address: string;
}

/** What an operation is, and what it may cost. */
export interface RatedOperation {
  readonly kind: 'query' | 'mutation';
  readonly callClass: CallClass;
  readonly cost: number;
  /** Whether its document had to be parsed and validated. False by default: it was known. */
  readonly isParsed?: boolean;
  /** Whether it must be planned first. */
  readonly isNew: boolean;
}

/** What one caller may ask for now. */
export interface Allowance {
  /** Who it is: a key for what is bounded by caller. */
  readonly caller: string;
  /** How long the caller must wait before any request, in ms; 0: not at all. Takes nothing. */
  wait(): number;
  /** Takes what the operation costs, and gives 0; or takes nothing, and gives the time to wait, in ms. */
  admit(operation: RatedOperation): number;
  /** Takes what a rejected request costs: one with a wrong token, or with a document that isn't valid. */
  charge(): void;
}

export interface RateLimiter {
  of(caller: RatedCaller): Allowance;
}

/** Units of reading a document: to parse and to validate it costs about as much as a small answer. */
const readingUnits = 10;

/** The budgets of all callers, by what they are for. */
export type BudgetsByName = Readonly<Record<Budget, Budgets>>;

/** `isShared`: whether other processes take from the same budgets. `now`: in ms, never backwards. */
export const createBudgets = (
  rates: Rates,
  now: () => number = performance.now.bind(performance),
  isShared = false,
): BudgetsByName =>
  Object.fromEntries(
    budgets.map((name) => [name, new Budgets(rates[name], now, isShared)]),
  ) as unknown as BudgetsByName;

/** Null where nothing is counted. */
export const rateLimiterOf = (
  rates: Rates | null,
  maxCost: number,
  observer: GatewayObserver,
): RateLimiter | null => (rates === null ? null : createRateLimiter(createBudgets(rates), maxCost, observer));

/** `maxCost`: over a tenth of it a query is expensive. */
export const createRateLimiter = (
  byName: BudgetsByName,
  maxCost: number,
  observer: GatewayObserver = {},
): RateLimiter => ({
  of: (caller) => new CallerAllowance(byName, maxCost / 10, keysOf(caller), observer),
});

/** What an operation takes from one budget. */
interface Share {
  readonly budget: Budget;
  readonly key: string;
  readonly units: number;
}

class CallerAllowance implements Allowance {
  readonly #byName: BudgetsByName;
  /** A query that costs more is expensive. */
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

  /** The budget that every request needs, whatever it asks. */
  get #general(): Budget {
    const { person, client } = this.#keys;
    if (person !== null) {
      return 'reads';
    }
    return client === null ? 'anonymous' : 'clientReads';
  }

  #sharesOf({ kind, cost, isParsed = false, isNew }: RatedOperation): readonly Share[] {
    const { client, person, own } = this.#keys;
    // An operation without fields of subgraphs has no cost, and must be answered, too.
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
  /** The person who is signed in; null where there is none. A client that acts for itself, such as a station, is no person. */
  readonly person: string | null;
  /** The client that the caller uses; null where there is none. */
  readonly client: string | null;
  /** The person, else the client, else the address. */
  readonly own: string;
}

function keysOf({ identity, address }: RatedCaller): Keys {
  const { authenticated, issuer, subject, clientId } = identity;
  const client = !authenticated || clientId === null ? null : `${issuer} ${clientId}`;
  const person = !authenticated || subject === null || subject === clientId ? null : `${issuer} ${subject}`;
  return { person, client, own: person ?? client ?? networkOf(address) };
}
