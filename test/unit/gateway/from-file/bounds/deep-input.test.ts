/**
 * The gateway answers input that is nested so deeply that a recursive function would exhaust the stack. Such input
 * causes no internal error.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type AnswerBody, type RunningGateway, startOver } from '../running.ts';
import { createWorld, type World } from '../supergraph-fixture.ts';

let world: World;
let gateway: RunningGateway;
beforeAll(async () => {
  world = await createWorld();
  // The largest values that can be set.
  gateway = await startOver(world, { MAX_BODY_BYTES: '1000000' }, {}, {}, { maxTokens: 20_000 });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const nested = (depth: number, open: string, close: string, inner = '') =>
  open.repeat(depth) + inner + close.repeat(depth);

async function answerTo(body: string): Promise<AnswerBody> {
  const response = await gateway.post(body);
  expect(response.status).toBeLessThan(500);
  return (await response.json()) as AnswerBody;
}

const codesIn = ({ errors }: AnswerBody) => errors?.map(({ extensions }) => extensions.code);

describe.each([1000, 4000, 6000, 9000])('%d levels', (depth) => {
  test.each([
    ['lists in a literal', `{ echo(any: ${nested(depth, '[', ']')}) }`],
    ['objects in a literal', `{ echo(any: ${nested(depth, '{a:', '}', '1')}) }`],
    ['selection sets', nested(depth, '{a', '}')],
    ['inline fragments', `{ ${nested(depth, '...{', '}', '__typename')} }`],
    ['lists in a variable’s type', `query($a: ${nested(depth, '[', ']', 'Int')}) { __typename }`],
    [
      'fragments',
      `{ ...F0 } ${Array.from({ length: Math.min(depth, 2700) }, (_, level) => `fragment F${level} on Query { ...F${level + 1} } `).join('')} fragment F${Math.min(depth, 2700)} on Query { __typename }`,
    ],
  ])('of %s', async (_what, query) => {
    await answerTo(JSON.stringify({ query }));
  });

  test.each([
    ['a custom scalar of lists', 'any: Anything', nested(depth, '[', ']')],
    ['a custom scalar of objects', 'any: Anything', nested(depth, '{"a":', '}', '1')],
    ['input objects', 'by: By', nested(depth, '{"within":', '}', '{}')],
  ])('of %s in the variables', async (_what, argument, value) => {
    const [name] = argument.split(':');
    const query = `query($${argument}) { echo(${name}: $${name}) }`;
    const answer = await answerTo(`{"query":"${query}","variables":{"${name}":${value}}}`);
    expect(codesIn(answer)).toEqual(['BAD_USER_INPUT']);
  });

  test('of a body', async () => {
    expect(codesIn(await answerTo(nested(depth, '[', ']')))).toEqual(['BAD_REQUEST']);
  });

  test('of a subgraph’s answer', async () => {
    const lists = nested(depth, '[', ']');
    const respond = (body: string) => {
      world.intercept = async (_call, response) => {
        response.setHeader('content-type', 'application/json').end(body);
        return true;
      };
    };
    respond(`{"data":{"anything":${lists}}}`);
    const answer = await answerTo('{"query":"{ anything }"}');
    expect([answer.data, codesIn(answer)]).toEqual([{ anything: null }, ['SUBGRAPH_INVALID_RESPONSE']]);
    respond(
      `{"data":{"echo":"a"},"errors":[{"message":"b","path":["echo"],"extensions":{"code":"C","d":${lists}}}]}`,
    );
    expect(codesIn(await answerTo('{"query":"{ echo }"}'))).toEqual(['C']);
    world.intercept = null;
  });
});

test('a custom scalar of 400 levels is passed on, both ways', async () => {
  const lists = nested(400, '[', ']');
  const answer = await answerTo(
    `{"query":"query($any: Anything) { echo(any: $any) }","variables":{"any":${lists}}}`,
  );
  expect(answer).toEqual({ data: { echo: `{"any":${lists}}` } });
});
