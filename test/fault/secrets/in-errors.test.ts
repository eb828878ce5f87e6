import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { recordVersion } from '../../../adapters/patrons/record-version.ts';
import type { Clock } from '../../../adapters/soap/policy/clock.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { coreSystemIds } from '../../../platform/systems.ts';
import { Sessions } from '../../../simulators/circ/sessions.ts';
import {
  FAULT_KINDS,
  type FaultKind,
  readSeed,
  type SimulatorCredentials,
  type SystemName,
  startSimulators,
} from '../../../simulators/index.ts';
import { everythingIn, indiscretion, leaksIn, MARKS, secretsOf } from '../../support/marked-secrets.ts';
import { openPorts, type Ports } from '../../support/ports.ts';
import { openedForEachTest } from '../../support/set-up/opened-for-tests.ts';
import { createHandClock } from '../../unit/adapters/soap/hand-clock.ts';
import { endsByDeadline, faultOf, hasFault } from '../calls/expected-reasons.ts';
import { WRITES } from '../calls/writes.ts';
import { recordOutput } from './record-output.ts';
import { SECRET_CALLS, type SecretCall } from './secret-calls.ts';

const credentials: SimulatorCredentials = {
  cms: { user: MARKS.cmsUser, password: MARKS.cmsPassword },
  circ: { user: MARKS.circUser, password: MARKS.circPassword },
};
/** There are enough connections that no call waits for one. */
const bounds = { breakerThreshold: 1_000_000, retryDelayMs: 5, maxBytes: 1024 * 1024, connections: 32 };
const deadlineMs = 8_000;
const nobody = (): AbortSignal => new AbortController().signal;

const held = secretsOf(readSeed());
const opened = vi.spyOn(Sessions.prototype, 'open');
/** The secrets besides the marked ones: the simulators' personal data, and every session id so far. */
const secrets = (): string[] => [...held, ...opened.mock.results.map(({ value }) => String(value))];

const output = recordOutput();
const legacy = openedForEachTest(() => startSimulators({ credentials }));
afterAll(() => {
  expect(leaksIn(output.join('\n'), secrets())).toEqual([]);
});

const open = (limits: object, logins = credentials, clock?: Clock): Promise<Ports> =>
  openPorts(legacy, { ...bounds, ...limits }, logins, clock);

/**
 * Opens ports for calls that meet a fault of the given kind. For some kinds, only the deadline ends a call. Then the
 * clock stands still until every call has met its fault, and `endCalls` moves the clock. So the test also works on a
 * busy machine.
 */
async function openFor(kind: FaultKind): Promise<{
  readonly ports: Ports;
  /** Resolves when all calls have ended. `haveMet` tells whether they have met the fault. */
  endCalls(calls: readonly Promise<unknown>[], haveMet: () => boolean): Promise<void>;
}> {
  if (!endsByDeadline(kind)) {
    const ports = await open({ deadlineMs });
    return { ports, endCalls: async (calls) => void (await Promise.allSettled(calls)) };
  }
  const clock = createHandClock();
  return {
    ports: await open({ deadlineMs }, credentials, clock),
    async endCalls(calls, haveMet) {
      await expect.poll(haveMet, { timeout: 15_000, interval: 5 }).toBe(true);
      const ended = Promise.allSettled(calls).then(() => true);
      do {
        clock.advance(deadlineMs);
      } while (!(await Promise.race([ended, sleep(5)])));
    },
  };
}

const callAll = (
  ports: Ports,
  { calls = SECRET_CALLS, signal = nobody() }: { calls?: readonly SecretCall[]; signal?: AbortSignal } = {},
): Promise<unknown>[] => calls.map(({ call }) => call(ports, signal));

/** Fails the test unless every call fails with an `UpstreamError` that has no secret in it. */
async function expectDiscreet(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(UpstreamError) });
    if (outcome.status === 'rejected') {
      expect(leaksIn(everythingIn(outcome.reason), secrets())).toEqual([]);
    }
  }
}

