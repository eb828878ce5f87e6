/**
 * The facts that a list of the whole library gives about itself, and the value of `Item.loan` just after a check-out.
 */
import { GraphQLError, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import type { Item, Loan } from '../../../../../adapters/circulation/port.ts';
import type { IndexProgress } from '../../../../../store/index/port.ts';
import { createContext, type ResolverServices } from '../../../../../subgraphs/circulation/context.ts';
import {
  requireOpen,
  requireRecent,
  requireWhole,
} from '../../../../../subgraphs/circulation/index/require-whole.ts';
import {
  dueOnOfItem,
  loanOfItem,
  queueLength,
} from '../../../../../subgraphs/circulation/resolvers/item-readers.ts';
import {
  holdShelf,
  loans,
  pageResolvers,
} from '../../../../../subgraphs/circulation/resolvers/library/lists.ts';
import { noBranches } from '../../../../../subgraphs/library/branches.ts';
import { anonymous, staff } from '../../../../support/callers.ts';

const { signal } = new AbortController();
const asOf = new Date('2026-11-26T10:00:00Z');
const whole: IndexProgress = {
  isOpen: true,
  isWhole: true,
  isReadAgain: false,
  areDaysCounted: true,
  patronsRead: 7,
  patronsTotal: 7,
  underWay: null,
  asOf,
  ageMs: 2_000,
};
const open: IndexProgress = {
  ...whole,
  isWhole: false,
  isReadAgain: false,
  underWay: { stage: 'PATRONS', done: 3, total: 7, perSecond: 1, leftMs: 4_000 },
};
const itemNumber = '31852000000494';
const loan = { id: 'L00000001', itemNumber, libraryCardNumber: '21852000000033', dueOn: '2026-12-01' };

function contextOf(progress: IndexProgress, indexed: boolean, state: Item['state'] = 'AVAILABLE') {
  const services = {
    index: {
      progress: async () => progress,
      loans: async () => [],
      countLoans: async () => 3,
      holds: async () => [],
      loansOfItems: async () => [indexed ? loan : null],
      markToRead: async () => undefined,
    },
    circulation: {
      loansByCard: async () => [[]] as Loan[][],
      itemsByNumber: async () => [{ itemNumber, state }],
    },
  } as unknown as ResolverServices;
  return createContext(services, { clock: () => asOf, branches: noBranches }, staff, signal);
}

const codeOf = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
    return null;
  } catch (error) {
    return error instanceof GraphQLError ? error.extensions.code : error;
  }
};

const anyLoans = { first: 20 };
const noRows = selectionOf('{ loans { totalCount } }');

/** The information that a resolver gets about the first field of a query. */
function selectionOf(query: string) {
  const definitions = parse(query).definitions;
  const [operation] = definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION);
  const fragments = definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  return {
    fieldNodes: operation?.selectionSet.selections.filter((one) => one.kind === Kind.FIELD) ?? [],
    fragments: Object.fromEntries(fragments.map((fragment) => [fragment.name.value, fragment])),
  };
}

test('a list is as old as its index, and not as the reading of its rows', async () => {
  const context = contextOf({ ...whole, ageMs: 240_000 }, false);
  const page = await loans(null, anyLoans, context, noRows);
  expect(pageResolvers.asOf(page, {}, context)).toBe('2026-11-26T17:56:00+08:00');
  expect(pageResolvers.complete(page)).toBe(true);
  expect(pageResolvers.completeBy(page, {}, context)).toBeNull();
});

test.each([
  '{ loans { edges { cursor } } }',
  '{ loans { ... { pageInfo { hasNextPage } } } }',
  '{ loans { totalCount ...Rows } } fragment Rows on LibraryLoanConnection { edges { cursor } }',
])('the list itself fails if the rows of %s can’t be read', async (query) => {
  const context = contextOf(whole, true);
  const index = { ...context.services.index, loans: () => Promise.reject(new Error('away')) };
  const failing = { ...context, services: { ...context.services, index } };
  await expect(loans(null, anyLoans, failing, selectionOf(query))).rejects.toThrow('away');
});

test('a list that is only counted reads no rows', async () => {
  const context = contextOf(whole, true);
  const unread = () => expect.fail('a row was read');
  const index = { ...context.services.index, loans: unread, holds: unread, countHolds: async () => 4 };
  const counting = { ...context, services: { ...context.services, index } };
  const listed = await loans(null, anyLoans, counting, noRows);
  expect(await pageResolvers.totalCount(listed, {}, counting)).toBe(3);
  const shelf = await holdShelf(null, { filter: { branch: 'HKCL', state: 'TO_FETCH' } }, counting, noRows);
  expect(await pageResolvers.totalCount(shelf, {}, counting)).toBe(4);
});

