import { isIPv6 } from 'node:net';
import { type Budget, budgets, type Rates } from '../../rates.ts';
import type { Identity } from '../caller.ts';
import { Budgets } from './gcra.ts';

/** Who asks: for anonymous callers the address is all that is known. */
export interface RatedCaller {
  readonly identity: Pick<Identity, 'authenticated' | 'issuer' | 'subject' | 'clientId'>;
  /** The client's address, behind trusted proxies. */
  readonly address: string;
}

/** What an operation is, and what it may cost. */
export interface RatedOperation {
  readonly kind: 'query' | 'mutation';
  readonly cost: number;
  /** Whether its document had to be parsed and validated. Absent: it was known. */
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
  /** Takes what a request costs that came to nothing: a wrong token, or a document that isn't valid. */
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
export const rateLimiterOf = (rates: Rates | null, maxCost: number): RateLimiter | null =>
  rates === null ? null : createRateLimiter(createBudgets(rates), maxCost);

/** `maxCost`: over a tenth of it a query is expensive. */
export const createRateLimiter = (byName: BudgetsByName, maxCost: number): RateLimiter => ({
  of: (caller) => new CallerAllowance(byName, maxCost / 10, keysOf(caller)),
});

class CallerAllowance implements Allowance {
  readonly #byName: BudgetsByName;
  /** A query that costs more is expensive. */
  readonly #expensive: number;
  readonly #keys: Keys;

  constructor(byName: BudgetsByName, expensive: number, keys: Keys) {
    this.#byName = byName;
    this.#expensive = expensive;
    this.#keys = keys;
  }

  get caller(): string {
    return this.#keys.own;
  }

  wait(): number {
    return this.#general.wait(this.#keys.own, 1);
  }

  admit(operation: RatedOperation): number {
    const wait = this.#use(operation, false);
    return wait > 0 ? wait : this.#use(operation, true);
  }

  charge(): void {
    this.#general.take(this.#keys.own, readingUnits);
  }

  /** The budget that every request needs, whatever it asks. */
  get #general(): Budgets {
    const { person, client } = this.#keys;
    if (person !== null) {
      return this.#byName.reads;
    }
    return client === null ? this.#byName.anonymous : this.#byName.clientReads;
  }

  /** Takes what the operation costs, and gives 0; or takes nothing, and gives the longest time to wait, in ms. */
  #use({ kind, cost, isParsed = false, isNew }: RatedOperation, takes: boolean): number {
    const { client, person, own } = this.#keys;
    const byName = this.#byName;
    // An operation without fields of a subgraph costs nothing there, and is answered all the same.
    const units = Math.max(1, cost) + (isParsed ? readingUnits : 0);
    let wait = 0;
    if (person === null && client === null) {
      wait = use(byName.anonymous, own, units, takes);
    } else if (kind === 'query' && cost > this.#expensive) {
      wait = use(byName.expensive, own, units, takes);
    } else {
      const isChange = kind === 'mutation';
      if (person !== null) {
        wait = use(isChange ? byName.changes : byName.reads, person, units, takes);
      }
      if (client !== null) {
        const ofClient = isChange ? byName.clientChanges : byName.clientReads;
        wait = Math.max(wait, use(ofClient, client, units, takes));
      }
    }
    return isNew ? Math.max(wait, use(byName.plans, own, 1, takes)) : wait;
  }
}

function use(ofAll: Budgets, key: string, units: number, takes: boolean): number {
  if (!takes) {
    return ofAll.wait(key, units);
  }
  ofAll.take(key, units);
  return 0;
}

/** Under which keys a caller has budgets. */
interface Keys {
  /** A person who signed in; null where there is none. A client that acts for itself, as a station or a partner does, is no person. */
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
  return { person, client, own: person ?? client ?? addressKey(address) };
}

/** One household or office has a whole /64 of IPv6, and could take a new address for each request. */
export function addressKey(address: string): string {
  if (!isIPv6(address)) {
    return address;
  }
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? networkOf(address);
}

/** The first four groups of an IPv6 address. */
function networkOf(address: string): string {
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...new Array<string>(zeros).fill('0'), ...last];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
