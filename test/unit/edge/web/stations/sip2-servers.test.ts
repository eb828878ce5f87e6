/** The pages' server asks the servers of SIP2, in other processes, for their terminals. */
import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import type { TerminalState } from '../../../../../edge/server/terminal-state.ts';
import {
  joinTerminals,
  Sip2Unavailable,
  terminalsAt,
} from '../../../../../edge/web/stations/sip2-servers.ts';
import { openMetrics } from '../../../../../telemetry/metrics/open-metrics.ts';
import { freePort } from '../../../../support/processes.ts';
import { listenOnLoopback } from '../../../../support/servers/loopback.ts';

const never: TerminalState = {
  name: 'gate',
  profile: 'station',
  branch: 'HKCL',
  connections: 0,
  lastSeenAt: null,
  heardAt: null,
  problems: [],
};
const at = (time: string): string => `2026-11-24T${time}:00.000Z`;

/** A process of SIP2 with these terminals, as its port of metrics shows them. */
async function startStatus(host: string, port: number, terminals: readonly TerminalState[]) {
  const build = { version: '1.2.3', commit: null, settingsFingerprint: 1 };
  const metrics = await openMetrics({ kind: 'own port', host, port }, build);
  metrics.servers.watchStatus(() => ({ terminals }));
  return metrics;
}

test('every server behind a name is asked, and a terminal is listed once', async () => {
  const port = await freePort();
  const seen = { ...never, connections: 1, lastSeenAt: at('12:00'), heardAt: at('12:00') };
  await using _one = await startStatus('127.0.0.1', port, [never, { ...seen, name: 'hall' }]);
  await using _other = await startStatus('127.0.0.2', port, [seen, { ...never, name: 'hall' }]);
  const read = terminalsAt(new URL(`http://sip2.example:${port}`), async (host) => {
    expect(host).toBe('sip2.example');
    return ['127.0.0.1', '127.0.0.2'];
  });
  expect(await read()).toEqual([seen, { ...seen, name: 'hall' }]);
});

test('a name of this machine is looked up', async () => {
  const port = await freePort();
  await using _only = await startStatus('127.0.0.1', port, [never]);
  expect(await terminalsAt(new URL(`http://localhost:${port}`))()).toEqual([never]);
});

test('if one server does not answer, nothing is known: its terminals would look disconnected', async () => {
  const port = await freePort();
  await using _only = await startStatus('127.0.0.1', port, [never]);
  const read = terminalsAt(new URL(`http://sip2.example:${port}`), async () => ['127.0.0.1', '127.0.0.3']);
  await expect(read()).rejects.toThrow(new Sip2Unavailable(`no list of terminals at 127.0.0.3:${port}`));
});

test.each([
  ['something else', '{"terminals":[{"name":"gate"}]}'],
  ['too much', JSON.stringify({ terminals: [{ ...never, name: 'x'.repeat(1024 * 1024) }] })],
])('an answer with %s is none', async (_name, body) => {
  await using server = await listenOnLoopback(createServer((_request, response) => response.end(body)));
  await expect(terminalsAt(new URL(server.origin))()).rejects.toThrow(Sip2Unavailable);
});

test('a name without an address is said', async () => {
  const read = terminalsAt(new URL('http://sip2.example:9464'), async () => {
    throw new Error('ENOTFOUND');
  });
  await expect(read()).rejects.toThrow('sip2.example has no address');
});

test('the problems are those of the server that has heard of the terminal last', () => {
  const wrong = { ...never, heardAt: at('12:00'), problems: ['WRONG_LOGIN'] as const };
  const right = { ...never, connections: 1, lastSeenAt: at('11:59'), heardAt: at('11:59') };
  expect(joinTerminals([[wrong], [right]])).toEqual([{ ...wrong, connections: 1, lastSeenAt: at('11:59') }]);
  const later = { ...right, lastSeenAt: at('12:01'), heardAt: at('12:01') };
  expect(joinTerminals([[wrong], [later]])).toEqual([later]);
  expect(joinTerminals([[later], [wrong]])).toEqual([later]);
});

test('a process without terminals has no status', async () => {
  const port = await freePort();
  const build = { version: '1.2.3', commit: null, settingsFingerprint: 1 };
  await using _metrics = await openMetrics({ kind: 'own port', host: '127.0.0.1', port }, build);
  expect((await fetch(`http://127.0.0.1:${port}/status`)).status).toBe(404);
});
