import { globSync, readFileSync } from 'node:fs';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import { defaultLimits } from '../../../../gateway/limits.ts';

const supergraph = readFileSync(new URL('../../../../schema/supergraph.graphql', import.meta.url), 'utf8');
/** An engine that rejects every operation, and reports its cost. */
const engine = createEngine(supergraph, { limits: { maxCost: -1 } });

async function costOf(query: string, variables: Record<string, unknown> = {}): Promise<number> {
  const document = parse(query);
  expect(validate(engine.schema, document)).toEqual([]);
  const { errors } = await engine.execute({
    document,
    variables,
    shared: null,
    allowance: null,
    fetch: () => Promise.reject(new Error('nothing is to be fetched')),
  });
  const cost = errors?.[0]?.extensions?.cost as { estimated: number } | undefined;
  if (cost === undefined) {
    throw new Error(`it was not reckoned: ${errors?.[0]?.message}`);
  }
  return cost.estimated;
}

const byPin = 'readerLoans(reader: { libraryCardNumber: "1", pin: "1" }';

describe('a page costs as many objects as it may have', () => {
  test.each([
    ['patrons', 'patrons(first: $first) { edges { node { id } } }'],
    ['loss reports', 'lossReports(first: $first) { edges { node { id } } }'],
    ['applications', 'applications(first: $first) { edges { node { id } } }'],
    ['one’s loans', 'me { loans(first: $first) { edges { node { id } } } }'],
    ['one’s loans, from the end', 'me { loans(last: $first) { edges { node { id } } } }'],
    ['a caller’s loans', `${byPin}, first: $first) { edges { node { id } } }`],
    ['a caller’s loans, from the end', `${byPin}, last: $first) { edges { node { id } } }`],
    ['one’s applications', 'me { applications(first: $first) { edges { node { id } } } }'],
  ])('of %s', async (_what, field) => {
    const cost = (first: number) => costOf(`query ($first: Int!) { ${field} }`, { first });
    const one = await cost(1);
    expect((await cost(100)) - one).toBeGreaterThanOrEqual(99);
    expect(one).toBeLessThan(20);
  });

  test.each([
    ['items', 'items(title: "ab", first: $first) { title }'],
    ['titles', 'titles(search: "ab", first: $first) { edges { node { title } } }'],
  ])('of a search of %s, and 50 for the search itself', async (_what, field) => {
    const cost = (first: number) => costOf(`query ($first: Int!) { ${field} }`, { first });
    const one = await cost(1);
    const further = (await cost(100)) - one;
    expect(further).toBeGreaterThanOrEqual(99);
    expect(further).toBeLessThanOrEqual(2 * 99);
    expect(one).toBeGreaterThanOrEqual(50);
    expect(one).toBeLessThan(60);
  });

  test('of reservations by number and PIN, and 10 once for the calls', async () => {
    const cost = await costOf('{ readerHolds(reader: { libraryCardNumber: "1", pin: "1" }) { id } }');
    expect(cost).toBe(defaultLimits.assumedListSize + 10);
  });

  test('of ten loans where the operation does not say how many', async () => {
    const loans = (args: string) => costOf(`{ me { loans${args} { edges { node { id } } } } }`);
    expect(await loans('')).toBe(await loans('(first: 10)'));
    expect(await loans('(first: null, last: null)')).toBe(await loans('(last: 10)'));
    expect(await loans('(first: 1, last: 100)')).toBe(await loans('(first: 100)'));
  });

  test('and the fields of each item', async () => {
    const loans = (first: number) =>
      costOf(
        'query ($first: Int!) { patrons(first: 100) { edges { node { loans(first: $first) { edges { node { id } } } } } } }',
        { first },
      );
    expect(await loans(1)).toBeLessThan(defaultLimits.maxCost / 10);
    expect((await loans(100)) / (await loans(1))).toBeGreaterThan(20);
  });

  test('a list that takes a legacy call per patron weighs more', async () => {
    const page = (field: string) => costOf(`{ patrons(first: 100) { edges { node { ${field} } } } }`);
    const calls = await page('applications(first: 1) { totalCount }');
    expect(calls - (await page('loans(first: 1) { totalCount }'))).toBe(900);
  });
});

describe('the examples of the guides cost far less than the limit', () => {
  const folder = new URL('../../../../docs/guides/', import.meta.url);
  const examples = globSync('*.md', { cwd: folder.pathname }).flatMap((page) => {
    const text = readFileSync(new URL(page, folder), 'utf8');
    const blocks = [
      ...text.matchAll(/^```graphql.*\n([\s\S]*?)^```$(?:\s*^```json variables\n([\s\S]*?)^```$)?/gm),
    ];
    return (
      blocks
        .map(([, query = '', variables = '{}'], index) => ({ page, index, query, variables }))
        // A subscription costs what each of its events costs, and `execute` doesn't take it.
        .filter(({ query }) => !/^subscription\b/m.test(query))
    );
  });

  test('there are examples', () => {
    expect(examples.length).toBeGreaterThan(10);
  });

  test.each(examples)('$page, $index', async ({ query, variables }) => {
    expect(await costOf(query, JSON.parse(variables))).toBeLessThanOrEqual(defaultLimits.maxCost / 50);
  });
});

test('the API schema does not show the cost directives', () => {
  expect(engine.schema.getDirective('cost')).toBeUndefined();
  expect(engine.schema.getDirective('listSize')).toBeUndefined();
});
