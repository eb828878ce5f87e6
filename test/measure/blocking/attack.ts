import { pick } from '../../support/random.ts';

export type Random = () => number;

/** One request that is as expensive as possible within all limits, and the answers that it gets behind the gateway. */
export interface Attack {
  /** The request body. */
  readonly body: string;
  /** Replaces circulation's answer to a search of titles. */
  readonly soap?: (answer: string) => Buffer;
  /** Replaces the answer of the other gateway's subgraph. */
  readonly subgraph?: string;
}

/** Attacks of one kind, with random details. */
export interface Family {
  readonly name: string;
  make(random: Random): Attack;
}

/** The size of a body in bytes, slightly below the default limit. */
export const bodyBytes = 100 * 1024 - 200;
/** The tokens of a document, slightly below the default limit. */
export const tokens = 1950;

/** A random number in the upper part of the range, where attacks are worst. */
export function nearly(random: Random, most: number, from = 0.7): number {
  return Math.floor(most * (from + (1 - from) * random()));
}

export function times(count: number, make: (index: number) => string, between = ' '): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(between);
}

/** A request body that is within the limit. */
export function bodyOf(query: string, variables?: unknown): string {
  return JSON.stringify({ query, variables });
}

export { pick };
