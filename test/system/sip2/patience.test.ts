/** How long a terminal is let wait, and that 98 tells it, and whether the library's systems answer. */
import { afterEach, expect, test } from 'vitest';
import { createHttpGraphClient, type GraphClient, operationName } from '../../../edge/graph/client.ts';
import type { Health } from '../../../platform/http/health.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { checkOut, scStatus } from '../../support/sip2/messages.ts';
import { password, sip2ForTests, startSip2 } from './running-sip2.ts';
import { Shelf } from './shelf.ts';

const { system } = sip2ForTests();
const shelf = new Shelf(system);
const station = { profile: 'station' } as const;
const terminals = [
  { ...station, name: 'hasty', login: { user: 'station', password } },
  { ...station, name: 'patient', login: { user: 'reader', password }, timeoutSeconds: 12 },
];
const healths: Health[] = [];
const sip2 = openedForTests(() =>
  startSip2(system, {
    terminals,
    bounds: { minGraphTimeoutMs: 0 },
    watchTimes: { everyMs: 100, timeoutMs: 3_000, failuresToDown: 1 },
    observer: { watchHealth: (health) => healths.push(health) },
  }),
);
afterEach(() => system.legacy.circ.faults.clear());

const card = '21852000000082';
const lend = () => checkOut({ patron: card, item: shelf.nextItem(), date: shelf.nextDate() });

test('98 tells each terminal its own timeout, in tenths of a second', async () => {
  await using hasty = await sip2.connect('station');
  await using patient = await sip2.connect('reader');
  expect((await hasty.send(scStatus())).fixed.timeoutPeriod).toBe('030');
  expect((await patient.send(scStatus())).fixed.timeoutPeriod).toBe('120');
});

test('at a second a call, the first try of a terminal that waits is OK', async () => {
  system.legacy.circ.faults.set([{ kind: 'delay', delayMs: 1_000 }]);
  await using hasty = await sip2.connect('station');
  await using patient = await sip2.connect('reader');
  const [first, second] = await Promise.all([hasty.send(lend()), patient.send(lend())]);
  expect([first.fixed.ok, second.fixed.ok]).toEqual(['0', '1']);
});

test('the outcome of a change whose answer was lost is waited for while time remains', async () => {
  system.legacy.circ.faults.set([{ kind: 'reset-after', operations: ['CheckOut'], times: 1 }]);
  await using patient = await sip2.connect('reader');
  const lent = await patient.send(lend());
  expect([lent.fixed.ok, lent.fixed.desensitize, lent.field('AF')]).toEqual(['1', 'Y', undefined]);
});

test('a refusal that passes is tried again while time remains', async () => {
  system.legacy.circ.faults.set([{ kind: 'busy', operations: ['GetLoans'], times: 6 }]);
  await using patient = await sip2.connect('reader');
  expect((await patient.send(lend())).fixed.ok).toBe('1');
  expect(system.legacy.circ.faults.status.faults[0]?.hits).toBe(6);
});

test('98 says that the library is off line while circulation does not answer, and staff see it', async () => {
  await using terminal = await sip2.connect('station');
  const onLine = async () => (await terminal.send(scStatus())).fixed.onLineStatus;
  await expect.poll(onLine).toBe('Y');
  system.legacy.circ.faults.set([{ kind: 'busy' }]);
  await expect.poll(onLine, { timeout: 10_000 }).toBe('N');
  expect(healths[0]?.dependencies()).toEqual({ graph: 'up', circulation: 'down' });
  // The process can serve all the same: another one could do no better.
  expect(healths[0]?.conditions()).toEqual({ listening: true });
  system.legacy.circ.faults.clear();
  await expect.poll(onLine, { timeout: 10_000 }).toBe('Y');
  sip2.server.announceStop();
  expect(healths[0]?.conditions()).toEqual({ listening: false });
});

test('the graph is asked for a loan and a return before the first terminal can connect, and records neither', async () => {
  const client = createHttpGraphClient(new URL('/graphql', system.url), null);
  await using _closed = client;
  const asked: string[] = [];
  const graph: GraphClient = {
    ask(operation, request) {
      asked.push(operationName(operation));
      return client.ask(operation, request);
    },
  };
  await using _own = await startSip2(system, { terminals, graph });
  expect(asked.toSorted()).toEqual(['SipCheckIn', 'SipCheckOut', 'SipOnLine']);
});
