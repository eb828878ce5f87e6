/**
 * Connections over lists that are in memory as a whole, by Relay's specification:
 * https://relay.dev/graphql/connections.htm
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Connection,
  parsePage,
  parseSlice,
  type SliceInput,
  sliceToConnection,
} from '../../../../subgraphs/runtime/pagination.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));

const pageOf = (keys: readonly string[], input: SliceInput): Connection<string> =>
  sliceToConnection(keys, (key) => key, parseSlice(input, 'letters', 10));
const nodesOf = ({ edges }: Connection<string>): string[] => edges.map(({ node }) => node);
const cursorOf = (key: string, list = 'letters'): string =>
  sliceToConnection([key], (one) => one, parseSlice({}, list, 10)).edges[0]?.cursor ?? '';

/** Distinct keys in ascending order. */
const keys = fc
  .uniqueArray(fc.string({ minLength: 1, maxLength: 3 }), { maxLength: 30 })
  .map((list) => list.sort((a, b) => (a < b ? -1 : 1)));
const size = fc.integer({ min: 1, max: 12 });

/** All pages from the first to the last, by their cursors. */
function allForwards(list: readonly string[], first: number): Connection<string>[] {
  const pages = [pageOf(list, { first })];
  for (let page = pages[0]; page?.pageInfo.hasNextPage; page = pages.at(-1)) {
    pages.push(pageOf(list, { first, after: page.pageInfo.endCursor }));
  }
  return pages;
}

/** All pages from the last to the first, by their cursors. They are returned in the list's order. */
function allBackwards(list: readonly string[], last: number): Connection<string>[] {
  const pages = [pageOf(list, { last })];
  for (let page = pages[0]; page?.pageInfo.hasPreviousPage; page = pages[0]) {
    pages.unshift(pageOf(list, { last, before: page.pageInfo.startCursor }));
  }
  return pages;
}

describe(`of every list and page size (SEED=${seed})`, () => {
  test('the pages forwards are the list, and so are the pages backwards', () => {
    fc.assert(
      fc.property(keys, size, (list, rows) => {
        for (const pages of [allForwards(list, rows), allBackwards(list, rows)]) {
          expect(pages.flatMap(nodesOf)).toEqual(list);
          expect(pages).toHaveLength(Math.max(1, Math.ceil(list.length / rows)));
          pages.forEach(({ pageInfo, totalCount }, index) => {
            expect(pageInfo.hasPreviousPage).toBe(index > 0);
            expect(pageInfo.hasNextPage).toBe(index < pages.length - 1);
            expect(totalCount).toBe(list.length);
          });
        }
      }),
      { seed },
    );
  });

  test('a cursor stays in place where its own row, and rows before it, are gone', () => {
    fc.assert(
      fc.property(keys, fc.string({ minLength: 1, maxLength: 3 }), size, (list, gone, rows) => {
        const cursor = cursorOf(gone);
        const behind = pageOf(list, { first: rows, after: cursor });
        const ahead = pageOf(list, { last: rows, before: cursor });
        expect(nodesOf(behind)).toEqual(list.filter((key) => key > gone).slice(0, rows));
        expect(nodesOf(ahead)).toEqual(list.filter((key) => key < gone).slice(-rows));
        expect(behind.pageInfo.hasPreviousPage).toBe(list.some((key) => key <= gone));
        expect(ahead.pageInfo.hasNextPage).toBe(list.some((key) => key >= gone));
      }),
      { seed },
    );
  });
});

describe('the arguments', () => {
  const list = Array.from({ length: 15 }, (_, index) => String.fromCharCode(97 + index));

  test('are the first ten rows where none is given, or each is null', () => {
    expect(nodesOf(pageOf(list, {}))).toEqual(list.slice(0, 10));
    expect(nodesOf(pageOf(list, { first: null, after: null, last: null, before: null }))).toEqual(
      list.slice(0, 10),
    );
  });

  test('are those of the first page where a cursor is empty, as generated clients send it', () => {
    expect(pageOf(list, { first: 3, after: '', before: '' })).toEqual(pageOf(list, { first: 3 }));
    expect(pageOf(list, { last: 3, after: '', before: '' })).toEqual(pageOf(list, { last: 3 }));
    expect(parsePage({ first: null, after: '' }, 'letters')).toEqual({
      first: 20,
      after: null,
      list: 'letters',
    });
  });

  test('are ten rows in the direction of a cursor that is given alone', () => {
    expect(nodesOf(pageOf(list, { after: cursorOf('d') }))).toEqual(list.slice(4, 14));
    expect(nodesOf(pageOf(list, { before: cursorOf('m') }))).toEqual(list.slice(2, 12));
  });

  test.each<[string, SliceInput]>([
    ['`first` and `last`', { first: 5, last: 5 }],
    ['`first` and `before`', { first: 5, before: cursorOf('d') }],
    ['`last` and `after`', { last: 5, after: cursorOf('d') }],
    ['both cursors', { after: cursorOf('a'), before: cursorOf('d') }],
    ['`first` of none', { first: 0 }],
    ['`last` of none', { last: 0 }],
    ['`last` of too many', { last: 101 }],
    ['a `before` that is no cursor', { last: 1, before: 'ZZZ' }],
    ['an `after` of another list', { after: cursorOf('d', 'numbers') }],
    ['an `after` of another order', { after: cursorOf('d', 'letters Z_FIRST') }],
    ['a `before` of another list', { before: cursorOf('d', 'numbers') }],
  ])('%s: BAD_USER_INPUT', (_what, input) => {
    expect(() => parseSlice(input, 'letters', 10)).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }),
    );
  });
});
