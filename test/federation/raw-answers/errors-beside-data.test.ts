/** Every error of a subgraph reaches the client, at the place that the subgraph means. The error makes no data null. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AnswerBody } from '../../unit/gateway/from-file/running.ts';
import { type RawGraph, startRawGraph } from './raw-graph.ts';
import type { RawAnswer } from './raw-subgraph.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`;

const people = `${link}
  type Query { me: Person people: [Person] strict: [Person!] maker: Maker }
  interface Maker { name: String best: Maker }
  type Author implements Maker { name: String best: Author }
  type Studio implements Maker { name: String best: Studio }
  type Mutation { join: Person }
  type Person @key(fields: "id") { id: ID! name: String tags: [String] friend: Person }`;

const loans = `${link}
  type Person @key(fields: "id") { id: ID! quota: Int loans: [Loan] rank: Int! badge: Badge! }
  type Badge { code: Int }
  type Loan { title: String }`;

let graph: RawGraph<'people' | 'loans'>;
beforeAll(async () => {
  graph = await startRawGraph({ people, loans });
});
afterAll(() => graph[Symbol.asyncDispose]());
beforeEach(() => {
  answer('loans', {});
});

const answer = (subgraph: 'people' | 'loans', response: object, more: RawAnswer = {}): void => {
  graph.subgraphs[subgraph].answer = () => ({ ...more, body: JSON.stringify(response) });
};

async function ask(query: string): Promise<[AnswerBody['data'], unknown]> {
  const { body } = await graph.gateway.ask(query);
  return [body.data, body.errors?.map(({ message, path }) => [message, path])];
}

const person = (id: number, more: object = {}) => ({ __typename: 'Person', id: `${id}`, ...more });

describe('an error of a root fetch, beside data', () => {
  const me = { id: '1', name: 'Ann', tags: ['a', null, 'c'], friend: { name: 'Bob' } };
  test.each<[string, unknown, unknown]>([
    ['a leaf with a value', ['me', 'name'], ['me', 'name']],
    ['an object', ['me'], ['me']],
    ['an object below', ['me', 'friend'], ['me', 'friend']],
    ['a leaf below', ['me', 'friend', 'name'], ['me', 'friend', 'name']],
    ['a list of leaves', ['me', 'tags'], ['me', 'tags']],
    ['an item with a value', ['me', 'tags', 0], ['me', 'tags', 0]],
    ['a null item', ['me', 'tags', 1], ['me', 'tags', 1]],
    ['an item that does not exist', ['me', 'tags', 7], ['me', 'tags']],
    ['a field that nobody selected', ['me', 'friend', 'nobody', 3], ['me', 'friend']],
    ['a root field that nobody selected', ['nobody'], undefined],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['an empty path', [], undefined],
    ['something that is no path', 'me', undefined],
    ['a path with null in it', ['me', null, 'name'], ['me']],
    ['a path with a fraction in it', ['me', 'tags', 0.5], ['me', 'tags']],
    ['a path with an empty text for an index', ['me', 'tags', ''], ['me', 'tags']],
    ['a path with an index as text', ['me', 'tags', '1'], ['me', 'tags', 1]],
  ])('at %s', async (_what, path, expected) => {
    answer('people', { data: { me }, errors: [{ message: 'Beside.', path }] });
    const { id: _, ...selected } = me;
    expect(await ask('{ me { name tags friend { name } } }')).toEqual([
      { me: selected },
      [['Beside.', expected]],
    ]);
  });

  test('at an item of a list of objects', async () => {
    answer('people', {
      data: { people: [{ name: 'Ann' }, { name: 'Bob' }] },
      errors: [
        { message: 'One.', path: ['people', 1] },
        { message: 'Two.', path: ['people', 1, 'name'] },
      ],
    });
    expect(await ask('{ people { name } }')).toEqual([
      { people: [{ name: 'Ann' }, { name: 'Bob' }] },
      [
        ['One.', ['people', 1]],
        ['Two.', ['people', 1, 'name']],
      ],
    ]);
  });

  test('at a key that only the gateway selected', async () => {
    answer('people', {
      data: { me: person(1) },
      errors: [{ message: 'Old id.', path: ['me', 'id'] }],
    });
    answer('loans', { data: { _entities: [{ quota: 3 }] } });
    expect(await ask('{ me { quota } }')).toEqual([{ me: { quota: 3 } }, [['Old id.', ['me']]]]);
  });

  test('at each of several nulls that become one', async () => {
    answer('people', {
      data: { strict: [null, null] },
      errors: [
        { message: 'First.', path: ['strict', 0] },
        { message: 'Second.', path: ['strict', 1] },
      ],
    });
    const [data, errors] = await ask('{ strict { name } }');
    expect(data).toEqual({ strict: null });
    expect(errors).toEqual([
      ['First.', ['strict', 0]],
      ['Second.', ['strict', 1]],
    ]);
  });

  test('at a null of an object that has lost its type', async () => {
    answer('people', {
      data: { maker: { __typename: null, name: 'A', best: null } },
      errors: [{ message: 'Nobody.', path: ['maker', 'best'] }],
    });
    expect(await ask('{ maker { name best { name } } }')).toEqual([
      { maker: { name: 'A', best: null } },
      [['Nobody.', ['maker', 'best']]],
    ]);
  });

  test('of a mutation that was completed', async () => {
    answer('people', { data: { join: { name: 'Ann' } }, errors: [{ message: 'No mail was sent.' }] });
    expect(await ask('mutation { join { name } }')).toEqual([
      { join: { name: 'Ann' } },
      [['No mail was sent.', undefined]],
    ]);
  });

  test('where the field has no value, it is the reason of the null', async () => {
    answer('people', { data: {}, errors: [{ message: 'Nobody.' }] });
    expect(await ask('{ me { name } }')).toEqual([{ me: null }, [['Nobody.', ['me']]]]);
  });
});

describe('an error of an entity fetch, beside data', () => {
  const quotas = { data: { _entities: [{ quota: 1 }, { quota: 2 }] } };
  const query = '{ people { quota } }';
  const all = { people: [{ quota: 1 }, { quota: 2 }, { quota: 1 }] };
  beforeEach(() => {
    answer('people', { data: { people: [person(1), person(2), person(1)] } });
  });
  test.each<[string, unknown, unknown[]]>([
    ['all entities', ['_entities'], [['people']]],
    ['nothing', undefined, [['people']]],
    ['another field', ['other', 0], [['people']]],
    ['an entity that nobody asked for', ['_entities', 9], [['people']]],
    ['an entity whose index is empty', ['_entities', ''], [['people']]],
    ['an entity whose index is null', ['_entities', null, 1], [['people']]],
    ['an entity', ['_entities', 1], [['people', 1]]],
    [
      'an entity that occurs twice',
      ['_entities', 0],
      [
        ['people', 0],
        ['people', 2],
      ],
    ],
    ['a field of an entity', ['_entities', 1, 'quota'], [['people', 1, 'quota']]],
    ['a field that nobody selected', ['_entities', 1, 'nothing'], [['people', 1]]],
    ['a field that only the gateway selected', ['_entities', 1, '__typename'], [['people', 1]]],
  ])('at %s', async (_what, path, expected) => {
    answer('loans', { ...quotas, errors: [{ message: 'Beside.', path }] });
    expect(await ask(query)).toEqual([all, expected.map((each) => ['Beside.', each])]);
  });

  test('of one object, at the object', async () => {
    answer('people', { data: { me: person(1) } });
    answer('loans', { data: { _entities: [{ quota: 1 }] }, errors: [{ message: 'Beside.' }] });
    expect(await ask('{ me { quota } }')).toEqual([{ me: { quota: 1 } }, [['Beside.', ['me']]]]);
  });

  test('below an entity that occurs twice', async () => {
    answer('loans', {
      data: { _entities: [{ loans: [{ title: 'A' }] }, { loans: [] }] },
      errors: [{ message: 'Beside.', path: ['_entities', 0, 'loans', 0, 'title'] }],
    });
    expect(await ask('{ people { loans { title } } }')).toEqual([
      { people: [{ loans: [{ title: 'A' }] }, { loans: [] }, { loans: [{ title: 'A' }] }] },
      [
        ['Beside.', ['people', 0, 'loans', 0, 'title']],
        ['Beside.', ['people', 2, 'loans', 0, 'title']],
      ],
    ]);
  });

  test('of an entity that becomes null for another reason, at the place in this entity', async () => {
    answer('people', { data: { people: [person(1), { ...person(2), id: ['2'] }] } });
    answer('loans', {
      data: { _entities: [{ quota: 1 }, null] },
      errors: [{ message: 'Unknown.', path: ['_entities', 1] }],
    });
    const [data, errors] = await ask('{ people { id quota } }');
    expect(data).toEqual({ people: [{ id: '1', quota: 1 }, null] });
    expect(errors).toEqual([
      ['The answer for Person.id is not of the type ID.', ['people', 1, 'id']],
      ['Unknown.', ['people', 1, 'quota']],
    ]);
  });

  test('where there are no entities, it is the reason of every null', async () => {
    for (const path of [undefined, ['_entities']]) {
      answer('loans', { data: { _entities: null }, errors: [{ message: 'Down.', path }] });
      expect(await ask(query)).toEqual([
        { people: [{ quota: null }, { quota: null }, { quota: null }] },
        [0, 1, 2].map((at) => ['Down.', ['people', at, 'quota']]),
      ]);
    }
  });
});

describe('entities of another number than asked for', () => {
  const wrongNumber = 'The subgraph loans did not answer with as many entities as it was asked for.';
  beforeEach(() => {
    answer('people', { data: { people: [person(1), person(2), person(3)] } });
  });

  test('too few: those at their position count, the others get an error', async () => {
    answer('loans', { data: { _entities: [{ quota: 1 }, null] } });
    expect(await ask('{ people { quota } }')).toEqual([
      { people: [{ quota: 1 }, { quota: null }, { quota: null }] },
      [[wrongNumber, ['people', 2, 'quota']]],
    ]);
  });

  test('too few, with errors: these are the reason', async () => {
    answer('loans', {
      data: { _entities: [{ quota: 1 }] },
      errors: [{ message: 'Second.', path: ['_entities', 1] }, { message: 'All.' }],
    });
    expect(await ask('{ people { quota } }')).toEqual([
      { people: [{ quota: 1 }, { quota: null }, { quota: null }] },
      [
        ['Second.', ['people', 1, 'quota']],
        ['All.', ['people', 2, 'quota']],
      ],
    ]);
  });

  test('too many: the first of them count, and there is an error', async () => {
    answer('loans', { data: { _entities: [1, 2, 3, 4].map((quota) => ({ quota })) } });
    expect(await ask('{ people { quota } }')).toEqual([
      { people: [{ quota: 1 }, { quota: 2 }, { quota: 3 }] },
      [[wrongNumber, ['people']]],
    ]);
  });
});

describe('a response', () => {
  const data = { me: { name: 'Ann' } };
  const query = '{ me { name } }';

  test('may have null for its errors', async () => {
    answer('people', { data, errors: null });
    expect(await ask(query)).toEqual([data, undefined]);
  });

  test.each<[string, unknown, unknown]>([
    ['texts', ['No mail.'], [['No mail.', undefined]]],
    ['null', [null], [['The subgraph gave no reason.', undefined]]],
    [
      'without messages',
      [{ path: ['me', 'name'] }, { message: null }],
      [
        ['The subgraph gave no reason.', undefined],
        ['The subgraph gave no reason.', ['me', 'name']],
      ],
    ],
    ['no list', {}, [['The subgraph gave no reason.', undefined]]],
    ['one error in no list', { message: 'No mail.', path: ['me'] }, [['No mail.', ['me']]]],
    ['a text', 'No mail.', [['No mail.', undefined]]],
  ])('keeps its data if its errors are %s', async (_what, errors, reached) => {
    for (const status of [200, 500]) {
      answer('people', { data, errors }, { status });
      expect(await ask(query)).toEqual([data, reached]);
    }
  });

  test('may have an empty list for its errors', async () => {
    answer('people', { data, errors: [] });
    expect(await ask(query)).toEqual([data, undefined]);
  });

  test.each([[[]], [''], [7]])('keeps its errors if its data is %j', async (noData) => {
    answer('people', { data: noData, errors: [{ message: 'Down.' }, 'x'] });
    const [answered, errors] = await ask(query);
    expect(answered).toEqual({ me: null });
    expect(errors).toContainEqual(['Down.', ['me']]);
  });

  test('without data has as many errors for the client as it had', async () => {
    const errors = [1, 2, 3, 4, 5].map((at) => ({ message: `${at}.` }));
    answer('people', { data: null, errors });
    const [, reached] = await ask(query);
    expect(reached).toEqual([
      ['1.', ['me']],
      ['2.', ['me']],
      ['3.', ['me']],
      ['4.', undefined],
      ['5.', undefined],
    ]);
  });

  const graphqlJson = { headers: { 'content-type': 'application/graphql-response+json; charset=utf-8' } };
  test.each<[string, RawAnswer, object, unknown]>([
    ['500 with data and an error', { status: 500 }, { data, errors: [{ message: 'Oh.' }] }, 'Oh.'],
    [
      '500 with data alone',
      { status: 500 },
      { data },
      'The subgraph people answered with the HTTP status 500.',
    ],
    [
      '400 with data alone, as GraphQL',
      { status: 400, ...graphqlJson },
      { data },
      'The subgraph people answered with the HTTP status 400.',
    ],
    ['206 with data alone', { status: 206 }, { data }, undefined],
  ])('of the status %s keeps its data', async (_what, more, response, message) => {
    answer('people', response, more);
    expect(await ask(query)).toEqual([data, message === undefined ? undefined : [[message, undefined]]]);
  });

  test.each([500, 404])('of the status %d in another media type is none', async (status) => {
    for (const headers of [{ 'content-type': 'text/html' }, {}]) {
      answer('people', { data }, { status, headers });
      const [answered, errors] = await ask(query);
      expect(answered).toEqual({ me: null });
      expect(errors).toHaveLength(1);
    }
  });
});

describe('an entity that became null because of a field that may not be null', () => {
  beforeEach(() => {
    answer('people', { data: { me: person(1, { name: 'Ann' }) } });
    answer('loans', {
      data: { _entities: [null] },
      errors: [
        { message: 'No quota.', path: ['_entities', 0, 'quota'] },
        { message: 'No rank.', path: ['_entities', 0, 'rank'] },
      ],
    });
  });

  test.each([
    '{ me { name quota rank badge { code } } }',
    '{ me { badge { code } rank quota } }',
    '{ me { rank name badge { code } quota } }',
  ])('has each error once, at its own field: %s', async (query) => {
    const [data, errors] = await ask(query);
    expect(data).toEqual({ me: null });
    expect(errors).toHaveLength(2);
    expect(errors).toEqual(
      expect.arrayContaining([
        ['No quota.', ['me', 'quota']],
        ['No rank.', ['me', 'rank']],
      ]),
    );
  });

  test('has the error at the field below that has failed', async () => {
    const errors = [{ message: 'No code.', path: ['_entities', 0, 'badge', 'code'] }];
    answer('loans', { data: { _entities: [null] }, errors });
    expect(await ask('{ me { quota badge { code } } }')).toEqual([
      { me: null },
      [['No code.', ['me', 'badge', 'code']]],
    ]);
  });

  test('has the errors at each of its places', async () => {
    answer('people', { data: { people: [person(1), person(2), person(1)] } });
    answer('loans', {
      data: { _entities: [null, { quota: 1, rank: 2 }] },
      errors: [{ message: 'No rank.', path: ['_entities', 0, 'rank'] }],
    });
    expect(await ask('{ people { quota rank } }')).toEqual([
      { people: [null, { quota: 1, rank: 2 }, null] },
      [
        ['No rank.', ['people', 0, 'rank']],
        ['No rank.', ['people', 2, 'rank']],
      ],
    ]);
  });
});
