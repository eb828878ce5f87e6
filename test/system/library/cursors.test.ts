/**
 * A cursor belongs to one list in one order. Every other list refuses it, because an empty page would look like the end
 * of the list.
 */
import { type DefinitionNode, type FieldDefinitionNode, Kind, parse } from 'graphql';
import { expect, test } from 'vitest';
import { readSdl, subgraphs } from '../../../schema/sdl.ts';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../running-system.ts';
import { callerForTests } from '../system-for-tests.ts';

const system = openedForTests(
  () => startSystem(new Date('2026-11-24T12:00:00+08:00'), {}, { buildsIndex: true, showsWholeGraph: true }),
  40_000,
);
const patronId = 'P0000002';
const caller = callerForTests(system, {
  patronId,
  scope:
    'circulation:read credentials:read applications:decide patrons:read operations:repair charges:read telephone',
});

/** Every list with cursors, and the arguments that it needs. */
const argumentsOf: Readonly<Record<string, string>> = {
  'Query.titles': 'search: "an"',
  'Query.patrons': 'search: { telephone: "2" }',
  'Query.operations': `filter: { patronId: "${patronId}" }`,
  'Query.undeliveredNotices': '',
  'Query.findings': '',
  'Query.readerLoans': 'reader: { libraryCardNumber: "21852000000033", pin: "1234" }',
  'Query.loans': '',
  'Query.holdShelf': 'filter: { branch: "HKCL" }',
  'Query.owingPatrons': '',
  'Query.pullList': 'filter: { branch: "HKCL" }',
  'Query.applications': '',
  'Query.lossReports': '',
  'Patron.loans': '',
  'Patron.operations': '',
  'Patron.notices': '',
  'Patron.applications': '',
  'Patron.lossReports': '',
  'Patron.accessLog': '',
};

const definitions = subgraphs.flatMap(
  (subgraph): readonly DefinitionNode[] => parse(readSdl(subgraph)).definitions,
);

const ordersOf = ({ arguments: declared = [] }: FieldDefinitionNode): readonly string[] => {
  const type = declared.find(({ name }) => name.value === 'orderBy')?.type;
  const values = definitions.flatMap((one) =>
    one.kind === Kind.ENUM_TYPE_DEFINITION &&
    type?.kind === Kind.NAMED_TYPE &&
    one.name.value === type.name.value
      ? (one.values ?? [])
      : [],
  );
  return values.map(({ name }) => name.value);
};

/** The lists of the schema, each in each of its orders. The cursors of subscriptions are tested in `test/system/live/`. */
const lists = definitions.flatMap((definition) =>
  definition.kind === Kind.OBJECT_TYPE_DEFINITION && definition.name.value !== 'Subscription'
    ? (definition.fields ?? [])
        .filter((field) => field.arguments?.some(({ name }) => name.value === 'after'))
        .flatMap((field) => {
          const coordinate = `${definition.name.value}.${field.name.value}`;
          const orders = ordersOf(field);
          return (orders.length === 0 ? [null] : orders).map((order) => ({ coordinate, order }));
        })
    : [],
);
type List = (typeof lists)[number];

/** A reader's loans are one list, no matter how the request identifies the reader. */
const nameOf = ({ coordinate, order }: List): string =>
  [coordinate.replace('Query.readerLoans', 'Patron.loans'), order ?? ''].join(' ').trim();

async function ask({ coordinate, order }: List, after: string | null) {
  const [type, field = ''] = coordinate.split('.');
  const given = [
    argumentsOf[coordinate] ?? expect.fail(`${coordinate} is a new list: add what it needs`),
    order === null ? '' : `orderBy: ${order}`,
    after === null ? '' : `after: "${after}"`,
  ];
  const text = given.join(' ').trim();
  const selected = `${field}${text === '' ? '' : `(${text})`} { pageInfo { endCursor } }`;
  const { body } = await system.ask(type === 'Patron' ? `{ me { ${selected} } }` : `{ ${selected} }`, caller);
  return body;
}

test('a cursor of one list, or of one order, is refused by every other', { timeout: 60_000 }, async () => {
  const cursors = new Map<string, string>();
  for (const list of lists) {
    const body = await ask(list, null);
    expect(body.errors, nameOf(list)).toBeUndefined();
    const cursor = /"endCursor":"([\w-]+)"/.exec(JSON.stringify(body))?.[1];
    if (cursor !== undefined) {
      cursors.set(nameOf(list), cursor);
    }
  }
  expect(cursors.size).toBeGreaterThan(8);
  for (const list of lists) {
    for (const [name, cursor] of cursors) {
      const refusals = codesIn(await ask(list, cursor));
      expect(refusals, `${name} in ${nameOf(list)}`).toEqual(name === nameOf(list) ? [] : ['BAD_USER_INPUT']);
    }
  }
});
