import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { type RunningSimulators, readSeed, startSimulators } from '../../simulators/index.ts';
import { circ, circEnvelope, circHeaders, el, login, prs, prsHeaders } from './wire-client.ts';

const ask = (legacy: RunningSimulators) => prs(legacy, 'GetPatrons', el('PATRON_NO', 'P0000001'));
const port = (url: string): number => Number(new URL(url).port);

test('each system has a port and a path of its own, and says that it is up', async () => {
  await using legacy = await startSimulators();
  const urls = [legacy.prs, legacy.cms, legacy.circ].map(({ url }) => url);
  expect(new Set(urls.map(port)).size).toBe(3);
  expect(urls.map((url) => new URL(url).pathname)).toEqual(['/prs', '/cms', '/circ']);
  for (const url of urls) {
    expect((await fetch(new URL('/health', url))).status).toBe(200);
  }
  expect((await fetch(new URL('/', urls[0]))).status).toBe(404);
  expect((await fetch(urls[0] ?? '')).status).toBe(405);
});

test('only the systems asked for are started, and others can be started later', async () => {
  await using legacy = await startSimulators({ systems: ['cms'] });
  expect(port(legacy.cms.url)).toBeGreaterThan(0);
  expect(port(legacy.prs.url)).toBe(0);
  await legacy.prs.start();
  expect((await ask(legacy)).status).toBe(200);
});

test('a preferred port that is taken gives way to a free one', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const taken = typeof address === 'object' && address !== null ? address.port : 0;
  await using legacy = await startSimulators({ systems: ['prs'], ports: { prs: taken } });
  expect(port(legacy.prs.url)).not.toBe(taken);
  expect((await ask(legacy)).status).toBe(200);
  other.close();
});

test('calls are counted by operation until they are reset', async () => {
  await using legacy = await startSimulators({ systems: ['prs'] });
  await ask(legacy);
  await ask(legacy);
  await prs(legacy, 'FindPatron', el('HKID', 'wrong'));
  await fetch(new URL('/health', legacy.prs.url));
  expect([...legacy.prs.calls]).toEqual([
    ['GetPatrons', 2],
    ['FindPatron', 1],
  ]);
  legacy.prs.resetCalls();
  expect(legacy.prs.calls.size).toBe(0);
});

test('switched off, a system closes its port and destroys connections; on again, it has port and tables', async () => {
  await using legacy = await startSimulators({ systems: ['prs'] });
  const { url } = legacy.prs;
  const socket = connect(port(url), '127.0.0.1');
  await once(socket, 'connect');
  const closed = once(socket, 'close');
  await legacy.prs.stop();
  await closed;
  await expect(ask(legacy)).rejects.toThrow();
  await legacy.prs.start();
  expect(legacy.prs.url).toBe(url);
  expect((await ask(legacy)).texts('PATRON_NO')).toEqual(['P0000001']);
});

test('CIRC switched off and on has forgotten its sessions', async () => {
  await using legacy = await startSimulators({ systems: ['circ'] });
  const sid = await login(legacy);
  const use = async () => (await circ(legacy, 'GetLoans', el('SID', sid) + el('CardNo', '1'))).texts('RC');
  expect(await use()).toEqual(['0']);
  await legacy.circ.stop();
  // The client must notice the closed connection before the system starts again.
  await sleep(20);
  await legacy.circ.start();
  expect(await use()).toEqual(['10']);
});

test('latency delays an answer, and a request that waits when the system is switched off is never applied', async () => {
  await using legacy = await startSimulators({ systems: ['prs'], latencyMs: 60 });
  const began = performance.now();
  await ask(legacy);
  expect(performance.now() - began).toBeGreaterThan(50);
  const waiting = expect(ask(legacy)).rejects.toThrow();
  await sleep(20);
  await legacy.prs.stop();
  await waiting;
  await sleep(80);
  expect(legacy.prs.calls.get('GetPatrons')).toBe(1);
});

test('a dropped connection cancels no write', async () => {
  await using legacy = await startSimulators({ systems: ['circ'] });
  const sid = await login(legacy);
  legacy.circ.latencyMs = 2_000;
  const body = circEnvelope('RegisterCard', el('SID', sid) + el('CardNo', '1') + el('Ref', 'dropped'));
  const dropped = fetch(legacy.circ.url, {
    method: 'POST',
    headers: circHeaders('RegisterCard'),
    body,
    signal: AbortSignal.timeout(700),
  });
  await expect(dropped).rejects.toThrow();
  legacy.circ.latencyMs = 0;
  const kinds = async () =>
    (await circ(legacy, 'FindByRef', el('SID', sid) + el('Ref', 'dropped'))).texts('Kind');
  await expect.poll(kinds).toEqual(['REG']);
});

test('a body beyond the bound is 413', async () => {
  await using legacy = await startSimulators({ systems: ['prs'] });
  const body = ' '.repeat(300_000);
  const response = await fetch(legacy.prs.url, { method: 'POST', headers: prsHeaders('GetPatrons'), body });
  expect(response.status).toBe(413);
});

test('two simulators share nothing', async () => {
  await using one = await startSimulators({ systems: ['prs'], seed: readSeed() });
  await using other = await startSimulators({ systems: ['prs'], seed: { ...readSeed(), patrons: [] } });
  expect((await ask(one)).texts('PATRON_NO')).toEqual(['P0000001']);
  expect((await ask(other)).texts('PATRON_NO')).toEqual([]);
});
