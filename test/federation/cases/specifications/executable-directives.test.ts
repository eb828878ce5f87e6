/** Directives that subgraphs define for operations: `directive @upper on FIELD`. */
import type { GraphQLResolveInfo } from 'graphql';
import { expect, test } from 'vitest';
import { createWorld, link } from '../../support/subgraphs.ts';

const directives = `
  directive @plus(n: Int = 1) repeatable on FIELD
  directive @cached(for: Int) on FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY | MUTATION
  directive @defer on FRAGMENT_SPREAD | INLINE_FRAGMENT
  directive @ofSchema on FIELD_DEFINITION | ARGUMENT_DEFINITION`;

/**
 * Resolves to `value`, plus a number for each directive on the field: the value of the directive's variable, or 1 if it
 * has no variable.
 */
const plus =
  (value: number) =>
  (_source: unknown, _args: unknown, _context: unknown, { fieldNodes, variableValues }: GraphQLResolveInfo) =>
    fieldNodes
      .flatMap((node) => node.directives ?? [])
      .reduce((sum, { arguments: [argument] = [] }) => {
        const given = argument?.value;
        return sum + (given?.kind === 'Variable' ? Number(variableValues[given.name.value]) : 1);
      }, value);

const world = createWorld({
  books: {
    sdl: `${link} ${directives}
      type Query { book: Book media: [Media] }
      type Mutation { add: Book }
      interface Media { weight: Int }
      type Book implements Media @key(fields: "id") { id: ID! weight: Int }
      type Film implements Media { weight: Int }`,
    resolvers: {
      Query: { book: () => ({ id: '1' }), media: () => [{ __typename: 'Book' }, { __typename: 'Film' }] },
      Mutation: { add: () => ({ id: '1' }) },
      Book: { weight: plus(10) },
      Film: { weight: plus(20) },
    },
  },
  loans: {
    sdl: `${link} ${directives}
      type Book @key(fields: "id") { id: ID! weight: Int @external fee: Int @requires(fields: "weight") loans: Int }`,
    resolvers: {
      Book: { fee: ({ weight }: { weight: number }) => weight * 100, loans: plus(3) },
    },
  },
});
const { ask, requests, engine } = world;
const operations = () => requests.map(({ operation }) => operation);

test('clients may use them in operations, and those of schemas nowhere; the gateway’s own @defer replaces a subgraph’s', () => {
  const defined = engine.schema.getDirectives().map(({ name, locations }) => [name, locations]);
  expect(Object.fromEntries(defined)).toMatchObject({
    plus: ['FIELD'],
    cached: ['FRAGMENT_SPREAD', 'INLINE_FRAGMENT', 'QUERY', 'MUTATION'],
    defer: ['FRAGMENT_SPREAD', 'INLINE_FRAGMENT'],
  });
  expect(Object.fromEntries(defined)).not.toHaveProperty('ofSchema');
  expect(engine.schema.getDirective('defer')?.args.map(({ name }) => name)).toEqual(['if', 'label']);
});

test('a field is sent with its directives, and their arguments as variables', async () => {
  expect(
    await ask('query ($n: Int) { book { weight @plus loans @plus(n: $n) @plus(n: 5) } }', {
      variables: { n: 2 },
    }),
  ).toEqual({
    data: { book: { weight: 11, loans: 10 } },
  });
  expect(operations()).toEqual([
    'query{book{weight@plus _2_id_required:id __typename}}',
    'query($representations:[_Any!]!,$n:Int,$literal0:Int){_entities(representations:$representations){...on Book{loans@plus(n:$n)@plus(n:$literal0)}}}',
  ]);
});

test('fields that differ in directives are fetched apart, also from what is required', async () => {
  expect(await ask('{ book { weight @plus(n: 7) plain: weight fee } }')).toEqual({
    data: { book: { weight: 17, plain: 10, fee: 1000 } },
  });
});

