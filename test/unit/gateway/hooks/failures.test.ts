/** Hooks that throw, hang, grow or answer nonsense. They are bounded and reported, and access fails closed. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { World } from '../from-file/supergraph-fixture.ts';
import { createGuardedWorld, failuresIn, startReplaceable } from './hooked.ts';

let world: World;
let gateway: Awaited<ReturnType<typeof startReplaceable>>;
beforeAll(async () => {
  world = await createGuardedWorld();
  gateway = await startReplaceable(world);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});
beforeEach(() => {
  world.requests.length = 0;
  gateway.log.length = 0;
});
afterEach(() => {
  gateway.runs = {};
});

const cycle: unknown[] = [];
cycle.push(cycle);

/** What a hook may do wrong, and the reason that the log then gives. */
const wrongs: readonly (readonly [what: string, reason: string, run: () => unknown])[] = [
  [
    'throws',
    'threw',
    () => {
      throw new Error('secret 21852000000017');
    },
  ],
  ['rejects', 'threw', () => Promise.reject(new Error('secret 21852000000017'))],
  ['rejects with nothing', 'threw', () => Promise.reject()],
  [
    'throws an object that throws',
    'threw',
    () => {
      throw new Proxy(
        {},
        {
          getPrototypeOf() {
            throw new Error('again');
          },
        },
      );
    },
  ],
  ['never decides', 'timedOut', () => new Promise(() => undefined)],
  // biome-ignore lint/suspicious/noThenProperty: this is what a hook may return
  ['returns a thenable that does nothing', 'timedOut', () => ({ then: () => undefined })],
  ['returns a text that is too long', 'tooLarge', () => ({ reject: { message: 'x'.repeat(1 << 24) } })],
  ['returns a list that is too long', 'tooLarge', () => ({ policies: Array(1e9) })],
  ['returns an endless list', 'tooLarge', () => ({ policies: cycle })],
  ['returns a text', 'invalid', () => 'yes'],
  ['returns a number', 'invalid', () => 1],
  ['returns true', 'invalid', () => true],
  ['returns a list', 'invalid', () => []],
  ['returns a Map', 'invalid', () => new Map()],
  ['returns a function', 'invalid', () => () => undefined],
  ['returns a property that nobody knows', 'invalid', () => ({ polices: ['p'] })],
  ['refuses with a text', 'invalid', () => ({ reject: 'no' })],
  ['refuses with nothing', 'invalid', () => ({ reject: {} })],
  [
    'returns a getter that throws',
    'invalid',
    () => ({
      get reject() {
        throw new Error('secret 21852000000017');
      },
    }),
  ],
  ['returns a prototype', 'invalid', () => JSON.parse('{"__proto__":{"policies":["p","q","r"]}}')],
];

