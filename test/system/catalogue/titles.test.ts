import { expect, test } from 'vitest';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests();

interface Title {
  readonly titleNumber: string;
  readonly title: string;
  readonly author: string | null;
  readonly available: number;
  readonly copiesComplete: boolean;
  readonly copies: readonly {
    readonly itemNumber: string;
    readonly titleNumber: string;
    readonly state: string;
  }[];
}

const fields = 'titleNumber title author available copiesComplete copies { itemNumber titleNumber state }';

/** The title of the seed that has several copies, and the copies' numbers. */
function titleWithCopies() {
  const items = [...system.store.circ.items.values()];
  const [copies = []] = [...Map.groupBy(items, ({ bibNo }) => bibNo).values()].filter(
    (same) => same.length > 1,
  );
  const [first] = copies;
  if (first === undefined) {
    throw new Error('no title of the seed has several copies');
  }
  return { text: first.title, titleNumber: first.bibNo, numbers: copies.map(({ itemNo }) => itemNo).sort() };
}

async function search(text: string, page = ''): Promise<Record<string, unknown>> {
  const selection = `totalCount complete pageInfo { hasNextPage endCursor } edges { node { ${fields} } }`;
  const query = `query($text: String!) { titles(search: $text${page}) { ${selection} } }`;
  return (await system.read<{ titles: Record<string, unknown> }>(query, { variables: { text } })).titles;
}

const nodesOf = (connection: Record<string, unknown>): Title[] =>
  (connection.edges as { node: Title }[]).map(({ node }) => node);

test('a title has all its copies, and the number of those on the shelf', async () => {
  const { text, titleNumber, numbers } = titleWithCopies();
  const connection = await search(text);
  expect(connection).toMatchObject({ complete: true });
  const found = nodesOf(connection).find((title) => title.titleNumber === titleNumber);
  expect(found?.copies.map(({ itemNumber }) => itemNumber).sort()).toEqual(numbers);
  expect(found?.available).toBe(found?.copies.filter(({ state }) => state === 'AVAILABLE').length);
  expect(found?.copiesComplete).toBe(true);
});

test('titles are listed by their numbers, page by page, each once', async () => {
  const [row] = system.store.circ.items.values();
  if (row === undefined) {
    throw new Error('the seed has no items');
  }
  // Adds two copies of each title. The copies are not in the order of the titles' numbers.
  for (const [index, last] of [3, 1, 2, 1, 2, 3].entries()) {
    const itemNo = `3998${String(index).padStart(10, '0')}`;
    system.store.circ.items.put({ ...row, itemNo, bibNo: `B800000${last}`, title: 'Pages' });
  }
  const numbersOf = (connection: Record<string, unknown>) =>
    nodesOf(connection).map(({ titleNumber }) => titleNumber);
  const all = ['B8000001', 'B8000002', 'B8000003'];
  expect(numbersOf(await search('Pages'))).toEqual(all);
  const first = await search('Pages', ', first: 2');
  expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true } });
  const { endCursor } = first.pageInfo as { endCursor: string };
  const second = await search('Pages', `, first: 2, after: "${endCursor}"`);
  expect([...numbersOf(first), ...numbersOf(second)]).toEqual(all);
  expect(second).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: false } });
});

test('a title is found by letters of full width, as some keyboards type them', async () => {
  const titlesOf = async (text: string) => nodesOf(await search(text)).map(({ titleNumber }) => titleNumber);
  const found = await titlesOf('walden');
  expect(found).toHaveLength(1);
  expect(await titlesOf('ＷＡＬＤＥＮ')).toEqual(found);
});

test('one Chinese character is a word, in a title', async () => {
  const titles = [...system.store.circ.items.values()].map(({ title }) => title);
  const expected = new Set(titles.filter((title) => title.includes('夢')));
  expect(expected.size).toBeGreaterThan(0);
  expect(new Set(nodesOf(await search('夢')).map(({ title }) => title))).toEqual(expected);
});

test('an author is a filter over the titles that were found, with its words in any order and case', async () => {
  const [row] = system.store.circ.items.values();
  if (row === undefined) {
    throw new Error('the seed has no items');
  }
  for (const [index, author] of ['Austen, Jane', 'Eliot, George'].entries()) {
    const itemNo = `3997${String(index).padStart(10, '0')}`;
    system.store.circ.items.put({ ...row, itemNo, bibNo: `B700000${index}`, title: 'Authored', author });
  }
  const authorsOf = async (author: string) => {
    const found = await search('Authored', `, filter: { author: "${author}" }`);
    expect(found.totalCount).toBe(nodesOf(found).length);
    return nodesOf(found).map((title) => title.author);
  };
  expect(await authorsOf('jane austen')).toEqual(['Austen, Jane']);
  expect(await authorsOf('ＥＬＩＯＴ')).toEqual(['Eliot, George']);
  expect(await authorsOf('jane eliot')).toEqual([]);
  expect(await authorsOf('')).toEqual(['Austen, Jane', 'Eliot, George']);
  const { body } = await system.ask(
    `{ titles(search: "Authored", filter: { author: "${'x'.repeat(101)}" }) { totalCount } }`,
  );
  expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});

test('a page of titles costs one call to circulation if the search was complete', async () => {
  const before = system.legacy.circ.calls.get('FindItems') ?? 0;
  await search(titleWithCopies().text);
  expect((system.legacy.circ.calls.get('FindItems') ?? 0) - before).toBe(1);
});

test('a copy and a hold lead to their title', async () => {
  const { numbers, titleNumber } = titleWithCopies();
  const { body } = await system.ask(`{ item(itemNumber: "${numbers[0]}") { work { ${fields} } } }`);
  expect(body.errors).toBeUndefined();
  expect(body.data).toMatchObject({ item: { work: { titleNumber, copiesComplete: true } } });
});

test('if circulation has more copies than it shows, the list says that it is incomplete', async () => {
  const [row] = system.store.circ.items.values();
  if (row === undefined) {
    throw new Error('the seed has no items');
  }
  for (let index = 0; index < 501; index += 1) {
    const itemNo = `3999${String(index).padStart(10, '0')}`;
    const bibNo = `B9${String(index).padStart(5, '0')}`;
    system.store.circ.items.put({ ...row, itemNo, bibNo, title: 'Common words' });
  }
  const connection = await search('Common', ', first: 1');
  expect(connection).toMatchObject({ totalCount: 500, complete: false });
  expect(nodesOf(connection)[0]).toMatchObject({ copiesComplete: false });
});

test.each(['', 'x', ' x ', 'x'.repeat(101)])('a search text of %j is BAD_USER_INPUT', async (text) => {
  const query = 'query($text: String!) { titles(search: $text) { totalCount } }';
  const { body } = await system.ask(query, { variables: { text } });
  expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
});
