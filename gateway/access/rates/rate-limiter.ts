import { budgetsOf, type Networks, networksOf } from '../../../platform/lifecycle/network.ts';
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import type { GatewayObserver } from '../../observer.ts';
import { type Budget, budgets, type Rates } from '../../rates.ts';
import type { Identity } from '../caller.ts';
import { Budgets } from './gcra.ts';

/** A caller whose requests are limited. An anonymous caller is known only by their address. */
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
  /** Whether the document had to be parsed and validated. Default: false, which means that the document was cached. */
  readonly isParsed?: boolean;
  /** Whether the operation must be planned first. */
  readonly isNew: boolean;
}

/** The rate limits of one caller. */
export interface Allowance {
  /**
   * A key of the caller, for everything that is bounded per caller. Without a token, it is the widest network of the
   * address, because one person may control the whole network.
   */
  readonly caller: string;
  /** Returns how long the caller must wait before any request, in ms. 0: not at all. Takes no units. */
  wait(): number;
  /**
   * Takes the units of the operation and returns 0. If the budgets have too few units, takes no units and returns the
   * time to wait, in ms.
   */
  admit(operation: RatedOperation): number;
  /**
   * Takes `units` for a rejected request, even if there are too few. The rejection may be due to a wrong token or an
   * invalid document. Default: the units for reading a document.
   */
  charge(units?: number): void;
}

export interface RateLimiter {
  of(caller: RatedCaller): Allowance;
}

/** The units for parsing and validating a document. This work takes about as much time as a small answer. */
const readingUnits = 10;

/** The budgets of all callers, by the name of the budget. */
export type BudgetsByName = Readonly<Record<Budget, Budgets>>;

/**
 * Creates the budgets for the rates. `isShared`: other processes take from the same budgets. `now` returns a time in ms
 * that never decreases.
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

/**
 * Creates a rate limiter. If the caller is a person or a client, a query whose cost is over a tenth of `maxCost` takes
 * from the budget `expensive`.
 */
export const createRateLimiter = (
  byName: BudgetsByName,
  maxCost: number,
  observer: GatewayObserver = {},
): RateLimiter => {
  for (const name of budgets) {
    observer.watchTable?.(`rates_${name}`, () => byName[name].fill);
  }
  return { of: (caller) => new CallerAllowance(byName, maxCost / 10, keysOf(caller), observer) };
};

/** A rate limiter without limits. It still gives each caller a key, because callers share other resources, too. */
export const withoutRates: RateLimiter = {
  of: (caller) => ({
    caller: widestOf(keysOf(caller).own),
    wait: () => 0,
    admit: () => 0,
    charge: () => undefined,
  }),
};

const widestOf = (networks: Networks): string => networks.at(-1) ?? networks[0];

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
    return widestOf(this.#keys.own);
  }

  wait(): number {
    const wait = this.#waitFor(this.#ownShares(this.#general, 1)).ms;
    if (wait > 0) {
      this.#observer.rateRefused?.(this.#general, null);
    }
    return wait;
  }

  admit(operation: RatedOperation): number {
    const shares = this.#sharesOf(operation);
    const { ms, lacking } = this.#waitFor(shares);
    if (lacking !== null) {
      this.#observer.rateRefused?.(lacking, operation.callClass);
      return ms;
    }
    this.#take(shares);
    return 0;
  }

  charge(units = readingUnits): void {
    this.#take(this.#ownShares(this.#general, units));
  }

  /** The longest wait until a budget has enough units for its share, and that budget. */
  #waitFor(shares: readonly Share[]): { readonly ms: number; readonly lacking: Budget | null } {
    let longest = 0;
    let lacking: Budget | null = null;
    for (const { budget, key, units } of shares) {
      const wait = this.#byName[budget].wait(key, units);
      if (wait > longest) {
        longest = wait;
        lacking = budget;
      }
    }
    return { ms: longest, lacking };
  }

  #take(shares: readonly Share[]): void {
    for (const { budget, key, units } of shares) {
      this.#byName[budget].take(key, units);
    }
  }

  /**
   * The units that an operation takes from the caller's own budgets. An address takes from the budgets of its wider
   * networks, too. A wider network has the same budget, but an operation takes fewer units from it: half the units have
   * the same effect as twice the budget.
   */
  #ownShares(budget: Budget, units: number): readonly Share[] {
    return this.#keys.own.map((key, position) => ({ budget, key, units: units / budgetsOf(position) }));
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
    const { client, person } = this.#keys;
    // An operation takes at least 1 unit. Without fields of subgraphs its cost is 0, but it must be answered too.
    const units = Math.max(1, cost) + (isParsed ? readingUnits : 0);
    const plans = isNew ? this.#ownShares('plans', 1) : [];
    if (person === null && client === null) {
      return [...this.#ownShares('anonymous', units), ...plans];
    }
    if (kind === 'query' && cost > this.#expensive) {
      return [...this.#ownShares('expensive', units), ...plans];
    }
    const isChange = kind === 'mutation';
    const shares: Share[] = [...plans];
    if (person !== null) {
      shares.push({ budget: isChange ? 'changes' : 'reads', key: person, units });
    }
    if (client !== null) {
      shares.push({ budget: isChange ? 'clientChanges' : 'clientReads', key: client, units });
    }
    return shares;
  }
}

interface Keys {
  /** The person who is signed in. Null if the client acts for itself, such as a station. */
  readonly person: string | null;
  /** The client that the caller uses. Null if the caller uses no client. */
  readonly client: string | null;
  /** The person. Without a person: the client. Without a client: the networks of the address. */
  readonly own: Networks;
}

function keysOf({ identity, address }: RatedCaller): Keys {
  const { authenticated, issuer, subject, clientId } = identity;
  const client = !authenticated || clientId === null ? null : `${issuer} ${clientId}`;
  const person = !authenticated || subject === null || subject === clientId ? null : `${issuer} ${subject}`;
  const ofCaller = person ?? client;
  return { person, client, own: ofCaller === null ? networksOf(address) : [ofCaller] };
}
