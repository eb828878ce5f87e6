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
  /** Whether it must be planned first. */
  readonly isNew: boolean;
}

export interface RateLimiter {
  /** How long a caller must wait before any request, in ms; 0: not at all. Takes nothing. */
  wait(caller: RatedCaller): number;
  /** Takes what the operation costs, and gives 0; or takes nothing, and gives the time to wait, in ms. */
  admit(caller: RatedCaller, operation: RatedOperation): number;
  /** Takes what a request costs that came to nothing: a wrong token, or a document that isn't valid. */
  charge(caller: RatedCaller): void;
}

/** Units of a request that came to nothing: reading, parsing and validating cost about as much as a small answer. */
const failureUnits = 10;

/** Gateways without rates count nothing. */
export const rateLimiterOf = (rates: Rates | null, maxCost: number): RateLimiter =>
  rates === null ? unlimited : createRateLimiter(rates, maxCost);

/** For gateways that count nothing. */
export const unlimited: RateLimiter = { wait: () => 0, admit: () => 0, charge: () => undefined };

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
    wait: (caller) => longestWait(generalTakes(caller, 1)),
    admit(caller, operation) {
      const takes = takesOf(caller, operation, maxCost / 10);
      const wait = longestWait(takes);
      if (wait === 0) {
        for (const [budget, key, units] of takes) {
          all[budget].take(key, units);
        }
      }
      return wait;
    },
    charge(caller) {
      for (const [budget, key] of generalTakes(caller, 0)) {
        all[budget].take(key, failureUnits);
      }
    },
  };
}

function takesOf(caller: RatedCaller, { kind, cost, isNew }: RatedOperation, expensive: number): Take[] {
  const { client, person } = keysOf(caller);
  const own = person ?? client;
  // An operation without fields of a subgraph costs nothing there, and is answered all the same.
  const units = Math.max(1, cost);
  const takes: Take[] = [];
  if (own === null) {
    takes.push(['anonymous', addressKey(caller.address), units]);
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
    takes.push(['plans', own ?? addressKey(caller.address), 1]);
  }
  return takes;
}

/** The budgets from which every request of a caller takes, whatever it asks. */
function generalTakes(caller: RatedCaller, units: number): Take[] {
  const { client, person } = keysOf(caller);
  if (person !== null) {
    return [['reads', person, units]];
  }
  return client === null
    ? [['anonymous', addressKey(caller.address), units]]
    : [['clientReads', client, units]];
}

/**
 * A person who signed in, and the client that they use; null where there is none. A client that acts for itself, such as a
 * station or a partner, is no person.
 */
function keysOf({ identity }: RatedCaller): {
  readonly client: string | null;
  readonly person: string | null;
} {
  const { authenticated, issuer, subject, clientId } = identity;
  if (!authenticated) {
    return { client: null, person: null };
  }
  return {
    client: clientId === null ? null : `${issuer} ${clientId}`,
    person: subject === null || subject === clientId ? null : `${issuer} ${subject}`,
  };
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
