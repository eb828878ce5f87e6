import { readFileSync } from 'node:fs';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import seed from '../../../simulators/seed.json' with { type: 'json' };
import { callsOfRequests } from '../calls-of-requests.ts';
import { rootField } from '../running-system.ts';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
// Opens the session with circulation, so that its call is not counted below.
beforeAll(async () => void (await system.ask('{ items(title: "紅樓") { title } }')));
beforeEach(() => {
  for (const each of [system.legacy.prs, system.legacy.cms, system.legacy.circ]) {
    each.resetCalls();
  }
});

const calls = () => ({
  prs: Object.fromEntries(system.legacy.prs.calls),
  cms: Object.fromEntries(system.legacy.cms.calls),
  circ: Object.fromEntries(callsOfRequests(system.legacy.circ)),
});

test('the main query costs one call to each system', async () => {
  const token = await system.token({ patronId: 'P0000001' });
  const { body } = await system.ask(
    `{ me {
      name { english chinese } status libraryCardNumber
      credentials { libraryCardNumber status }
      loanQuota { limit used remaining byCredential { credential { libraryCardNumber } used } }
      loans { edges { node { item { title } dueOn } } }
    } }`,
    { token },
  );
  expect(body.errors).toBeUndefined();
  expect(calls()).toEqual({
    prs: { GetPatrons: 1 },
    cms: { GetCardsByPatron: 1 },
    circ: { GetLoans: 1 },
  });
});

test('the README’s query has the answer that stands there, and costs one call to each system', async () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const [, query = '', answer = ''] =
    /^```graphql\n([\s\S]*?)^```$[\s\S]*?^```json\n([\s\S]*?)^```$/m.exec(readme) ?? [];
  const token = await system.token({ patronId: 'P0000001' });
  const { body } = await system.ask(query, { token });
  // The simulators' due dates move with the day.
  expect(JSON.parse(JSON.stringify(body).replaceAll(/"dueOn":"[\d-]{10}"/g, '"dueOn":"…"'))).toEqual(
    JSON.parse(answer),
  );
  expect(calls()).toEqual({
    prs: { GetPatrons: 1 },
    cms: { GetCardsByPatron: 1 },
    circ: { GetLoans: 1 },
  });
});

test('a page of all patrons costs one call to two systems, and one per ten cards to the third', async () => {
  const token = await system.token({ scope: 'patrons:read credentials:read circulation:read' });
  const { body } = await system.ask(
    `{ patrons(first: 100) { totalCount edges { node {
      name { english } credentials { libraryCardNumber status } loanQuota { used } loans { totalCount }
    } } } }`,
    { token },
  );
  expect(body.errors).toBeUndefined();
  expect(rootField<{ edges: unknown[] }>(body, 'patrons').edges).toHaveLength(seed.patrons.length);
  expect(calls()).toEqual({
    prs: { SearchPatrons: 1 },
    cms: { GetCardsByPatron: 1 },
    circ: { GetLoans: Math.ceil(seed.cards.length / 10) },
  });
});

test('what isn’t selected isn’t fetched', async () => {
  const token = await system.token({ patronId: 'P0000001' });
  await system.ask('{ me { name { given } } }', { token });
  expect(calls()).toEqual({ prs: { GetPatrons: 1 }, cms: {}, circ: {} });
});

test('R8: a number with a wrong check digit is not found, and no system is called', async () => {
  const token = await system.token({ scope: 'credentials:read' });
  const { body } = await system.ask(
    '{ item(itemNumber: "31852000000016") { title } credential(libraryCardNumber: "21852000000018") { status } }',
    { token },
  );
  expect(body).toEqual({ data: { item: null, credential: null } });
  expect(calls()).toEqual({ prs: {}, cms: {}, circ: {} });
});
