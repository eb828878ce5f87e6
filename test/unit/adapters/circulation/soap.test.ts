import { setTimeout as wait } from 'node:timers/promises';
import iconv from 'iconv-lite';
import { describe, expect, test } from 'vitest';
import type { Circulation } from '../../../../adapters/circulation/port.ts';
import { createCirculation } from '../../../../adapters/circulation/soap.ts';
import type { UpstreamReason } from '../../../../adapters/soap/port.ts';
import { DEFAULT_CREDENTIALS, type FaultKind, startSimulators } from '../../../../simulators/index.ts';
import { anySignal, expectUpstream } from '../../../contract/port-under-test.ts';
import { envelope11, reply, startRawServer } from '../soap/raw-server.ts';

const limits = { deadlineMs: 1_000, retryDelayMs: 5 };
const login = DEFAULT_CREDENTIALS.circ;
const card = '21852000000017';
const cards = (count: number) =>
  Array.from({ length: count }, (_, index) => `218529999${String(index).padStart(5, '0')}`);

test.each([
  [10, 1],
  [11, 2],
  [95, 10],
])('%i cards take %i calls, in one session', async (count, calls) => {
  await using simulators = await startSimulators({ systems: ['circ'] });
  await using circulation = createCirculation({ url: simulators.circ.url, ...login, limits });
  await circulation.loansByCard([...cards(count), ...cards(count)], anySignal());
  expect(simulators.circ.calls).toEqual(new Map(Object.entries({ Login: 1, GetLoans: calls })));
});

test('41 items take three calls', async () => {
  await using simulators = await startSimulators({ systems: ['circ'] });
  await using circulation = createCirculation({ url: simulators.circ.url, ...login, limits });
  await circulation.itemsByNumber(cards(41), anySignal());
  expect(simulators.circ.calls.get('GetItems')).toBe(3);
});

describe('the session', () => {
  test('is shared by concurrent calls, and by those that follow', async () => {
    await using simulators = await startSimulators({ systems: ['circ'], latencyMs: 20 });
    await using circulation = createCirculation({ url: simulators.circ.url, ...login, limits });
    const many = () =>
      Promise.all(Array.from({ length: 30 }, () => circulation.loansByCard([card], anySignal())));
    await many();
    await many();
    expect(simulators.circ.calls).toEqual(new Map(Object.entries({ Login: 1, GetLoans: 60 })));
  });

  test('that has expired is renewed once for many calls, and each call is repeated once', async () => {
    await using simulators = await startSimulators({ systems: ['circ'] });
    await using circulation = createCirculation({ url: simulators.circ.url, ...login, limits });
    await circulation.ping(anySignal());
    await simulators.circ.stop();
    await simulators.circ.start();
    simulators.circ.resetCalls();
    simulators.circ.latencyMs = 10;
    const found = await Promise.all(
      Array.from({ length: 40 }, () => circulation.loansByCard([card], anySignal())),
    );
    expect(found.every(([loans]) => loans?.length === 6)).toBe(true);
    expect(simulators.circ.calls.get('Login')).toBe(1);
    expect(simulators.circ.calls.get('GetLoans')).toBeLessThanOrEqual(80);
  });

  test('that is unknown as soon as it is opened is not renewed for ever', async () => {
    await using server = await startRawServer((response, { headers }) =>
      String(headers.soapaction).endsWith('#Login"') ? sayLogin(response) : say(response, 'GetLoans', 10),
    );
    await using circulation = createCirculation({ url: server.url, ...login, limits });
    await expectUpstream(circulation.loansByCard([card], anySignal()), 'rejected');
    expect(server.requests).toHaveLength(4);
  });

  test('is still opened for the others when the first caller aborts', async () => {
    await using simulators = await startSimulators({ systems: ['circ'], latencyMs: 80 });
    await using circulation = createCirculation({ url: simulators.circ.url, ...login, limits });
    const first = new AbortController();
    const left = expectUpstream(circulation.loansByCard([card], first.signal), 'cancelled');
    await wait(20);
    const stayed = circulation.loansByCard([card], anySignal());
    first.abort();
    await left;
    expect((await stayed)[0]).toHaveLength(6);
    expect(simulators.circ.calls.get('Login')).toBe(1);
  });

  test('is included in the deadline of a call', async () => {
    await using simulators = await startSimulators({ systems: ['circ'], latencyMs: 700 });
    await using circulation = createCirculation({
      url: simulators.circ.url,
      ...login,
      limits: { ...limits, deadlineMs: 1_000 },
    });
    const begun = performance.now();
    await expectUpstream(circulation.loansByCard([card], anySignal()), 'timeout');
    expect(performance.now() - begun).toBeLessThan(1_650);
  });

  test('that is refused is unauthorized, and not requested with every call', async () => {
    await using simulators = await startSimulators({ systems: ['circ'] });
    await using circulation = createCirculation({
      url: simulators.circ.url,
      user: login.user,
      password: 'wrong',
      limits,
    });
    for (let count = 0; count < 5; count += 1) {
      await expectUpstream(circulation.loansByCard([card], anySignal()), 'unauthorized', ['wrong']);
    }
    expect(simulators.circ.calls).toEqual(new Map([['Login', 1]]));
  });
});

test.each<[FaultKind, UpstreamReason]>([
  ['busy', 'busy'],
  ['internal', 'rejected'],
  ['html-page', 'invalid-response'],
  ['empty-body', 'invalid-response'],
  ['cut-off', 'invalid-response'],
])('CIRC in trouble: %s is %s, with a session and without', async (kind, reason) => {
  await using simulators = await startSimulators({ systems: ['circ'] });
  await using circulation = createCirculation({ url: simulators.circ.url, ...login, limits });
  simulators.circ.faults.set([{ kind }]);
  await expectUpstream(circulation.ping(anySignal()), reason);
  simulators.circ.faults.clear();
  await circulation.ping(anySignal());
  simulators.circ.faults.set([{ kind }]);
  await expectUpstream(circulation.loansByCard([card], anySignal()), reason);
});