test('a field that is written several times has all its forms, on each type those of this type', async () => {
  expect(
    await ask(
      '{ media { ... on Book { weight @plus(n: 7) ... @cached { weight } } ... on Film { weight } weight @plus } }',
    ),
  ).toEqual({ data: { media: [{ weight: 18 }, { weight: 21 }] } });
  expect(operations()).toEqual([
    'query($literal0:Int){media{__typename ...on Book{weight@plus(n:$literal0) weight@plus} ...on Book@cached{weight} ...on Film{weight weight@plus}}}',
  ]);
});

test('fragments keep their directives in each subgraph', async () => {
  expect(
    await ask('{ book { ...B @cached(for: 9) } } fragment B on Book { weight ... @cached { loans } }'),
  ).toEqual({
    data: { book: { weight: 10, loans: 3 } },
  });
  expect(operations()).toEqual([
    'query($literal0:Int){book{_2_id_required:id __typename ...@cached(for:$literal0){weight}}}',
    'query($representations:[_Any!]!,$literal0:Int){_entities(representations:$representations){...on Book@cached(for:$literal0){...@cached{loans}}}}',
  ]);
  await ask('{ ... @cached { book { weight } } }');
  expect(operations()).toEqual(['query{...@cached{book{weight}}}']);
});

test('requests of the kind of the operation get its directives', async () => {
  await ask('query @cached(for: 9) { book { loans } }');
  expect(operations().map((text) => text.slice(0, text.indexOf('{')))).toEqual([
    'query($literal0:Int)@cached(for:$literal0)',
    'query($representations:[_Any!]!,$literal0:Int)@cached(for:$literal0)',
  ]);
  await ask('mutation @cached { add { loans } }');
  expect(operations().map((text) => text.slice(0, text.indexOf('{')))).toEqual([
    'mutation@cached',
    'query($representations:[_Any!]!)',
  ]);
});

test('an operation keeps its directives where an entity lacks what some fields require', async () => {
  const broken = createWorld({
    books: {
      sdl: `${link} ${directives} type Query { books: [Book!]! } type Book @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { books: () => [{ id: '1' }] } },
    },
    weights: {
      sdl: `${link} ${directives} type Book @key(fields: "id") { id: ID! weight: Int! }`,
      resolvers: { Book: { __resolveReference: () => null } },
    },
    loans: {
      sdl: `${link} ${directives}
        type Book @key(fields: "id") { id: ID! weight: Int! @external fee: Int @requires(fields: "weight") loans: Int }`,
      resolvers: { Book: { loans: () => 3 } },
    },
  });
  const { data } = await broken.ask('query ($for: Int) @cached(for: $for) { books { fee loans } }', {
    variables: { for: 9 },
  });
  expect(data).toEqual({ books: [{ fee: null, loans: 3 }] });
});

test('an @interfaceObject is asked by type for a field that has other directives on some types', async () => {
  const things = createWorld({
    likes: {
      sdl: `${link} ${directives}
        type Query { things: [Thing] } type Thing @interfaceObject @key(fields: "id") { id: ID! likes: Int }`,
      resolvers: {
        Query: { things: () => [{ id: '1' }, { id: '2' }] },
        Thing: { likes: plus(10), __resolveReference: (key: object) => key },
      },
    },
    things: {
      sdl: `${link} ${directives}
        interface Thing @key(fields: "id") { id: ID! }
        type Cup implements Thing @key(fields: "id") { id: ID! }
        type Pot implements Thing @key(fields: "id") { id: ID! }`,
      resolvers: {
        Thing: {
          __resolveReference: ({ id }: { id: string }) => ({ id, __typename: id === '1' ? 'Cup' : 'Pot' }),
        },
      },
    },
  });
  expect(await things.ask('{ things { likes ... on Cup { likes @plus(n: 5) } } }')).toEqual({
    data: { things: [{ likes: 15 }, { likes: 10 }] },
  });
});
