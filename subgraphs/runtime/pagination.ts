import { GraphQLError } from 'graphql';

/** A page of a Relay connection. */
export interface Connection<T> {
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number;
}

/** Validated arguments of a page: `first` is 1 to 100, `after` the key of the last row of the previous page. */
export interface PageArguments {
  readonly first: number;
  readonly after?: string;
}

/** @throws GraphQLError BAD_USER_INPUT for a `first` out of bounds or an `after` that is not one of our cursors. */
export function parsePage(args: { first: number; after?: string | null }): PageArguments {
  if (args.first < 1 || args.first > 100) {
    throw badInput(`\`first\` must be from 1 to 100, not ${args.first}.`);
  }
  return args.after == null ? { first: args.first } : { first: args.first, after: parseCursor(args.after) };
}

/** A connection over rows identified by `key`; a cursor is that key in base64url. */
export function toConnection<T>(
  rows: readonly T[],
  key: (row: T) => string,
  page: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly totalCount: number },
): Connection<T> {
  const edges = rows.map((node) => ({ node, cursor: toCursor(key(node)) }));
  return {
    edges,
    pageInfo: {
      hasNextPage: page.hasNextPage,
      hasPreviousPage: page.hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount: page.totalCount,
  };
}

/**
 * A page of a whole list, which is sorted by `key`, ascending. The cursor holds the key, so that a page stays in place when rows
 * before it go.
 *
 * Of rows with the keys a, b and c, `first: 1` after `a` is b, with a page before it and one after it.
 */
export function sliceToConnection<T>(
  sorted: readonly T[],
  key: (row: T) => string,
  { first, after }: PageArguments,
): Connection<T> {
  const rest = after === undefined ? sorted : sorted.filter((row) => key(row) > after);
  return toConnection(rest.slice(0, first), key, {
    hasNextPage: rest.length > first,
    hasPreviousPage: rest.length < sorted.length,
    totalCount: sorted.length,
  });
}

/** A connection over a page from a legacy system, of rows identified by their id. It has a previous page where `after` was set. */
export function pageToConnection<T extends { readonly id: string }>(
  rows: readonly T[],
  found: { readonly hasNextPage: boolean; readonly totalCount: number },
  asked: PageArguments,
): Connection<T> {
  return toConnection(rows, ({ id }) => id, {
    hasNextPage: found.hasNextPage,
    hasPreviousPage: asked.after !== undefined,
    totalCount: found.totalCount,
  });
}

/** An error that the caller can correct: BAD_USER_INPUT. */
export function badInput(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
}

const cursorPrefix = 'after:';

function toCursor(key: string): string {
  return Buffer.from(cursorPrefix + key).toString('base64url');
}

function parseCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString();
  const key = text.slice(cursorPrefix.length);
  if (!text.startsWith(cursorPrefix) || toCursor(key) !== cursor) {
    throw badInput('`after` must be a `cursor` of an earlier page.');
  }
  return key;
}
