import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import type { Limits } from '../../adapters/soap/limits.ts';
import { UpstreamError } from '../../adapters/soap/port.ts';
import { Sessions } from '../legacy/circ/sessions.ts';
import {
  FAULT_KINDS,
  type FaultKind,
  type Legacy,
  type LegacyCredentials,
  startLegacy,
} from '../legacy/index.ts';
import { everythingIn, indiscretion, leaksIn, MARKS } from './marks.ts';
import type { Ports } from './reads.ts';
import { faultOf, hasFault, isEndless } from './reasons.ts';

const credentials: LegacyCredentials = {
  cms: { user: MARKS.cmsUser, password: MARKS.cmsPassword },
  circ: { user: MARKS.circUser, password: MARKS.circPassword },
};
const bounds: Partial<Limits> = { breakerThreshold: 1_000_000, retryDelayMs: 5, maxBytes: 1024 * 1024 };
const anySignal = (): AbortSignal => new AbortController().signal;

let legacy: Legacy;
const opened = vi.spyOn(Sessions.prototype, 'open');
/** Every session id there was. */
const sessionIds = (): string[] => opened.mock.results.map(({ value }) => String(value));

beforeAll(async () => {
  legacy = await startLegacy({ credentials });
});
afterAll(() => legacy[Symbol.asyncDispose]());
beforeEach(() => {
  for (const system of [legacy.prs, legacy.cms, legacy.circ]) system.faults.clear();
});

async function open(limits: Partial<Limits>, { cms, circ } = credentials): Promise<Ports> {
  const all = { ...bounds, ...limits };
  await using resources = new AsyncDisposableStack();
  const patrons = resources.use(await createPatronRegistry({ url: legacy.prs.url, limits: all }));
  const cards = resources.use(await createCardManagement({ url: legacy.cms.url, ...cms, limits: all }));
  const circulation = resources.use(await createCirculation({ url: legacy.circ.url, ...circ, limits: all }));
  const ports = resources.move();
  return { patrons, cards, circulation, [Symbol.asyncDispose]: () => ports.disposeAsync() };
}

/** Every call that has a secret in it. */
const callsWithSecrets = (
  { patrons, cards, circulation }: Ports,
  signal = anySignal(),
): Promise<unknown>[] => [
  patrons.findByDocument({ kind: 'HKID', number: MARKS.identityNumber }, signal),
  patrons.findByDocument({ kind: 'BIRTH_CERTIFICATE', number: MARKS.identityNumber }, signal),
  patrons.search({ name: MARKS.name }, { first: 5 }, signal),
  patrons.findMany([MARKS.patronNumber], signal),
  cards.findSmartId({ identityNumber: MARKS.identityNumber, dateOfIssue: '2020-01-31' }, signal),
  cards.cardsByNumber([MARKS.cardNumber], signal),
  cards.cardsByPatron([MARKS.patronNumber], signal),
  circulation.loansByCard([MARKS.cardNumber], signal),
  circulation.findItems(MARKS.title, 5, signal),
];

/** Fails the test unless all are refused with an `UpstreamError`, and nothing came out with any. */
async function expectDiscreet(calls: readonly Promise<unknown>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(calls)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(UpstreamError) });
    if (outcome.status !== 'rejected') continue;
    expect(leaksIn(everythingIn(outcome.reason), sessionIds())).toEqual([]);
  }
}

function strikeAll(kind: FaultKind): void {
  for (const name of ['prs', 'cms', 'circ'] as const) {
    if (hasFault(name, kind)) legacy[name].faults.set([{ ...faultOf(kind), text: indiscretion }]);
  }
}

test('the search finds what an error hides', () => {
  const hidden = new Error('x', { cause: new Map([['request', Buffer.from(MARKS.pin)]]) });
  Object.defineProperty(hidden, 'config', { value: { [MARKS.name]: 'PRS-404' }, enumerable: false });
  expect(leaksIn(everythingIn(hidden), ['x'])).toEqual([MARKS.name, MARKS.pin, 'x', 'PRS-404']);
  expect(leaksIn(everythingIn(new Error('patron registry: busy')))).toEqual([]);
});

test('the stand-ins do say it all', async () => {
  strikeAll('html-page');
  const response = await fetch(legacy.prs.url, { method: 'POST', body: 'of a request' });
  const page = await response.text();
  expect(page).toContain('of a request');
  for (const mark of Object.values(MARKS)) expect(page).toContain(mark);
  strikeAll('busy');
  const body = await (await fetch(legacy.circ.url, { method: 'POST', body: '?' })).text();
  expect(body).toContain('<RC>99</RC>');
});

describe('no secret, envelope, code or text of a vendor comes out with an error', () => {
  test.each(FAULT_KINDS)('%s, with a session', async (kind) => {
    await using ports = await open({ deadlineMs: isEndless(kind) ? 300 : 8_000 });
    await ports.circulation.ping(anySignal());
    strikeAll(kind);
    const calls = callsWithSecrets(ports);
    await expectDiscreet(kind === 'expired-session' ? calls.slice(-2) : calls);
    await Promise.allSettled(calls);
    expect(legacy.circ.faults.status.faults[0]?.hits).toBeGreaterThan(0);
  });

  test.each(FAULT_KINDS.filter((kind) => kind !== 'expired-session'))('%s, at the login', async (kind) => {
    await using ports = await open({ deadlineMs: isEndless(kind) ? 300 : 8_000 });
    strikeAll(kind);
    await expectDiscreet([ports.circulation.loansByCard([MARKS.cardNumber], anySignal())]);
    expect(legacy.circ.faults.status.recent[0]).toMatchObject({ operation: 'Login', kind });
  });

  test('our own credentials refused', async () => {
    const wrong = {
      cms: { user: MARKS.cmsUser, password: MARKS.circPassword },
      circ: { user: MARKS.circUser, password: MARKS.cmsPassword },
    };
    await using ports = await open({}, wrong);
    await expectDiscreet(callsWithSecrets(ports).slice(4));
  });

  test('a caller who goes away and says why', async () => {
    await using ports = await open({});
    strikeAll('hang');
    const controller = new AbortController();
    const calls = callsWithSecrets(ports, controller.signal);
    setTimeout(() => controller.abort(new Error(indiscretion)), 50);
    await expectDiscreet(calls);
  });

  test('a queue that is full, and a circuit breaker that is open', async () => {
    await using full = await open({ connections: 1, queue: 0, deadlineMs: 300 });
    strikeAll('hang');
    await expectDiscreet([...callsWithSecrets(full), ...callsWithSecrets(full)]);
    await using broken = await open({ breakerThreshold: 1, deadlineMs: 300 });
    strikeAll('reset-before');
    await expectDiscreet(callsWithSecrets(broken));
    await expectDiscreet(callsWithSecrets(broken));
  });

  test('a system that is switched off', async () => {
    await using ports = await open({});
    for (const system of [legacy.prs, legacy.cms, legacy.circ]) await system.stop();
    await expectDiscreet(callsWithSecrets(ports));
    for (const system of [legacy.prs, legacy.cms, legacy.circ]) await system.start();
  });
});
