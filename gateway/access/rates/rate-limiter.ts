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

/** Null where nothing is counted. */
export const rateLimiterOf = (rates: Rates | null, maxCost: number): RateLimiter | null =>
  rates === null ? null : createRateLimiter(rates, maxCost);

/** One key in one budget, and what is taken from it. */
type Take = readonly [budget: Budget, key: string, units: number];

/** `maxCost`: over a tenth of it a query is expensive. `now`: in ms, never backwards. */
export function createRateLimiter(
  rates: Rates,
  maxCost: number,
  now: () => number = performance.now.bind(performance),
): RateLimiter {
  const all = Object.fromEntries(budgets.map((name) => [name, new Budgets(rates[name], now)])) as Readonly<
    Record<Budget, Budgets>
  >;
  const longestWait = (takes: readonly Take[]) =>
    takes.reduce((longest, [budget, key, units]) => Math.max(longest, all[budget].wait(key, units)), 0);
  return {
    of(caller) {
      const keys = keysOf(caller);
      return {
        caller: keys.own,
        wait: () => longestWait([generalTake(keys, 1)]),
        admit(operation) {
          const takes = takesOf(keys, operation, maxCost / 10);
          const wait = longestWait(takes);
          if (wait === 0) {
            for (const [budget, key, units] of takes) {
              all[budget].take(key, units);
            }
          }
          return wait;
        },
        charge() {
          const [budget, key, units] = generalTake(keys, readingUnits);
          all[budget].take(key, units);
        },
      };
    },
  };
}

function takesOf(
  keys: Keys,
  { kind, cost, isParsed = false, isNew }: RatedOperation,
  expensive: number,
): Take[] {
  const { client, person, own } = keys;
  // An operation without fields of a subgraph costs nothing there, and is answered all the same.
  const units = Math.max(1, cost) + (isParsed ? readingUnits : 0);
  const takes: Take[] = [];
  if (person === null && client === null) {
    takes.push(['anonymous', own, units]);
  } else if (kind === 'query' && cost > expensive) {
    takes.push(['expensive', own, units]);
  } else {
    const isChange = kind === 'mutation';
    if (person !== null) {
      takes.push([isChange ? 'changes' : 'reads', person, units]);
    }
    if (client !== null) {
      takes.push([isChange ? 'clientChanges' : 'clientReads', client, units]);
    }
  }
  if (isNew) {
    takes.push(['plans', own, 1]);
  }
  return takes;
}

/** Takes from the budget that every request of a caller needs, whatever it asks. */
function generalTake({ client, person, own }: Keys, units: number): Take {
  if (person !== null) {
    return ['reads', person, units];
  }
  return [client === null ? 'anonymous' : 'clientReads', own, units];
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
function addressKey(address: string): string {
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