/**
 * Injects the fault, with every secret in its text, into the given operations. By default, these are all operations of
 * every system.
 */
function strikeAll(kind: FaultKind, operations?: Readonly<Record<SystemName, string[]>>): void {
  for (const name of coreSystemIds.filter((system) => hasFault(system, kind))) {
    const only = operations === undefined ? {} : { operations: operations[name] };
    legacy[name].faults.set([{ ...faultOf(kind), ...only, text: indiscretion }]);
  }
}

const writeOperations = (system: SystemName): string[] =>
  WRITES.filter((write) => write.system === system).map(({ operation }) => operation);

test('the search finds hidden properties of errors, and what is written', () => {
  const hidden = new Error('x', { cause: new Map([['request', Buffer.from(MARKS.pin)]]) });
  Object.defineProperty(hidden, 'config', { value: { [MARKS.name]: 'PRS-404' }, enumerable: false });
  expect(leaksIn(everythingIn(hidden), ['x'])).toEqual([MARKS.name, MARKS.pin, 'x', 'PRS-404']);
  expect(leaksIn(everythingIn(new Error('patron registry: busy')))).toEqual([]);
  const before = output.length;
  process.stderr.write('');
  expect(output).toHaveLength(before + 1);
});

test('the simulators write secrets into their faults', async () => {
  strikeAll('html-page');
  const response = await fetch(legacy.prs.url, { method: 'POST', body: 'of a request' });
  const page = await response.text();
  expect(page).toContain('of a request');
  for (const mark of Object.values(MARKS)) {
    expect(page).toContain(mark);
  }
  strikeAll('busy');
  const body = await (await fetch(legacy.circ.url, { method: 'POST', body: '?' })).text();
  expect(body).toContain('<RC>99</RC>');
});

describe('an error has no secret, envelope, code or text of a vendor', () => {
  test.each(FAULT_KINDS)('%s, with a session', async (kind) => {
    const { ports, endCalls } = await openFor(kind);
    await using _ = ports;
    await ports.circulation.ping(nobody());
    strikeAll(kind);
    const calls = callAll(ports, { calls: SECRET_CALLS.filter(({ system }) => hasFault(system, kind)) });
    await endCalls(calls, () => (legacy.circ.faults.status.faults[0]?.hits ?? 0) > 0);
    await expectDiscreet(calls);
    expect(legacy.circ.faults.status.faults[0]?.hits).toBeGreaterThan(0);
  });

  test.each(FAULT_KINDS)('%s, at the write itself', async (kind) => {
    const { ports, endCalls } = await openFor(kind);
    await using _ = ports;
    await ports.circulation.ping(nobody());
    strikeAll(kind, {
      prs: writeOperations('prs'),
      cms: writeOperations('cms'),
      circ: writeOperations('circ'),
    });
    const writes = WRITES.filter(({ system }) => hasFault(system, kind));
    const wanted = new Set(writes.map(({ operation }) => operation));
    const met = () =>
      new Set(
        coreSystemIds.flatMap((name) => legacy[name].faults.status.recent.map(({ operation }) => operation)),
      );
    const calls = callAll(ports, { calls: writes });
    await endCalls(calls, () => met().size === wanted.size);
    await expectDiscreet(calls);
    expect(met()).toEqual(wanted);
  });

  test.each(FAULT_KINDS.filter((kind) => kind !== 'expired-session'))('%s, at the login', async (kind) => {
    const { ports, endCalls } = await openFor(kind);
    await using _ = ports;
    strikeAll(kind);
    const calls = callAll(ports, { calls: SECRET_CALLS.filter(({ system }) => system === 'circ') });
    await endCalls(calls, () => legacy.circ.faults.status.recent.length > 0);
    await expectDiscreet(calls);
    expect(legacy.circ.faults.status.recent[0]).toMatchObject({ operation: 'Login', kind });
  });

  test('if our credentials are refused', async () => {
    const wrong = {
      cms: { user: MARKS.cmsUser, password: MARKS.circPassword },
      circ: { user: MARKS.circUser, password: MARKS.cmsPassword },
    };
    await using ports = await open({}, wrong);
    await expectDiscreet(callAll(ports, { calls: SECRET_CALLS.filter(({ system }) => system !== 'prs') }));
  });

  test('if the caller aborts with a reason', async () => {
    await using ports = await open({});
    strikeAll('hang');
    const controller = new AbortController();
    const calls = callAll(ports, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error(indiscretion)), 50);
    await expectDiscreet(calls);
  });

  test('if the caller had aborted before', async () => {
    await using ports = await open({});
    await expectDiscreet(callAll(ports, { signal: AbortSignal.abort(new Error(indiscretion)) }));
  });

  test('if the queue is full, or the circuit breaker open', async () => {
    await using full = await open({ connections: 1, queue: 0, deadlineMs: 300 });
    strikeAll('hang');
    await expectDiscreet([...callAll(full), ...callAll(full)]);
    await using broken = await open({ breakerThreshold: 1, deadlineMs: 300 });
    strikeAll('reset-before');
    await expectDiscreet(callAll(broken));
    await expectDiscreet(callAll(broken));
  });

  test('if a system is switched off', async () => {
    await using ports = await open({});
    await Promise.all(coreSystemIds.map((name) => legacy[name].stop()));
    await expectDiscreet(callAll(ports));
  });

  test('if the ports are closed', async () => {
    const ports = await open({});
    await ports[Symbol.asyncDispose]();
    await expectDiscreet(callAll(ports));
  });
});

