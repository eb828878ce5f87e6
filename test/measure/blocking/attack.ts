import { pick } from '../../support/random.ts';

export type Random = () => number;

/** One request that does its worst, within all limits; and what those behind the gateway answer to it. */
export interface Attack {
  /** The body, as it is sent. */
  readonly body: string;
  /** In place of what circulation answers to a search of titles. */
  readonly soap?: (answer: string) => Buffer;
  /** In place of what the subgraph of the other gateway answers. */
  readonly subgraph?: string;
}

/** Attacks of one kind, each a bit different. */
export interface Family {
  readonly name: string;
  make(random: Random): Attack;
}

/** Bytes of a body, a few fewer than the default limit. */
export const bodyBytes = 100 * 1024 - 200;
/** Tokens of a document, a few fewer than the default limit. */
export const tokens = 1950;

/** Somewhere in the upper part of what is possible: there it is worst. */
export function nearly(random: Random, most: number, from = 0.7): number {
  return Math.floor(most * (from + (1 - from) * random()));
}

export function times(count: number, make: (index: number) => string, between = ' '): string {
  return Array.from({ length: count }, (_, index) => make(index)).join(between);
}

/** A request in a body that is no longer than may be. */
export function bodyOf(query: string, variables?: unknown): string {
  return JSON.stringify({ query, variables });
}

export { pick };
