import { afterAll, beforeAll, expect, test } from 'vitest';
import { randomFrom } from '../../../support/random.ts';
import { type AnswerBody, type RunningGateway, startOver } from './running.ts';
import { createWorld, type World } from './supergraph-fixture.ts';

const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
const cases = Number(process.env.CASES ?? 1500);
/** The number of concurrent requests. */
const lanes = 4;
/** The time limit for an answer, in ms. It is far longer than any answer takes. */
const hangMs = 30_000;

let world: World;
let gateway: RunningGateway;
beforeAll(async () => {
  world = await createWorld();
  gateway = await startOver(world, { MAX_BATCH: '4' });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

const documents = [
  'query Q($n: Int! = 2, $by: By, $if: Boolean!) { users(first: $n) { ...U } echo(by: $by) @skip(if: $if) } fragment U on User { id name reviews(first: 1) { author { ...V } } } fragment V on User { name }',
  'mutation M($id: ID!) { rename(id: $id, name: "x") { id name } again: rename(id: "u1", name: """y""") { id } }',
  '{ me { __typename ... on User { reviews @include(if: true) { id body } } } __schema { types { name } } }',
  'query($o: One!, $list: [[Int]]) { one(by: $o) { id } echo(list: $list, any: { a: [1, 2.5, FOO, null] }, order: NEWEST) }',
  'subscription { nothing } query A { page(first: 2) { users { id } total } dear(weight: 3) secret }',
];

const tokens =
  '{ } ( ) [ ] : ! $ @ ... | & = query mutation subscription fragment on null true false me users id name reviews User Query __typename __schema __type skip include if first by "x" """y""" 0 -1 1.5e9 99999999999999999999 $n $by $undefined # , \u{feff} é 中 \u{1F600} "\\u{D800}" " toString __proto__ constructor'.split(
    ' ',
  );

const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  2 ** 31,
  1e308,
  '',
  'u0',
  'NEWEST',
  '\u0000\uD800',
  [],
  [[]],
  [[1, null], 2],
  {},
  { id: 'u0' },
  { name: 'Ada', id: 1 },
  { within: { within: { within: {} } } },
  { constructor: 1, toString: 2 },
  JSON.parse('{"__proto__": {"id": 1}}'),
];

/** A document in which some tokens are removed, doubled, changed or moved. */
function mangled(document: string, random: () => number): string {
  const parts = document.match(/\s+|\w+|"""[^"]*"""|"[^"]*"|\.\.\.|./g) ?? [];
  const any = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  for (let change = Math.floor(random() * 4); change > 0; change--) {
    const at = Math.floor(random() * parts.length);
    const others = [[], [parts[at], parts[at]], [any(tokens)], [any(parts)], [`${parts[at]} ${any(tokens)}`]];
    parts.splice(at, 1, ...(any(others) as string[]));
  }
  return parts.join('');
}

function randomValue(random: () => number, depth: number): unknown {
  const any = values[Math.floor(random() * values.length)];
  const kind = depth > 3 ? 1 : random();
  if (kind < 0.15) {
    return Array.from({ length: Math.floor(random() * 3) }, () => randomValue(random, depth + 1));
  }
  if (kind < 0.3) {
    return { id: randomValue(random, depth + 1), within: randomValue(random, depth + 1) };
  }
  return any;
}

/** The variables of valid requests. Some requests are valid, so that execution is also tried often. */
const soundVariables = { n: 2, if: false, id: 'u1', o: { id: 'u0' } };

function randomBody(random: () => number): string {
  if (random() < 0.2) {
    const query = documents[Math.floor(random() * 4)];
    return JSON.stringify({ query, variables: soundVariables });
  }
  const document = documents[Math.floor(random() * documents.length)] ?? '';
  const request = () => ({
    query: random() < 0.02 ? randomValue(random, 0) : mangled(document, random),
    variables:
      random() < 0.05
        ? randomValue(random, 0)
        : Object.fromEntries(
            ['n', 'by', 'if', 'id', 'o', 'list'].map((name) => [name, randomValue(random, 0)]),
          ),
    ...(random() < 0.1 && { operationName: random() < 0.5 ? 'A' : randomValue(random, 0) }),
    ...(random() < 0.1 && { extensions: randomValue(random, 0) }),
  });
  const body = random() < 0.05 ? JSON.stringify([request(), request()]) : JSON.stringify(request());
  // Some bodies are truncated.
  return random() < 0.03 ? body.slice(0, Math.floor(random() * body.length)) : body;
}

/** The mistake in an answer, or null if the answer is valid for a client. */
function fault(status: number, text: string): string | null {
  const parsed = JSON.parse(text) as AnswerBody | AnswerBody[];
  for (const answer of Array.isArray(parsed) ? parsed : [parsed]) {
    if (answer.data === undefined && (answer.errors ?? []).length === 0) {
      return 'neither data nor errors';
    }
    if (
      answer.errors?.some(
        ({ message, extensions }) => typeof message !== 'string' || typeof extensions.code !== 'string',
      )
    ) {
      return 'an error without a message or a code';
    }
    if (answer.errors?.some(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR')) {
      return 'an internal error';
    }
  }
  return [200, 400].includes(status) ? null : `the status ${status}`;
}

test(`${cases} mangled requests from seed ${seed}: each has an answer, and the gateway goes on`, {
  timeout: 300_000,
}, async () => {
  process.stdout.write(`mangled requests: SEED=${seed} CASES=${cases}\n`);
  const random = randomFrom(seed);
  let left = cases;
  const statuses = new Map<number, number>();
  const lane = async () => {
    while (left-- > 0) {
      const body = randomBody(random);
      const response = await gateway.post(body, {}, AbortSignal.timeout(hangMs));
      const text = await response.text();
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
      expect(fault(response.status, text), `${body}\n${text}`).toBeNull();
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  // The run must have tried both kinds: requests that are executed, and requests that are rejected.
  expect(statuses.get(200) ?? 0).toBeGreaterThan(cases / 10);
  expect(statuses.get(400) ?? 0).toBeGreaterThan(cases / 10);
  expect((await gateway.ask('{ me { id } }')).body).toEqual({ data: { me: { id: 'u0' } } });
  expect(gateway.log.filter((line) => line.includes('request failed'))).toEqual([]);
});

test(`mangled answers of subgraphs from seed ${seed}: each query has an answer`, {
  timeout: 300_000,
}, async () => {
  const random = randomFrom(seed + 1);
  world.intercept = async (_asked, response) => {
    if (random() < 0.3) {
      return false;
    }
    const text = JSON.stringify(
      random() < 0.5
        ? { data: { me: randomValue(random, 0), _entities: randomValue(random, 0) } }
        : { data: randomValue(random, 0), errors: randomValue(random, 0) },
    );
    response.statusCode = random() < 0.2 ? 500 : 200;
    response.end(random() < 0.1 ? text.slice(0, Math.floor(random() * text.length)) : text);
    return true;
  };
  for (let index = 0; index < cases / 5; index++) {
    const response = await gateway.post(
      { query: '{ me { id name reviews(first: 1) { body author { name } } } }' },
      {},
      AbortSignal.timeout(hangMs),
    );
    const text = await response.text();
    expect(fault(response.status, text), text).toBeNull();
  }
  world.intercept = null;
  expect((await gateway.ask('{ me { id } }')).body).toEqual({ data: { me: { id: 'u0' } } });
});
