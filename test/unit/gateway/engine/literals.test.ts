import { buildSchema, execute, type GraphQLSchema, getOperationAST, parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createEngine } from '../../../../gateway/engine/engine.ts';
import { extractLiterals } from '../../../../gateway/engine/operations/literals.ts';
import type { FetchSubgraph, SubgraphRequest } from '../../../../gateway/executor/index.ts';

const types = `
  scalar Anything
  enum Order { OLDEST NEWEST }
  input By { id: ID name: String = "nobody" order: Order within: By all: [By!] any: Anything }
  input One @oneOf { id: ID name: String by: By }
  interface Node { id(format: String): ID }
  type Thing implements Node { id(format: String): ID echo(text: String): String }
  type Query {
    node: Node
    echo(
      text: String, number: Int, float: Float, flag: Boolean, id: ID, order: Order, any: Anything
      list: [Int], lists: [[Int]], by: By, all: [By!], one: One, some: Int! = 3
    ): String
  }`;
const schema = buildSchema(types);
const supergraph = `
  schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) { query: Query }
  directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
  directive @join__graph(name: String!, url: String!) on ENUM_VALUE
  directive @join__type(graph: join__Graph!) repeatable on OBJECT | INTERFACE | ENUM | INPUT_OBJECT | SCALAR
  directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT
  directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
  scalar link__Import
  enum link__Purpose { SECURITY EXECUTION }
  enum join__Graph { ONE @join__graph(name: "one", url: "http://one") }
  ${types
    .replace(/(scalar|enum|input|interface) \w+( @oneOf)?/g, '$& @join__type(graph: ONE)')
    .replace(
      'implements Node',
      'implements Node @join__implements(graph: ONE, interface: "Node") @join__type(graph: ONE)',
    )
    .replace('type Query', 'type Query @join__type(graph: ONE)')
    .replace('OLDEST NEWEST', 'OLDEST @join__enumValue(graph: ONE) NEWEST @join__enumValue(graph: ONE)')}`;

/** The fields return the arguments that they got. */
const rootValue = {
  echo: (args: object) => JSON.stringify(args),
  node: () => ({
    __typename: 'Thing',
    id: ({ format }: { format?: string }) => `id ${format}`,
    echo: (args: object) => JSON.stringify(args),
  }),
};

async function answer(of: GraphQLSchema, source: string, variableValues: Record<string, unknown>) {
  const document = parse(source);
  const errors = validate(of, document);
  return errors.length > 0 ? { errors } : execute({ schema: of, document, rootValue, variableValues });
}

const engine = createEngine(supergraph);

async function ask(query: string, variables: Record<string, unknown> = {}, operationName?: string) {
  const requests: SubgraphRequest[] = [];
  const fetch: FetchSubgraph = async (request) => {
    requests.push(request);
    // Encodes and decodes the request and the answer as JSON, as over HTTP.
    const sent = JSON.parse(JSON.stringify(request)) as SubgraphRequest;
    return JSON.parse(JSON.stringify(await answer(schema, sent.operation, sent.variables)));
  };
  const document = parse(query);
  expect(validate(engine.schema, document)).toEqual([]);
  const result = await engine.execute({
    document,
    operationName,
    variables,
    shared: null,
    allowance: null,
    fetch,
  });
  return { result, requests };
}

const lifted = (query: string, operationName?: string) => {
  const document = parse(query);
  const operation = getOperationAST(document, operationName);
  if (operation == null) {
    throw new Error('the query has no operation');
  }
  return extractLiterals(document, operation, engine.schema);
};

test('descriptions make no other operation, and are not sent to subgraphs', async () => {
  const plain =
    'query Q($t: String!, $n: Int = 3) { node { ...F } echo(text: $t, number: $n) } fragment F on Node { id }';
  const described = `
    "What is answers."
    query Q(
      "part of the title" $t: String!
      """
      how "many"
      """
      $n: Int = 3
    ) { node { ...F } echo(text: $t, number: $n) }
    "Of each node." fragment F on Node { id }`;
  expect(lifted(described)).toEqual(lifted(plain));
  const { result, requests } = await ask(described, { t: 'x' });
  expect(result).toEqual(await ask(plain, { t: 'x' }).then((other) => other.result));
  expect(result.errors).toBeUndefined();
  expect(JSON.stringify(requests)).not.toMatch(/title|many|asked|each/);
});

