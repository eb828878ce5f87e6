/** Fields of an interface that its object types define differently. */
import { describe, expect, test } from 'vitest';
import { anonymous } from '../../../gateway/access/caller.ts';
import { createDenials } from '../../../gateway/access/guards.ts';
import { createWorld, link } from '../support/subgraphs.ts';

const book = { __typename: 'Book', id: '1', title: 'Walden', price: null, prices: [null] };
const film = { __typename: 'Film', id: '2', title: 'Alien', price: null, prices: [null] };

const resolvers = { Query: { media: () => book, all: () => [book, film] } };

test.each(['{ media { id title } }', '{ media { id ...T } } fragment T on Media { title }'])(
  'a field that is denied on every object type is null with an error, and the object stays: %s',
  async (query) => {
    const { engine, ask } = createWorld({
      one: {
        sdl: `${link}
          type Query { media: Media }
          interface Media { id: ID! title: String }
          type Book implements Media { id: ID! title: String @authenticated }`,
        resolvers,
      },
    });
    const denied = createDenials(engine.requirements)(anonymous);
    expect(await ask(query, { denied })).toEqual({
      data: { media: { id: '1', title: null } },
      errors: [
        {
          message: 'Sign in first.',
          path: ['media', 'title'],
          extensions: { code: 'UNAUTHENTICATED' },
        },
      ],
    });
  },
);

test('the object type of an object decides which of its fields may be null', async () => {
  const { ask } = createWorld(
    {
      one: {
        sdl: `${link}
          type Query { all: [Media] }
          interface Media { id: ID! price: Int prices: [Int] }
          type Book implements Media { id: ID! price: Int! prices: [Int] }
          type Film implements Media { id: ID! price: Int prices: [Int!] }`,
      },
    },
    // The subgraph's answer breaks its own schema.
    async ({ operation }) => ({
      data: {
        all: [book, film].map((each) => ({
          ...each,
          ...(!operation.includes('__typename') && { __typename: undefined }),
        })),
      },
    }),
  );
  expect(await ask('{ all { id price } }')).toEqual({
    data: { all: [null, { id: '2', price: null }] },
    errors: [
      {
        message: 'Cannot return null for non-nullable field Book.price.',
        path: ['all', 0, 'price'],
        extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
      },
    ],
  });
  expect(await ask('{ all { id prices } }')).toEqual({
    data: {
      all: [
        { id: '1', prices: [null] },
        { id: '2', prices: null },
      ],
    },
    errors: [
      {
        message: 'Cannot return null for non-nullable field Film.prices.',
        path: ['all', 1, 'prices', 0],
        extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
      },
    ],
  });
});

describe('a type adds an optional argument to the field of its interface', () => {
  const label = (type: string) =>
    `type ${type} implements Labelled { label(y: Int): String ${type.toLowerCase()}: Int }`;
  const things = ['Book', 'Film', 'Song', 'Game'].map((type) => ({
    __typename: type,
    label: ({ y = 0 }) => `${type} ${y}`,
    book: 1,
  }));
  const subgraphs = {
    one: {
      sdl: `${link}
        type Query { all: [Labelled] books: [Labelled] }
        interface Labelled { label: String }
        interface Titled { label(y: Int): String }
        ${label('Book')} ${label('Film')} ${label('Song').replace('Labelled', 'Labelled & Titled')}
        ${label('Game').replace('Labelled', 'Labelled & Titled')}`,
      resolvers: { Query: { all: () => things, books: () => things.slice(0, 1) } },
    },
  };

  test('without the argument, it is the field of the interface, whatever else is selected', async () => {
    const { ask, requests } = createWorld(subgraphs);
    expect(await ask('{ all { label ... on Book { book } } }')).toEqual({
      data: {
        all: [{ label: 'Book 0', book: 1 }, { label: 'Film 0' }, { label: 'Song 0' }, { label: 'Game 0' }],
      },
    });
    expect(requests[0]?.operation).toBe('query{all{__typename label ...on Book{book}}}');
  });

  test('with the argument, it is selected on the types', async () => {
    const { ask, requests } = createWorld(subgraphs);
    expect(await ask('{ books { ... on Book { label(y: 1) } ... on Film { label(y: 1) } } }')).toEqual({
      data: { books: [{ label: 'Book 1' }] },
    });
    expect(
      await ask(
        `query ($y: Int) { all {
          ... on Book { label(y: $y) } ... on Film { label(y: $y) } ... on Song { label(y: $y) } ... on Game { label(y: $y) }
        } }`,
        { variables: { y: 2 } },
      ),
    ).toEqual({ data: { all: things.map(({ __typename }) => ({ label: `${__typename} 2` })) } });
    expect(requests[0]?.operation).toContain('...on Titled{_5_label_label:label(y:$y)}');
  });
});

describe('where a type declares a narrower type than its interface', () => {
  const best = { ...film, best: film };
  const world = createWorld({
    one: {
      sdl: `${link}
        type Query { all: [Media] }
        interface Media { id: ID! title: String best: Media }
        type Book implements Media { id: ID! title: String best(year: Int): Media }
        type Film implements Media { id: ID! title: String best(year: Int): Film }`,
      resolvers: {
        Query: { all: () => [book, film] },
        Book: { best: () => best },
        Film: { best: () => best },
      },
    },
  });

  test('a field that is selected alike on all types is asked for once, at each level', async () => {
    const levels = 12;
    const query = `{ all { ${'title best { '.repeat(levels)} title ${'}'.repeat(levels)} } }`;
    const { data, errors } = await world.ask(query);
    expect(errors).toBeUndefined();
    expect(JSON.stringify(data).split('Alien').length - 1).toBe(2 * levels + 1);
    expect(world.requests.map(({ operation }) => operation.match(/best/g)?.length)).toEqual([levels]);
  });

  test('a field with an argument that the interface lacks is asked for on each type', async () => {
    const selected = 'best(year: 1) { title ...Id }';
    const { data, errors } = await world.ask(
      `{ all { ... on Book { ${selected} } ... on Film { ${selected} } } }
      fragment Id on Media { ... on Book { id } }`,
    );
    expect(errors).toBeUndefined();
    expect(data).toEqual({ all: [{ best: { title: 'Alien' } }, { best: { title: 'Alien' } }] });
  });
});