type Response = Parameters<typeof reply>[0];
const message = (name: string, rc: number, content: string): string =>
  envelope11(
    `<${name}Response xmlns="urn:library:circ:v3"><RC>${rc}</RC><MSG>SECRET</MSG>${content}</${name}Response>`,
  );
/** Sends an answer in Big5-HKSCS, as CIRC does. */
const say = (response: Response, name: string, rc = 0, content = ''): void =>
  reply(
    response,
    iconv.encode(`<?xml version="1.0" encoding="Big5-HKSCS"?>${message(name, rc, content)}`, 'big5-hkscs'),
    'text/xml; charset=Big5-HKSCS',
  );
const sayLogin = (response: Response): void => say(response, 'Login', 0, '<SID>S</SID>');

/** Runs `use` with a CIRC that accepts every login and always gives the same answer. */
async function answering<T>(
  name: string,
  rc: number,
  content: string,
  use: (circulation: Circulation) => Promise<T>,
): Promise<T> {
  await using server = await startRawServer((response, { headers }) =>
    String(headers.soapaction).endsWith('#Login"') ? sayLogin(response) : say(response, name, rc, content),
  );
  await using circulation = createCirculation({ url: server.url, ...login, limits });
  return await use(circulation);
}

const item = (parts: { no?: string; author?: string; material?: string; state?: string }): string =>
  `<Item><ItemNo>${parts.no ?? '31852000000015'}</ItemNo><BibNo>B1</BibNo><Title>A／嚟</Title>` +
  `<Author>${parts.author ?? ''}</Author><CallNo/><Branch/><Material>${parts.material ?? 'BK'}</Material>` +
  `<State>${parts.state ?? 'A'}</State></Item>`;
const hold = (state: string, until: string): string =>
  `<Hold><HoldNo>H1</HoldNo><CardNo>${card}</CardNo><BibNo>B1</BibNo><Title>T</Title><PickupBranch>X</PickupBranch>` +
  `<State>${state}</State><QueuePos>0</QueuePos><PlacedAt>20261120120000</PlacedAt><ReadyUntil>${until}</ReadyUntil>` +
  '<Ref/></Hold>';
const charge = (kind: string, day: string): string =>
  `<Charge><ChargeNo>F1</ChargeNo><CardNo>${card}</CardNo><LoanNo/><Kind>${kind}</Kind><Cents>-5</Cents>` +
  `<RaisedOn>${day}</RaisedOn></Charge>`;
const items = (circulation: Circulation) => circulation.itemsByNumber(['31852000000015'], anySignal());
const holds = (circulation: Circulation) => circulation.holdsByCard([card], anySignal());
const charges = (circulation: Circulation) => circulation.chargesByCard([card], anySignal());

describe("CIRC's records", () => {
  test('have null for empty texts, and OTHER for an unknown material', async () => {
    const [found] = await answering('GetItems', 0, item({ material: 'ZZ' }), items);
    expect(found).toMatchObject({
      title: 'A／嚟',
      author: null,
      callNumber: null,
      branch: null,
      material: 'OTHER',
      state: 'AVAILABLE',
    });
    const [raised] = await answering('GetCharges', 0, charge('ZZ', '20261112'), charges);
    expect(raised).toMatchObject([{ kind: 'OTHER', loanId: null, cents: -5 }]);
  });

  test('for what became of a hold', async () => {
    for (const [word, state] of [
      ['X', 'CANCELLED'],
      ['L', 'LAPSED'],
    ] as const) {
      const [found] = await answering('GetHolds', 0, hold(word, ''), holds);
      expect(found).toMatchObject([{ state, queuePosition: null, readyUntil: null }]);
    }
  });

  test('have OTHER for a state that the contract does not name', async () => {
    for (const state of ['T', '', 'constructor']) {
      const [found] = await answering('GetItems', 0, item({ state }), items);
      expect(found).toMatchObject({ state: 'OTHER' });
      const [held] = await answering('GetHolds', 0, hold(state, ''), holds);
      expect(held).toMatchObject([{ state: 'OTHER', queuePosition: null }]);
    }
  });

  test.each<[string, string, string, (circulation: Circulation) => Promise<unknown>]>([
    ['an item that was not requested', 'GetItems', item({ no: '31852000000023' }), items],
    ['the same item twice', 'GetItems', item({}) + item({}), items],
    ['a hold with a date that does not exist', 'GetHolds', hold('R', '20261131'), holds],
    ['a charge with a date that does not exist', 'GetCharges', charge('OD', '20260230'), charges],
    [
      'the charge of another card',
      'GetCharges',
      charge('OD', '20261112').replace(card, '21852000000025'),
      charges,
    ],
    [
      'more items than requested',
      'FindItems',
      item({}) + item({}),
      (circulation) => circulation.findItems('a', 1, anySignal()),
    ],
  ])('are an invalid response with %s', async (_what, name, content, call) => {
    await answering(name, 0, content, (circulation) =>
      expectUpstream(call(circulation), 'invalid-response', ['2185200', '3185200', '2026', 'SECRET']),
    );
  });

  test.each<[number, UpstreamReason]>([
    [11, 'unauthorized'],
    [20, 'rejected'],
    [80, 'rejected'],
    [90, 'busy'],
    [99, 'rejected'],
    [-1, 'rejected'],
  ])('RC %i is %s, never an empty list', async (rc, reason) => {
    await answering('GetHolds', rc, '', (circulation) =>
      expectUpstream(holds(circulation), reason, ['SECRET']),
    );
  });
});
