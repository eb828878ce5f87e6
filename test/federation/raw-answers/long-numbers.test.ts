/**
 * Numbers beyond 2^53, and decimals with many digits. In both directions, the gateway passes on their text unchanged.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type RawGraph, startRawGraph } from './raw-graph.ts';
import type { RawRequest } from './raw-subgraph.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@external", "@requires", "@shareable"])`;

const stock = `${link}
  scalar Long
  scalar Decimal
  scalar JSON
  input Filter { id: ID at: Long most: Long = 9223372036854775807 any: JSON nested: Filter }
  type Query {
    thing: Thing
    things: [Thing]
    boxes: [Box]
    echo(id: ID, at: Long, price: Decimal, any: JSON, ats: [Long], filter: Filter, int: Int, float: Float): String
  }
  type Thing @key(fields: "id") {
    id: ID! size: Long price: Decimal any: JSON int: Int float: Float name: String sizes: [Long] inside: Thing
  }
  type Box @key(fields: "number") { number: Long! }`;

const owners = `${link}
  scalar Long
  type Thing @key(fields: "id") { id: ID! owner: String size: Long @external label: String @requires(fields: "size") }
  type Box @key(fields: "number") { number: Long! owner: String }`;

const long = '9007199254740993';

let graph: RawGraph<'stock' | 'owners'>;
beforeAll(async () => {
  graph = await startRawGraph({ stock, owners });
});
afterAll(() => graph[Symbol.asyncDispose]());
beforeEach(() => {
  graph.subgraphs.stock.requests.length = 0;
  graph.subgraphs.owners.requests.length = 0;
});

const query = (text: string, variables = '{}') =>
  `{"query":${JSON.stringify(text)},"variables":${variables}}`;

describe('in answers', () => {
  test.each([
    ['a custom scalar', 'size', long, long],
    ['a custom scalar below zero', 'size', `-${long}`, `-${long}`],
    ['a custom scalar of 40 digits', 'size', '1234567890123456789012345678901234567890', null],
    ['a custom scalar with decimals', 'price', '1234567890.123456789', null],
    ['a custom scalar with zeros at its end', 'price', '1.1000000000000000', null],
    ['a custom scalar with an exponent', 'price', '1.2345678901234567890E+400', null],
    ['a list of custom scalars', 'sizes', `[1,${long},null]`, null],
    ['numbers within a custom scalar', 'any', `{"a":[${long},{"b":0.12345678901234567890}],"c":1}`, null],
    ['an ID', 'id', long, `"${long}"`],
    ['an ID of 2^53', 'id', '9007199254740992', '"9007199254740992"'],
    ['an ID as text', 'id', `"${long}"`, null],
    ['a Float', 'float', '0.12345678901234567890', '0.12345678901234568'],
    ['a Float that is a double', 'float', '0.30000000000000004', null],
    ['an Int', 'int', '1.0000000000000000', '1'],
  ])('%s', async (_what, field, answered, expected) => {
    graph.subgraphs.stock.answer = () => `{"data":{"thing":{"id":"1","${field}":${answered}}}}`;
    expect(await graph.askText(query(`{ thing { ${field} } }`))).toBe(
      `{"data":{"thing":{"${field}":${expected ?? answered}}}}`,
    );
  });

  test.each([
    ['an Int', 'int', long, 'Int'],
    ['a String', 'name', long, 'String'],
    ['an ID with decimals', 'inside { id }', `{"id":1.0000000000000001}`, 'ID'],
    ['an object', 'inside { id }', long, 'Thing'],
    ['a list', 'sizes', long, '[Long]'],
  ])('%s is checked as before', async (_what, field, answered, type) => {
    const [name = ''] = field.split(' ');
    graph.subgraphs.stock.answer = () => `{"data":{"thing":{"${name}":${answered}}}}`;
    const { data, errors } = JSON.parse(await graph.askText(query(`{ thing { ${field} } }`)));
    expect(data).toEqual({ thing: { [name]: null } });
    expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } }]);
    expect(errors[0].message).toContain(`not of the type ${type}.`);
    expect(JSON.stringify(errors)).not.toContain('9007199');
  });

  test.each([
    ['a custom scalar', 'size', '1e400'],
    ['a value within a custom scalar', 'any', '{"a":[1,-1e400]}'],
    ['an item', 'sizes', '[1,1e400]'],
  ])('a number that no double holds is an error: %s', async (_what, field, answered) => {
    graph.subgraphs.stock.answer = () => `{"data":{"thing":{"${field}":${answered}}}}`;
    const { data, errors } = JSON.parse(await graph.askText(query(`{ thing { ${field} } }`)));
    expect(data).toEqual({ thing: { [field]: field === 'sizes' ? [1, null] : null } });
    expect(errors).toMatchObject([{ extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } }]);
  });

  test('the extensions of an error', async () => {
    graph.subgraphs.stock.answer = () =>
      `{"data":{"thing":null},"errors":[{"message":"x","path":["thing"],"extensions":{"at":${long}}}]}`;
    expect(await graph.askText(query('{ thing { name } }'))).toContain(`"at":${long}`);
  });
});

describe('between subgraphs', () => {
  test('an ID that is a number is the key that it is', async () => {
    graph.subgraphs.stock.answer = () =>
      '{"data":{"things":[9007199254740992,9007199254740993,9007199254740993]}}'.replaceAll(
        /\d+/g,
        (id) => `{"__typename":"Thing","id":${id}}`,
      );
    graph.subgraphs.owners.answer = () => '{"data":{"_entities":[{"owner":"992"},{"owner":"993"}]}}';
    expect(JSON.parse(await graph.askText(query('{ things { owner } }'))).data).toEqual({
      things: [{ owner: '992' }, { owner: '993' }, { owner: '993' }],
    });
    expect(graph.subgraphs.owners.requests.map(({ text }) => text.match(/"id":\d+/g))).toEqual([
      ['"id":9007199254740992', '"id":9007199254740993'],
    ]);
  });

  test.each([
    ['a key', 'id', '1e400', 'owner'],
    ['a required value', 'size', '1e400', 'label'],
    ['a required value of too many levels', 'size', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'label'],
    ['a key of too many levels', 'id', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'owner'],
  ])('%s that can not be written is not sent', async (_what, required, answered, field) => {
    graph.subgraphs.stock.answer = () =>
      `{"data":{"thing":{"__typename":"Thing","id":1,"name":"A","${required}":${answered}}}}`;
    graph.subgraphs.owners.answer = () => '{"data":{"_entities":[{"owner":"Null","label":"Null"}]}}';
    const { data, errors } = JSON.parse(await graph.askText(query(`{ thing { name ${field} } }`)));
    expect(data).toEqual({ thing: { name: 'A', [field]: null } });
    expect(errors).toMatchObject([{ path: ['thing', field] }]);
    expect(graph.subgraphs.owners.requests).toEqual([]);
  });

  test('a key of a custom scalar is sent with its text', async () => {
    graph.subgraphs.stock.answer = () =>
      '{"data":{"boxes":[{"__typename":"Box","number":9007199254740993},{"__typename":"Box","number":1.00000000000000000001}]}}';
    graph.subgraphs.owners.answer = () => '{"data":{"_entities":[{"owner":"A"},{"owner":"B"}]}}';
    expect(await graph.askText(query('{ boxes { owner number } }'))).toBe(
      '{"data":{"boxes":[{"owner":"A","number":9007199254740993},{"owner":"B","number":1.00000000000000000001}]}}',
    );
    expect(graph.subgraphs.owners.requests[0]?.text).toContain(
      '"representations":[{"__typename":"Box","number":9007199254740993},{"__typename":"Box","number":1.00000000000000000001}]',
    );
  });

  test('a required value is sent with its text', async () => {
    graph.subgraphs.stock.answer = () => `{"data":{"thing":{"__typename":"Thing","id":"1","size":${long}}}}`;
    graph.subgraphs.owners.answer = () => '{"data":{"_entities":[{"label":"L"}]}}';
    expect(await graph.askText(query('{ thing { label } }'))).toBe('{"data":{"thing":{"label":"L"}}}');
    expect(graph.subgraphs.owners.requests[0]?.text).toContain(`"size":${long}`);
  });
});

describe('from clients', () => {
  /**
   * The answer to a query of `echo`. This field has arguments, so the gateway may have given it another response key.
   */
  const echo = (text: string, { query: asked }: RawRequest): string =>
    `{"data":{"${/(\w+) ?: ?echo/.exec(asked)?.[1] ?? 'echo'}":"${text}"}}`;
  beforeEach(() => {
    graph.subgraphs.stock.answer = (request) => echo('x', request);
  });
  /** The body of the last request to the subgraph, with document and variables. */
  const sent = (): string => graph.subgraphs.stock.requests.at(-1)?.text ?? '';

  test.each([
    ['Long', 'at', long, long],
    ['Decimal', 'price', '0.12345678901234567890', null],
    ['ID', 'id', long, `"${long}"`],
    ['JSON', 'any', `{"a":[${long}]}`, null],
    ['[Long]', 'ats', `[1,${long}]`, null],
    ['[Long]', 'ats', long, `[${long}]`],
    ['Filter', 'filter', `{"id":${long},"at":${long},"most":1}`, `{"id":"${long}","at":${long},"most":1}`],
    ['Float', 'float', '0.12345678901234567890', '0.12345678901234568'],
  ])('a variable of the type %s', async (type, argument, value, expected) => {
    const text = `query ($x: ${type}) { echo(${argument}: $x) }`;
    const answer = await graph.askText(query(text, `{"x":${value}}`));
    expect(answer).toBe('{"data":{"echo":"x"}}');
    expect(sent()).toContain(`"variables":{"x":${expected ?? value}}`);
    const parameters = new URLSearchParams({ query: text, variables: `{"x":${value}}` });
    await fetch(`${graph.gateway.url}?${parameters}`);
    expect(sent()).toContain(`"variables":{"x":${expected ?? value}}`);
    expect(graph.subgraphs.stock.requests).toHaveLength(2);
  });

  test.each([
    ['Int', 'int', long],
    ['ID', 'id', '1.00000000000000001'],
    ['Filter', 'filter', long],
    ['Long', 'at', '1e400'],
    ['JSON', 'any', '{"a":[1e400]}'],
  ])('a variable of the type %s is checked as before', async (type, argument, value) => {
    const answer = await graph.askText(
      query(`query ($x: ${type}) { echo(${argument}: $x) }`, `{"x":${value}}`),
    );
    expect(JSON.parse(answer)).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
    expect(graph.subgraphs.stock.requests).toHaveLength(0);
  });

  test.each([
    [`id: ${long}`, `"${long}"`],
    [`at: ${long}`, `at:${long}`],
    ['price: 0.12345678901234567890', 'price:0.12345678901234567890'],
    [`any: { a: [${long}] }`, `[${long}]`],
    [`ats: [1, ${long}]`, ` ${long}]`],
    [`filter: { id: ${long}, at: ${long}, most: 1 }`, `at:${long}`],
  ])('a literal: %s', async (args, expected) => {
    expect(await graph.askText(query(`{ echo(${args}) }`))).toBe('{"data":{"echo":"x"}}');
    expect(sent()).toContain(expected);
    expect(sent()).not.toMatch(/900719925474099[^3]|0\.12345678901234567[^8]|0\.123456789012345678"?[^9]/);
  });

  test('defaults of variables and of the fields of input objects', async () => {
    await graph.askText(query(`query ($x: Long = ${long}) { echo(at: $x) }`));
    expect(sent()).toContain(`"variables":{"x":${long}}`);
    await graph.askText(query('query ($x: Filter) { echo(filter: $x) }', '{"x":{"nested":{}}}'));
    expect(sent()).toContain(
      '"variables":{"x":{"most":9223372036854775807,"nested":{"most":9223372036854775807}}}',
    );
    await graph.askText(query(`query ($x: Filter = { at: ${long} }) { echo(filter: $x) }`));
    expect(sent()).toContain(`{"x":{"at":${long},"most":9223372036854775807}}`);
  });

  test('a variable beside introspection, and a condition', async () => {
    const text =
      'query ($x: Filter, $yes: Boolean!) { __typename __schema { queryType { name } } echo(filter: $x) @include(if: $yes) }';
    const answer = await graph.askText(query(text, `{"x":{"at":${long},"most":1},"yes":true}`));
    expect(answer).toBe(
      '{"data":{"__typename":"Query","__schema":{"queryType":{"name":"Query"}},"echo":"x"}}',
    );
    expect(sent()).toContain(`{"at":${long},"most":1}`);
  });

  test('in a batch', async () => {
    await using batching = await startRawGraph({ stock, owners }, { MAX_BATCH: '2' });
    batching.subgraphs.stock.answer = (request) => echo('x', request);
    await batching.askText(`[${query('query ($x: Long) { echo(at: $x) }', `{"x":${long}}`)}]`);
    expect(batching.subgraphs.stock.requests[0]?.text).toContain(`{"x":${long}}`);
  });

  test('queries that differ in the last digit alone are not one query in flight', async () => {
    await using sharing = await startRawGraph({ stock, owners }, {}, { all: { shareInFlight: true } });
    sharing.subgraphs.stock.answer = async (request) => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return echo(/"x":(\d+)/.exec(request.text)?.[1] ?? '', request);
    };
    const ask = (x: string) => sharing.askText(query('query ($x: Long) { echo(at: $x) }', `{"x":${x}}`));
    const answers = await Promise.all([ask('9007199254740992'), ask(long), ask(long)]);
    expect(answers.map((answer) => JSON.parse(answer).data.echo)).toEqual(['9007199254740992', long, long]);
    expect(sharing.subgraphs.stock.requests).toHaveLength(2);
  });

  test('a body with a long number is rejected if it would change a prototype, is no JSON, or is nested too deeply', async () => {
    const deep = `{"query":"{ thing { id } }","variables":{"x":${'['.repeat(20_000)}${long}${']'.repeat(20_000)}}}`;
    for (const body of [
      `{"__proto__":{"a":1},"n":${long}}`,
      '{"__proto__":{"a":1}}',
      `{"n":${long},}`,
      deep,
    ]) {
      expect((await graph.gateway.post(body)).status).toBe(400);
    }
  });
});
