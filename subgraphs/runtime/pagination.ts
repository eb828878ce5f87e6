import { GraphQLError } from 'graphql';
import { LocalizedError } from '../library/errors/localized-error.ts';
import type { Localized } from '../library/language.ts';

/** A page of a Relay connection without a total count. */
export interface Page<T> {
  readonly edges: readonly { readonly node: T; readonly cursor: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

/** A page whose total is counted only if it is requested. */
export interface CountedPage<T> extends Page<T> {
  totalCount(): Promise<number>;
}

/** A page of a Relay connection. */
export interface Connection<T> extends Page<T> {
  readonly totalCount: number;
}

/** The name of a list, with its order if there are several, as in `loans LATEST_DUE_FIRST`. Each cursor has it. */
interface OfList {
  readonly list: string;
}

/**
 * The validated arguments of a page. `first` is 1 to 100, and `after` is the key of the last row of the previous page.
 */
export interface PageArguments extends OfList {
  readonly first: number;
  readonly after: string | null;
}

/**
 * The validated arguments of a page that is read backwards. `last` is 1 to 100, and `before` is the key of the first
 * row of the next page.
 */
export interface BackwardPageArguments extends OfList {
  readonly last: number;
  readonly before: string | null;
}

/** The arguments of a page of a list that is completely in memory, so that it can be paged in both directions. */
export type SliceArguments = PageArguments | BackwardPageArguments;

export interface PageInput {
  readonly first?: number | null;
  readonly after?: string | null;
}

/** The number of rows if `first` is null. The schema's default for an absent `first` is the same. */
const rowsPerPage = 20;

/**
 * Validates the arguments of a page. `null` and an empty cursor count as absent, because generated clients send them
 * for arguments that their caller left out.
 * @param list names the list and its order
 * @throws GraphQLError BAD_USER_INPUT if `first` is out of bounds or `after` is not a cursor of this list
 */
export function parsePage(
  { first = null, after = null }: PageInput,
  list: string,
  defaultSize = rowsPerPage,
): PageArguments {
  return { first: parseFirst({ first }, defaultSize), after: parseCursor('after', after, list), list };
}

/**
 * Validates the number of rows of a list that has no cursors.
 * @throws GraphQLError BAD_USER_INPUT if it is out of bounds
 */
export function parseFirst({ first }: Pick<PageInput, 'first'>, defaultSize = rowsPerPage): number {
  const size = first ?? defaultSize;
  checkPageSize('first', size);
  return size;
}

/** The unvalidated arguments of a connection that can be paged in both directions. */
export interface SliceInput {
  readonly first?: number | null;
  readonly after?: string | null;
  readonly last?: number | null;
  readonly before?: string | null;
}

/**
 * Validates the arguments of a page. `first` and `after` page forwards, and `last` and `before` backwards, as in
 * Relay's specification of connections.
 *
 * @example
 * // with a default size of 10:
 * // {} becomes { first: 10 }, { last: 3 } stays, and { before: cursor } becomes { last: 10, before: key }
 *
 * @param defaultSize the number of rows if neither `first` nor `last` is given
 * @throws GraphQLError BAD_USER_INPUT as {@link parsePage} does, and if arguments of both directions are given
 */
export function parseSlice(
  { first = null, last = null, ...cursors }: SliceInput,
  list: string,
  defaultSize: number,
): SliceArguments {
  // An empty cursor is absent.
  const after = cursors.after || null;
  const before = cursors.before || null;
  if (last === null && before === null) {
    return parsePage({ first, after }, list, defaultSize);
  }
  if (first !== null || after !== null) {
    throw badInput(
      'Page forwards with `first` and `after`, or backwards with `last` and `before`, not both.',
    );
  }
  const size = last ?? defaultSize;
  checkPageSize('last', size);
  return { last: size, before: parseCursor('before', before, list), list };
}

function checkPageSize(name: 'first' | 'last', size: number): void {
  if (size < 1 || size > 100) {
    throw badInput(`\`${name}\` must be from 1 to 100, not ${size}.`);
  }
}

type PageBounds = OfList & Pick<Page<unknown>['pageInfo'], 'hasNextPage' | 'hasPreviousPage'>;

/**
 * The bounds of a page. `found` is the number of rows that were found after the previous page. If there are more than
 * `first`, there is a next page.
 */
export const boundsOfPage = ({ list, first, after }: PageArguments, found: number): PageBounds => ({
  list,
  hasNextPage: found > first,
  hasPreviousPage: after !== null,
});

/**
 * A page of rows that are identified by `key`. A cursor is the list and that key in base64url.
 * @param endKey the key after which the next page begins; by default the key of the last row. It is needed if rows of
 *   this page were left out.
 */
export function toPage<T>(
  rows: readonly T[],
  key: (row: T) => string,
  { list, hasNextPage, hasPreviousPage }: PageBounds,
  endKey: string | null = null,
): Page<T> {
  const edges = rows.map((node) => ({ node, cursor: toCursor(list, key(node)) }));
  return {
    edges,
    pageInfo: {
      hasNextPage,
      hasPreviousPage,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: endKey === null ? (edges.at(-1)?.cursor ?? null) : toCursor(list, endKey),
    },
  };
}

/**
 * A page of a whole list. The list is sorted by `key`, ascending. The cursor has the key, so a page keeps its position
 * if rows before it are removed. Rows are in the list's order in both directions.
 *
 * Example: for rows with the keys a, b and c, both `first: 1` after `a` and `last: 1` before `c` give the page with b.
 * There is a page before it and one after it.
 */
export function sliceToConnection<T>(
  sorted: readonly T[],
  key: (row: T) => string,
  page: SliceArguments,
): Connection<T> {
  const [start, end] = boundsOf(sorted.map(key), page);
  const bounds = { list: page.list, hasNextPage: end < sorted.length, hasPreviousPage: start > 0 };
  return { ...toPage(sorted.slice(start, end), key, bounds), totalCount: sorted.length };
}

/** The index of the page's first row, and the index after its last row. `keys` must be ascending. */
function boundsOf(keys: readonly string[], page: SliceArguments): readonly [number, number] {
  if ('first' in page) {
    const { first, after } = page;
    const start = after === null ? 0 : keys.filter((key) => key <= after).length;
    return [start, Math.min(start + first, keys.length)];
  }
  const { last, before } = page;
  const end = before === null ? keys.length : keys.filter((key) => key < before).length;
  return [Math.max(end - last, 0), end];
}

/**
 * A connection for a page from a legacy system. Its rows are identified by their id. There is a previous page if
 * `after` was given.
 */
export function pageToConnection<T extends { readonly id: string }>(
  rows: readonly T[],
  { hasNextPage, totalCount }: { readonly hasNextPage: boolean; readonly totalCount: number },
  asked: PageArguments,
): Connection<T> {
  const bounds = { list: asked.list, hasNextPage, hasPreviousPage: asked.after !== null };
  return { ...toPage(rows, ({ id }) => id, bounds), totalCount };
}

/**
 * An error that the caller can correct: BAD_USER_INPUT. If a person typed the value, the message is in every language.
 * If a program chose it, the message is for the program's developer, in English.
 */
export function badInput(message: Localized | string): GraphQLError {
  const options = { extensions: { code: 'BAD_USER_INPUT' } };
  return typeof message === 'string'
    ? new GraphQLError(message, options)
    : new LocalizedError(message, options);
}

function toCursor(list: string, key: string): string {
  return Buffer.from(`${list}:${key}`).toString('base64url');
}

function parseCursor(argument: 'after' | 'before', cursor: string | null, list: string): string | null {
  if (cursor === null || cursor === '') {
    return null;
  }
  const text = Buffer.from(cursor, 'base64url').toString();
  const key = text.slice(list.length + 1);
  // No key contains a NUL character. PostgreSQL accepts none in a text, and its error would look like an outage.
  if (toCursor(list, key) !== cursor || key.includes('\0')) {
    throw badInput(`\`${argument}\` must be a \`cursor\` of another page of this list, in the same order.`);
  }
  return key;
}
