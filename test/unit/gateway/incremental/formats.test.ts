/** Answers in parts over sockets, byte for byte. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type RunningGateway, startOver } from '../from-file/running.ts';
import { createWorld, type World } from '../from-file/supergraph-fixture.ts';

let world: World;
let gateway: RunningGateway;
beforeAll(async () => {
  world = await createWorld();
  gateway = await startOver(world, { REQUEST_TIMEOUT_MS: '2000', MAX_BATCH: '2' });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});
afterEach(() => {
  world.intercept = null;
});

const query = '{ me { name ... @defer(label: "later") { reviews(first: 1) { body } } } }';
const whole = { data: { me: { name: 'Ada', reviews: [{ body: 'Review 0' }] } } };
const parts = { accept: 'multipart/mixed;incrementalSpec=v0.2, application/json' };
const olderParts = { accept: 'multipart/mixed;deferSpec=20220824, application/json' };

/** *reviews* answers after this time. */
function delayReviews(ms: number) {
  world.intercept = async ({ subgraph }) => {
    await setTimeout(subgraph === 'reviews' ? ms : 0);
    return false;
  };
}

const header = '\r\ncontent-type: application/json; charset=utf-8\r\n\r\n';
const framed = (...bodies: readonly object[]) =>
  `\r\n---${bodies.map((body) => `${header}${JSON.stringify(body)}\r\n---`).join('')}--\r\n`;

test('the format v0.2', async () => {
  const response = await gateway.post({ query }, parts);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'multipart/mixed; boundary="-"; incrementalSpec=v0.2',
    'cache-control': 'no-store',
    'content-language': 'en',
    'x-accel-buffering': 'no',
  });
  expect([response.status, await response.text()]).toEqual([
    200,
    framed(
      { data: { me: { name: 'Ada' } }, pending: [{ id: '0', path: ['me'], label: 'later' }], hasNext: true },
      {
        incremental: [{ id: '0', data: { reviews: [{ body: 'Review 0' }] } }],
        completed: [{ id: '0' }],
        hasNext: false,
      },
    ),
  ]);
});

test('the format 20220824', async () => {
  const response = await gateway.post({ query }, olderParts);
  expect(response.headers.get('content-type')).toBe('multipart/mixed; boundary="-"; deferSpec=20220824');
  expect(await response.text()).toBe(
    framed(
      { data: { me: { name: 'Ada' } }, hasNext: true },
      {
        incremental: [{ data: { reviews: [{ body: 'Review 0' }] }, path: ['me'], label: 'later' }],
        hasNext: false,
      },
    ),
  );
});

test('curl sees each part when it is ready', async () => {
  delayReviews(300);
  const headers = ['content-type: application/json', 'accept: multipart/mixed', 'accept-encoding: gzip'];
  const curl = spawn('curl', [
    '-sN',
    gateway.url,
    '-d',
    JSON.stringify({ query }),
    ...headers.flatMap((each) => ['-H', each]),
  ]);
  const seen: { readonly text: string; readonly at: number }[] = [];
  curl.stdout.setEncoding('utf8').on('data', (text: string) => seen.push({ text, at: performance.now() }));
  await once(curl, 'close');
  const initial = seen.find(({ text }) => text.includes('"Ada"'));
  const later = seen.find(({ text }) => text.includes('"Review 0"'));
  expect((later?.at ?? 0) - (initial?.at ?? 0)).toBeGreaterThan(200);
  expect(initial?.text).toContain('"hasNext":true}\r\n---');
});

test('a client that takes no parts gets the whole answer', async () => {
  for (const accept of ['*/*', 'application/json', 'application/json, multipart/*']) {
    const response = await gateway.post({ query }, { accept });
    expect([response.headers.get('content-type'), await response.json()]).toEqual([
      'application/json; charset=utf-8',
      whole,
    ]);
  }
});

test.each<[string, object | readonly object[], object | readonly object[]]>([
  ['is switched off', { query: query.replace('label: "later"', 'if: false') }, whole],
  [
    'is switched off by a variable',
    {
      query: `query ($later: Boolean!) ${query.replace('label: "later"', 'if: $later')}`,
      variables: { later: false },
    },
    whole,
  ],
  ['needs no further request', { query: '{ me { id ... @defer { id } } }' }, { data: { me: { id: 'u0' } } }],
  ['is part of a batch', [{ query }, { query }], [whole, whole]],
])('a client that takes parts gets the whole answer if the block %s', async (_what, body, answer) => {
  const response = await gateway.post(body, parts);
  expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
  expect(await response.json()).toEqual(answer);
});

test('a variable that is null decides no condition', async () => {
  const asked = `query ($later: Boolean) ${query.replace('label: "later"', 'if: $later')}`;
  const response = await gateway.post({ query: asked, variables: { later: null } }, parts);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] });
  expect(await (await gateway.post({ query: asked }, parts)).text()).toContain('"completed"');
});

test('a subgraph that fails makes its block null, with an error', async () => {
  world.intercept = async ({ subgraph }, response) => {
    if (subgraph === 'reviews') {
      response.destroy();
    }
    return subgraph === 'reviews';
  };
  const body = await (await gateway.post({ query }, parts)).text();
  const [, , last = ''] = body.split('\r\n---').map((part) => part.replace(header, ''));
  expect(JSON.parse(last)).toMatchObject({
    incremental: [
      {
        id: '0',
        data: { reviews: null },
        errors: [{ path: ['me', 'reviews'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } }],
      },
    ],
    completed: [{ id: '0' }],
    hasNext: false,
  });
  await gateway.logged(
    /"errors":\["SUBGRAPH_UNAVAILABLE"\].*"parts":2|"parts":2.*"errors":\["SUBGRAPH_UNAVAILABLE"\]/,
  );
});

test('a subgraph that never answers ends its block when the time for the request is over', async () => {
  world.intercept = async ({ subgraph }) => subgraph === 'reviews';
  const body = await (await gateway.post({ query }, parts)).text();
  expect(body).toContain('SUBGRAPH_TIMEOUT');
  expect(body.endsWith('"hasNext":false}\r\n-----\r\n')).toBe(true);
});

test('when a client goes, its requests to subgraphs are abandoned', async () => {
  world.requests.length = 0;
  world.intercept = async ({ subgraph }) => subgraph === 'reviews';
  const controller = new AbortController();
  const response = await gateway.post({ query }, parts, controller.signal);
  await response.body?.getReader().read();
  const asked = world.requests.find(({ subgraph }) => subgraph === 'reviews');
  controller.abort();
  while (asked?.abandoned !== true) {
    await setTimeout(10);
  }
});

test('a gateway that is stopped sends the last part', async () => {
  const stopped = await startOver(world, { REQUEST_TIMEOUT_MS: '2000' });
  delayReviews(300);
  const response = await stopped.post({ query }, parts);
  const [body] = await Promise.all([response.text(), stopped[Symbol.asyncDispose]()]);
  expect(body).toContain('"hasNext":false');
});

test('a query over GET may have parts, too', async () => {
  const response = await fetch(`${gateway.url}?${new URLSearchParams({ query })}`, { headers: parts });
  expect(await response.text()).toContain('"completed":[{"id":"0"}]');
});