/** The hook, and what the client gets if it fails. */
const outcomes = {
  request: { status: 503, body: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] }, asked: 0 },
  operation: { status: 503, body: { errors: [{ extensions: { code: 'UNAVAILABLE' } }] }, asked: 0 },
  subgraphRequest: {
    status: 200,
    body: {
      data: { dear: null },
      errors: [{ path: ['dear'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    },
    asked: 0,
  },
  subgraphAnswer: {
    status: 200,
    body: {
      data: { dear: null },
      errors: [{ path: ['dear'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
    },
    asked: 1,
  },
} as const;

describe.each(Object.keys(outcomes) as (keyof typeof outcomes)[])('the hook %s', (name) => {
  test.each(wrongs)('that %s refuses what it should decide', async (_, reason, run) => {
    gateway.runs[name] = run as () => never;
    const { status, body } = await gateway.ask('{ dear }');
    const { asked, ...expected } = outcomes[name];
    expect({ status, body }).toMatchObject(expected);
    expect(world.requests).toHaveLength(asked);
    expect(failuresIn(gateway)).toMatchObject([{ hook: name, reason, reqId: expect.any(String) }]);
    expect(JSON.stringify([body, gateway.log])).not.toMatch(/secret|21852000000017/);
  });
});

test.each(wrongs)('an error hook that %s shows the codes alone', async (_, reason, run) => {
  gateway.runs.error = run as () => never;
  // The policy's message must not reach the client.
  expect((await gateway.ask('{ anything dear }')).body).toEqual({
    data: { anything: null, dear: 'dear' },
    errors: [
      { message: 'Something went wrong here.', path: ['anything'], extensions: { code: 'FORBIDDEN' } },
    ],
  });
  expect(failuresIn(gateway)).toMatchObject([{ hook: 'error', reason }]);
});

test('an error hook that decides about too few errors shows the codes alone', async () => {
  gateway.runs.error = () => ({ errors: [] });
  const { body } = await gateway.ask('{ anything dear }');
  expect(body.errors).toMatchObject([{ message: 'Something went wrong here.' }]);
  expect(failuresIn(gateway)).toMatchObject([{ hook: 'error', reason: 'invalid' }]);
});

test.each(wrongs)('a hook of the end that %s changes no answer, and is told', async (_, reason, run) => {
  gateway.runs.end = run as () => never;
  expect((await gateway.ask('{ dear }')).body).toEqual({ data: { dear: 'dear' } });
  await expect.poll(() => failuresIn(gateway)).toMatchObject([{ hook: 'end', reason }]);
});

test.each([
  ['content-length', '1'],
  ['Host', 'elsewhere'],
  ['transfer-encoding', 'chunked'],
  ['patron-graph-caller', 'me'],
  ['traceparent', '00-1'],
  ['x-request-id', '1'],
  ['not a name', '1'],
  ['x-split', 'a\r\nx-more: b'],
  ['x-emoji', '😀'],
])('a hook may not set the header %s to %j', async (name, value) => {
  gateway.runs.subgraphRequest = () => ({ headers: { [name]: value } });
  const { body } = await gateway.ask('{ dear }');
  expect(body).toMatchObject({
    data: { dear: null },
    errors: [{ extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
  });
  expect(world.requests).toEqual([]);
});

test('a policy that a failed hook was about to grant is denied with the whole operation', async () => {
  gateway.runs.operation = () => ({ policies: ['p', 'q', 'r'], labels: 'by-hand' }) as never;
  const { status, body } = await gateway.ask('{ anything dear }');
  expect([status, body.data]).toEqual([503, undefined]);
  expect(failuresIn(gateway)).toMatchObject([{ reason: 'invalid', at: 'labels', problem: 'invalid_type' }]);
});

test('requests that never touch a failing hook are answered meanwhile', async () => {
  gateway.runs.operation = ({ headers }) =>
    headers['x-as'] === 'slow' ? new Promise(() => undefined) : undefined;
  const slow = gateway.post({ query: '{ dear }' }, { 'x-as': 'slow' });
  expect((await gateway.ask('{ dear }')).body).toEqual({ data: { dear: 'dear' } });
  expect(failuresIn(gateway)).toEqual([]);
  expect((await slow).status).toBe(503);
});

test('the signal tells a hook that nobody waits for it any more', async () => {
  const aborted = Promise.withResolvers<boolean>();
  gateway.runs.operation = (_event, signal) => {
    signal.addEventListener('abort', () => aborted.resolve(true));
    return new Promise(() => undefined);
  };
  await gateway.ask('{ dear }');
  expect(await aborted.promise).toBe(true);
});

test('a client that disconnects ends the wait, and is no failure of the hook', async () => {
  const called = Promise.withResolvers<AbortSignal>();
  const ended: number[] = [];
  gateway.runs = {
    operation: (_event, signal) => {
      called.resolve(signal);
      return new Promise(() => undefined);
    },
    end: ({ status }): undefined => {
      ended.push(status);
    },
  };
  const gone = new AbortController();
  const asking = expect(gateway.post({ query: '{ dear }' }, {}, gone.signal)).rejects.toThrow('abort');
  const signal = await called.promise;
  gone.abort();
  await asking;
  await expect.poll(() => signal.aborted).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 250));
  expect(failuresIn(gateway)).toEqual([]);
  expect(ended).toEqual([499]);
});

test('a hook that holds up the event loop is named in the log', async () => {
  gateway.runs.operation = () => {
    const until = performance.now() + 80;
    while (performance.now() < until) {
      // It computes.
    }
    return undefined;
  };
  expect((await gateway.ask('{ dear }')).body).toEqual({ data: { dear: 'dear' } });
  await gateway.logged(/"hook":"operation","ms":\d+,"msg":"a hook has blocked the event loop"/);
});
