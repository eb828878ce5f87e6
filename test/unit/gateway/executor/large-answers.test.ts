import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import {
  type SubgraphErrorJson,
  type SubgraphResponse,
  typeConditionsOf,
} from '../../../../gateway/executor/index.ts';
import { responseShape } from '../../../../gateway/executor/response-shape.ts';
import type { ExecutionContext } from '../../../../gateway/executor/run/execution-context.ts';
import { Failures } from '../../../../gateway/executor/run/failures.ts';
import { mergeEntities, type PendingLookup } from '../../../../gateway/executor/run/fetch/merge-entities.ts';
import { worldOf } from '../../../federation/support/subgraphs.ts';
import { ask, canned, engine, patron } from './canned.ts';

const supergraph = readFileSync(new URL('../../../../schema/supergraph.graphql', import.meta.url), 'utf8');
const query = '{ items(title: "Walden") { title author } }';
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

/**
 * Queries items. The subgraph answers with `items` itself and not with a copy, so that getters in it notice each read.
 */
const askWithGetters = (
  selections: string,
  items: unknown,
  errors?: SubgraphResponse['errors'],
  by = engine,
) =>
  worldOf(by, async ({ operation }) => {
    const key = /(\w+) ?: ?items\b/.exec(operation)?.[1] ?? 'items';
    return { data: { [key]: items }, errors };
  }).ask(`{ items(title: "Walden") { ${selections} } }`);

afterEach(() => {
  vi.restoreAllMocks();
});

describe('errors of a subgraph are bounded, and cost time in proportion to their number', () => {
  test('an answer with too many keeps its data, and the rest of them is not read', async () => {
    let read = 0;
    const error: SubgraphErrorJson = {
      get message() {
        read += 1;
        return 'no';
      },
    };
    const answer = await askWithGetters(
      'title',
      [{ title: 'A' }],
      times(20_000, () => error),
    );
    expect(answer.data).toEqual({ items: [{ title: 'A' }] });
    expect(answer.errors?.map(({ message }) => message)).toEqual(['no', 'There are more than 10000 errors.']);
    expect(read).toBe(20_000);
  });

  test('the client gets a thousand, and an error that says that there are more', async () => {
    const answer = await ask(query, {
      circulation: {
        data: { items: times(5000, () => ({ title: 'x', author: null })) },
        errors: times(5000, (index) => ({ message: 'no', path: ['items', index, 'author'] })),
      },
    });
    expect(answer.errors).toHaveLength(1001);
    expect(answer.errors?.at(999)).toMatchObject({ path: ['items', 999, 'author'] });
    expect(answer.errors?.at(1000)).toMatchObject({ extensions: { code: 'TOO_MANY_ERRORS' } });
  });

  test.each([
    ['messages', { message: 'x'.repeat(100_000) }],
    ['extensions', { message: 'no', extensions: { page: 'x'.repeat(100_000) } }],
  ])('long %s that occur many times are bounded', async (_what, error) => {
    const answer = await ask(query, {
      circulation: {
        data: { items: times(500, () => ({ title: 'x', author: null })) },
        errors: times(500, (index) => ({ ...error, path: ['items', index, 'author'] })),
      },
    });
    expect(JSON.stringify(answer).length).toBeLessThan(5_000_000);
    expect(answer.errors?.at(-1)).toMatchObject({ extensions: { code: 'TOO_MANY_ERRORS' } });
    expect(answer.data?.items).toHaveLength(500);
  });

  test.each([
    ['one list', (index: number) => ['items', index]],
    ['one occurrence', () => ['items']],
  ])('an error at %s is not compared with all others', async (_what, path) => {
    let compared = 0;
    const { some, filter } = Array.prototype;
    vi.spyOn(Array.prototype, 'some').mockImplementation(function (this: unknown[], ...args) {
      compared += this.length;
      return some.apply(this, args);
    });
    vi.spyOn(Array.prototype, 'filter').mockImplementation(function (this: unknown[], ...args) {
      compared += this.length;
      return filter.apply(this, args) as never;
    });
    const count = 5000;
    await ask(query, {
      circulation: {
        data: { items: path(0).length === 1 ? null : times(count, () => null) },
        errors: times(count, (index) => ({ message: `no ${index}`, path: path(index) })),
      },
    });
    expect(compared).toBeLessThan(count * 50);
  });

  test('an error about one entity is not compared with all entities', () => {
    const count = 2000;
    const entities = times(count, (n) => ({ __typename: 'Patron', id: `${n}` }));
    let read = 0;
    const indexes = new Proxy(
      times(count, (n) => n),
      {
        get(list, key) {
          read += 1;
          return Reflect.get(list, key);
        },
      },
    );
    const step = { shape: responseShape('{ name }', new Map()), paths: [] };
    const lookup = { step, alias: '_entities', targets: entities, indexes, representations: entities };
    const types = typeConditionsOf(parse(supergraph));
    const context = { types, failures: new Failures(types) };
    const errors = times(count, (n) => ({
      failure: { message: `no ${n}`, extensions: { code: 'X' } },
      path: ['_entities', n],
    }));
    const answer = { failed: false, data: { _entities: times(count, () => null) }, errors } as const;
    mergeEntities(
      [lookup as unknown as PendingLookup],
      answer,
      'patrons',
      context as unknown as ExecutionContext,
    );
    expect(entities.map((entity) => context.failures.at(entity, 'name')[0]?.failure)).toEqual(
      errors.map(({ failure }) => failure),
    );
    expect(read).toBeLessThan(count * 10);
  });
});