test.each([
  ['more than five minutes behind', { ageMs: 300_001 }],
  ['of no known age', { asOf: null, ageMs: null }],
])('a list that is %s shows its rows, and no age', async (_what, age) => {
  const context = contextOf({ ...whole, ...age }, false);
  const page = await loans(null, anyLoans, context, noRows);
  expect(await pageResolvers.edges(page)).toEqual([]);
  expect(await codeOf(() => pageResolvers.asOf(page, {}, context))).toBe('INDEX_BEHIND');
});

test('a list that lacks what nobody touched is shown, and says until when', async () => {
  const context = contextOf(open, false);
  const page = await loans(null, anyLoans, context, noRows);
  expect(pageResolvers.complete(page)).toBe(false);
  expect(pageResolvers.completeBy(page, {}, context)).toBe('2026-11-26T18:00:04+08:00');
  expect(requireRecent({ ...open, ageMs: 0 }, asOf)).toEqual(asOf);
});

test.each<[string, IndexProgress, number | string]>([
  ['is counted', whole, 3],
  ['may lack loans has no count', open, 'INDEX_NOT_READY'],
])('a list that %s', async (_what, progress, expected) => {
  const context = contextOf(progress, false);
  const page = await loans(null, anyLoans, context, noRows);
  const counted = () => pageResolvers.totalCount(page, {}, context);
  expect(typeof expected === 'string' ? await codeOf(counted) : await counted()).toBe(expected);
});

test.each([
  ['HKCL', null],
  ['HKCC', 'BAD_USER_INPUT'],
  ['H K', 'BAD_USER_INPUT'],
])('of the branch %s where the library has listed HKCL alone', async (branch, code) => {
  const branches = { ...noBranches, allows: (one: string) => one === 'HKCL' };
  const context = { ...contextOf(whole, false), branches };
  expect(await codeOf(() => loans(null, { filter: { branch } }, context, noRows))).toBe(code);
  expect(await codeOf(() => holdShelf(null, { filter: { branch } }, context, noRows))).toBe(code);
});

test('figures wait until the index is whole, and lists until they are open', async () => {
  expect(() => requireWhole(open)).toThrow(': 42 % of the patrons are read.');
  const cards = { ...open, isOpen: false, underWay: { ...whole, ...open.underWay, stage: 'CARDS' as const } };
  expect(() => requireOpen({ ...open, isOpen: false, underWay: null })).toThrow('it has not begun yet');
  expect(await codeOf(() => requireOpen({ ...cards, underWay: null }))).toBe('INDEX_NOT_READY');
});

test('lists that a crash has emptied say so, and how far they are read again', () => {
  const emptied = { ...whole, isOpen: false, isWhole: false, isReadAgain: true };
  expect(() => requireOpen(emptied)).toThrow(
    /interrupted, and the list must be read again: it has not begun yet/,
  );
  const underWay = { stage: 'CARDS', done: 3, total: 7, perSecond: 1, leftMs: 4_000 } as const;
  expect(() => requireOpen({ ...emptied, underWay })).toThrow(': 42 % of the cards are read.');
});

test('nobody learns from an unfinished index how many cards and patrons the library has', async () => {
  const { underWay } = open;
  const stranger = { ...contextOf(open, false, 'ON_LOAN'), caller: anonymous };
  await expect(dueOnOfItem({ itemNumber }, {}, stranger)).rejects.toThrow('42 % of the patrons are read');
  const cards = { ...open, isOpen: false, underWay: underWay && { ...underWay, stage: 'CARDS' as const } };
  const earlier = { ...contextOf(cards, false, 'ON_LOAN'), caller: anonymous };
  await expect(queueLength({ titleNumber: 'B0000011' }, {}, earlier)).rejects.toThrow(
    '42 % of the cards are read',
  );
});

test.each<[string, IndexProgress, boolean, Item['state'], string | null]>([
  ['was just lent, and is not in the index', whole, false, 'ON_LOAN', 'INDEX_BEHIND'],
  [
    'was returned and lent again, and is in the index with the loan before',
    whole,
    true,
    'ON_LOAN',
    'INDEX_BEHIND',
  ],
  ['is on loan for so long that the index may lack it', open, false, 'ON_LOAN', 'INDEX_NOT_READY'],
  ['is on the shelf', whole, false, 'AVAILABLE', null],
  ['was just returned', whole, true, 'AVAILABLE', null],
])('the loan of a copy that %s', async (_what, progress, indexed, state, code) => {
  expect(await codeOf(() => loanOfItem({ itemNumber }, {}, contextOf(progress, indexed, state)))).toBe(code);
});