const { identityNumber, patronNumber, cardNumber } = MARKS;
/** Adds a character that XML can't contain. */
const withNul = (value: string): string => `${value}\u0000`;

test.each<[string, (ports: Ports) => Promise<unknown>]>([
  [
    'register',
    ({ patrons }) =>
      patrons.register(
        {
          englishName: withNul(MARKS.name),
          chineseName: null,
          identityNumber,
          birthCertificateNumber: null,
          dateOfBirth: '1990-01-31',
          addressLines: [withNul(MARKS.address)],
          addressProven: true,
          telephone: null,
          email: null,
          guarantor: null,
        },
        nobody(),
      ),
  ],
  [
    'amendContact',
    ({ patrons }) =>
      patrons.amendContact(
        'P0000001',
        recordVersion('P0000001', '20250101090000'),
        { email: withNul(MARKS.email) },
        nobody(),
      ),
  ],
  [
    'issueCard',
    ({ cards }) =>
      cards.issueCard(
        MARKS.reference,
        {
          kind: 'SMART_ID',
          patronId: patronNumber,
          identityNumber: withNul(identityNumber),
          dateOfIssue: '2024-01-02',
        },
        nobody(),
      ),
  ],
  ['closeCard', ({ cards }) => cards.closeCard(withNul(MARKS.reference), cardNumber, 'CLOSED', nobody())],
  ['changePin', ({ cards }) => cards.changePin(MARKS.reference, cardNumber, withNul(MARKS.pin), nobody())],
  ['verifyPin', ({ cards }) => cards.verifyPin(cardNumber, withNul(MARKS.pin), nobody())],
  ['blockCard', ({ circulation }) => circulation.blockCard(cardNumber, withNul(MARKS.reference), nobody())],
  [
    'eventsByReference',
    ({ circulation }) => circulation.eventsByReference(withNul(MARKS.reference), nobody()),
  ],
])('the error of a request that XML can’t contain has none either: %s', async (name, call) => {
  await using ports = await open({});
  const [outcome] = await Promise.allSettled([call(ports)]);
  expect(leaksIn(everythingIn(outcome), secrets())).toEqual([]);
  if (outcome?.status === 'rejected') {
    expect(outcome.reason).toBeInstanceOf(UpstreamError);
  } else {
    expect(outcome?.value).toEqual(name === 'eventsByReference' ? [] : { refused: 'INVALID' });
  }
});