describe('a subgraph gets the value of the literal', () => {
  test.each<[string, Record<string, unknown>?]>([
    ['{ echo(text: "plain") }'],
    ['{ echo(text: "\\u4e2d \\"quoted\\" \\n") }'],
    ['{ echo(text: """a block\n  "of" text""") }'],
    ['{ echo(text: null) }'],
    ['{ echo(number: -5) }'],
    ['{ echo(float: 1) }'],
    ['{ echo(float: 1.50e3) }'],
    ['{ echo(float: -0.0) }'],
    ['{ echo(flag: false, id: 12345678901234567890) }'],
    ['{ echo(id: "00012") }'],
    ['{ echo(order: NEWEST) }'],
    ['{ echo(list: 1) }'],
    ['{ echo(list: [1, null, 2], lists: [[1], 2, null, []]) }'],
    ['{ echo(lists: 3) }'],
    ['{ echo(by: {}) }'],
    ['{ echo(by: { id: 5, order: OLDEST, within: { name: null, all: { id: "x" } } }) }'],
    ['{ echo(all: [{ id: 1 }, { id: 2 }]) }'],
    ['query($n: String) { echo(by: { name: $n, within: { id: 5, name: "x" } }) }', { n: 'given' }],
    ['query($n: String) { echo(by: { name: $n, within: { id: 5 } }) }'],
    ['query($i: Int) { echo(list: [1, $i, 3], lists: [[$i], [4]]) }', { i: 2 }],
    ['query($o: String!) { echo(one: { by: { name: $o, id: 1 } }) }', { o: 'x' }],
    ['{ echo(one: { name: "x" }) }'],
    ['{ echo(any: "text") a: echo(any: true) b: echo(any: 7) }'],
    ['{ echo(any: 1.10) a: echo(any: FOO) b: echo(any: { a: [1, FOO, "x"] }) c: echo(any: ["x"]) }'],
    ['{ echo(by: { id: 1, any: { deep: [1.5] } }) }'],
    ['query($s: Int = 7) { echo(some: $s) a: echo(number: $s) b: echo(some: 8) }'],
    ['query($s: Int = 7) { echo(some: $s) }', { s: 9 }],
    [
      '{ a: echo(text: "same") b: echo(text: "same") ...F ...F } fragment F on Query { c: echo(text: "same") }',
    ],
    ['{ echo(text: "same") ... { echo(text: "same") } }'],
    ['{ node { x: id(format: "a") ... on Thing { x: id(format: "a") y: echo(text: "a") } } }'],
    [
      'query($literal: String, $literal0: Int) { echo(text: $literal, number: $literal0, id: 1) }',
      { literal: 'l', literal0: 0 },
    ],
    ['{ a: echo(text: "a") @skip(if: true) b: echo(text: "b") @include(if: true) }'],
  ])('%s', async (query, variables = {}) => {
    const { result } = await ask(query, variables);
    expect(result).toEqual(JSON.parse(JSON.stringify(await answer(schema, query, variables))));
  });
});

test('operations that differ in literals are one operation to a subgraph, with other variables', async () => {
  const requests = await Promise.all(
    ['Ada', 'Grace'].map(
      async (name) =>
        (await ask(`{ echo(by: { name: "${name}", all: [{ id: 1 }] }, number: 5) }`)).requests[0],
    ),
  );
  expect(requests[0]?.operation).toBe(requests[1]?.operation);
  expect(requests.map((request) => Object.values(request?.variables ?? {}))).toEqual([
    [{ name: 'Ada', all: [{ id: '1', name: 'nobody' }] }, 5],
    [{ name: 'Grace', all: [{ id: '1', name: 'nobody' }] }, 5],
  ]);
});

test('the text that is planned has no literals, and no other operations of the document', () => {
  const { text, values } = lifted(
    `query A { echo(text: "secret", by: { id: 683365 }) ...F } query B { node { id } }
     fragment F on Query { node { id(format: "secret too") } } fragment G on Query { node { id } }`,
    'A',
  );
  expect(text).not.toMatch(/secret|683365|query B|fragment G/);
  expect(Object.values(values)).toEqual(['secret', { id: '683365', name: 'nobody' }, 'secret too']);
});

test('conditions, defaults, nulls and literals that a custom scalar may read differently are not replaced', () => {
  const { text, values } = lifted(
    `query($d: Int = 5) { echo(number: $d, text: null, any: { x: 1.10 }) @include(if: true) }`,
  );
  expect(text).toBe(
    `query ($d: Int = 5) {\n  echo(number: $d, text: null, any: {x: 1.10}) @include(if: true)\n}`,
  );
  expect(values).toEqual({});
});

test('the literals of a fragment are replaced in each operation that uses it', async () => {
  const query = `query A { ...F } query B($literal0: Int) { echo(number: $literal0) ...F } fragment F on Query { x: echo(text: "f") }`;
  expect((await ask(query, {}, 'A')).result.data).toEqual({ x: '{"text":"f","some":3}' });
  expect((await ask(query, { literal0: 1 }, 'B')).result.data).toEqual({
    echo: '{"number":1,"some":3}',
    x: '{"text":"f","some":3}',
  });
});

test('an error about a variable has the client’s name for it, and no value', async () => {
  const { result, requests } = await ask('query($n: Int!) { echo(number: $n, text: "secret") }', {
    n: 'ten',
  });
  expect(result).toEqual({
    errors: [{ message: 'Variable "$n" must be an Int!.', extensions: { code: 'BAD_USER_INPUT' } }],
  });
  expect(requests).toEqual([]);
});

test('a client’s variable never replaces a literal', async () => {
  const { result } = await ask('{ echo(text: "mine") }', { literal0: 'yours' });
  expect(result.data).toEqual({ echo: '{"text":"mine","some":3}' });
});