describe('an answer is bounded', () => {
  const narrow = createEngine(supergraph, { limits: { maxAnswerBytes: 10_000 } });
  const tooLarge = {
    data: null,
    errors: [{ message: 'The answer has more than 10000 bytes.', extensions: { code: 'ANSWER_TOO_LARGE' } }],
  };

  test('by its number of values, and the rest of them are not read', async () => {
    let read = 0;
    const items = times(5000, () => ({
      get title() {
        read += 1;
        return 'x';
      },
    }));
    expect(await askWithGetters('title', items, undefined, narrow)).toEqual(tooLarge);
    expect(read).toBeLessThan(1000);
  });

  test('by the length of its text', async () => {
    expect(await askWithGetters('title', [{ title: 'x'.repeat(11_000) }], undefined, narrow)).toEqual(
      tooLarge,
    );
    expect(await askWithGetters('title', [{ title: 'x'.repeat(9000) }], undefined, narrow)).toMatchObject({
      data: { items: [{}] },
    });
  });

  test.each(['title', '__typename'])('by the length of an alias of %s on each item', async (field) => {
    const alias = 'a'.repeat(1000);
    const items = times(10, () => ({ title: 'x', [`_5_title_${alias}`]: 'x' }));
    expect(await askWithGetters(`${alias}: ${field}`, items, undefined, narrow)).toEqual(tooLarge);
    expect(await askWithGetters(`${alias}: ${field}`, items.slice(1), undefined, narrow)).not.toHaveProperty(
      'errors',
    );
  });

  test('by all occurrences of a shared object', async () => {
    const cards = times(100, (n) => ({
      __typename: 'LibraryCard',
      libraryCardNumber: `${n}`,
      patron: { __typename: 'Patron', id: 'P1' },
    }));
    const answers = canned({
      credentials: { data: { me: { ...patron, credentials: cards } } },
      patrons: { data: { _entities: [{ name: { english: 'x'.repeat(500) } }] } },
    });
    const text = '{ me { credentials { patron { name { english } } } } }';
    expect(await worldOf(narrow, answers).ask(text)).toEqual(tooLarge);
    expect(await worldOf(engine, answers).ask(text)).not.toHaveProperty('errors');
  });
});

test('the rest of a list is answered after too many errors', async () => {
  const items = times(5000, (index) => ({ title: `Title ${index}`, author: null }));
  const answer = await ask('{ items(title: "Walden") { title author } }', {
    circulation: {
      data: { items },
      errors: times(5000, (at) => ({ message: 'no', path: ['items', at, 'author'] })),
    },
  });
  expect(answer.data).toEqual({ items });
  expect(answer.errors).toHaveLength(1001);
});

test('after too many errors, a value is read once, and no path is computed for it', async () => {
  let read = 0;
  const items = times(5000, () => ({
    get author() {
      read += 1;
      return undefined;
    },
  }));
  const answer = await askWithGetters('author', items);
  expect(answer.errors).toHaveLength(1001);
  expect(read).toBeLessThan(5000 * 4);
});
