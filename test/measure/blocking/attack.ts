import { pick } from '../../support/random.ts';

export type Random = () => number;

/** A request that is as expensive as possible within all limits, and the answers that the gateway gets for it. */
export interface Attack {
  /** The body of the request. */
  readonly body: string;
  /** Replaces circulation's answer to a search for titles. */
  readonly soap?: (answer: string) => Buffer;
  /** Replaces the answer of the only subgraph of the second gateway (`startOther`). */
  readonly subgraph?: string;
}

/** Attacks of one kind, with random details. */
export interface Family {
  readonly name: string;
  make(random: Random): Attack;
}

/** The size of a body in bytes. It is slightly below the default limit. */
export const bodyBytes = 100 * 1024 - 200;
/** The number of tokens in a document. It is slightly below the default limit. */
export const tokens = 1950;

/** A random number in the upper part of the range. Attacks are worst there. */
export function nearly(random: Random, most: number, from = 0.7): number {
  return Math.floor(most * (from + (1 - from) * random()));
}

export function times(count: number, make: (index: number) => string, between = ' '): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(between);
}

export function bodyOf(query: string, variables?: unknown): string {
  return JSON.stringify({ query, variables });
}

export { pick };
