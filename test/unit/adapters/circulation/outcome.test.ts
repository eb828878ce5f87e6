import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Circulation, CirculationRefusal } from '../../../../adapters/circulation/port.ts';
import { returnCodes } from '../../../../adapters/circulation/return-codes.ts';
import { createCirculation } from '../../../../adapters/circulation/soap.ts';
import type { UpstreamReason } from '../../../../adapters/soap/port.ts';
import { type CircCode, MESSAGES } from '../../../../simulators/circ/circ-error.ts';
import { DEFAULT_CREDENTIALS, type FaultRequest, startSimulators } from '../../../../simulators/index.ts';
import { anySignal, expectUpstream } from '../../../contract/port-under-test.ts';
import { envelope11, reply, startRawServer } from '../soap/raw-server.ts';

const limits = { deadlineMs: 1_000, retryDelayMs: 5 };
const login = DEFAULT_CREDENTIALS.circ;
const card = '21852000000066';
const copy = '31852000000494';
const values = ['2185200', '3185200', 'SECRET', 'ref-9', login.password];

const lend = (circulation: Circulation, signal = anySignal()) =>
  circulation.checkOut(card, copy, 'ref-9', signal);

const message = (name: string, rc: number, content = ''): string =>
  envelope11(
    `<${name}Response xmlns="urn:library:circ:v3"><RC>${rc}</RC><MSG>SECRET</MSG>${content}</${name}Response>`,
  );

/**
 * Runs `use` with a CIRC that accepts every login and always gives the same answer. Resolves to the number of calls
 * after the login.
 */
async function answering<T>(xml: string, use: (circulation: Circulation) => Promise<T>): Promise<number> {
  await using server = await startRawServer((response, { headers }) =>
    reply(
      response,
      String(headers.soapaction).endsWith('#Login"') ? message('Login', 0, '<SID>S</SID>') : xml,
    ),
  );
  await using circulation = createCirculation({ url: server.url, ...login, limits });
  await use(circulation);
  return server.requests.filter(({ headers }) => !String(headers.soapaction).endsWith('#Login"')).length;
}

const loan = (parts: { card?: string; item?: string; due?: string } = {}): string =>
  `<Loan><LoanNo>L1</LoanNo><CardNo>${parts.card ?? card}</CardNo><ItemNo>${parts.item ?? copy}</ItemNo>` +
  '<BibNo>B1</BibNo><Title>T</Title><Branch>X</Branch><OutAt>20261125013000</OutAt>' +
  `<DueOn>${parts.due ?? '20261209'}</DueOn><Renewals>0</Renewals><Ref>ref-9</Ref></Loan>`;
const hold =
  `<Hold><HoldNo>H1</HoldNo><CardNo>${card}</CardNo><BibNo>B1</BibNo><Title>T</Title><PickupBranch>X</PickupBranch>` +
  '<State>Q</State><QueuePos>1</QueuePos><PlacedAt>20261120120000</PlacedAt><ReadyUntil/><Ref/></Hold>';

describe('an answer of CIRC', () => {
  test.each<[number, UpstreamReason]>([
    [11, 'unauthorized'],
    [80, 'rejected'],
    [90, 'busy'],
    [99, 'outcome-unknown'],
    [77, 'outcome-unknown'],
    [-1, 'outcome-unknown'],
  ])('with RC %i to a change is %s, and the change is not sent again', async (rc, reason) => {
    const requests = await answering(message('CheckOut', rc), (circulation) =>
      expectUpstream(lend(circulation), reason, values),
    );
    expect(requests).toBe(1);
  });

  const changes = {
    CheckOut: lend,
    CheckIn: (circulation) => circulation.checkIn(copy, 'ref-9', anySignal()),
    Renew: (circulation) => circulation.renew('L1', 'ref-9', anySignal()),
    PlaceHold: (circulation) => circulation.placeHold(card, 'B1', 'X', 'ref-9', anySignal()),
    CancelHold: (circulation) => circulation.cancelHold('H1', 'ref-9', anySignal()),
  } as const satisfies Record<string, (circulation: Circulation) => Promise<unknown>>;
  const refusals: readonly [CircCode, keyof typeof changes, CirculationRefusal][] = [
    [20, 'CheckOut', 'CARD_UNKNOWN'],
    [21, 'CheckOut', 'CARD_BLOCKED'],
    [21, 'PlaceHold', 'CARD_BLOCKED'],
    [30, 'CheckOut', 'ITEM_UNKNOWN'],
    [30, 'PlaceHold', 'TITLE_UNKNOWN'],
    [31, 'CheckOut', 'ITEM_NOT_AVAILABLE'],
    [33, 'CheckOut', 'ITEM_NOT_FOR_LOAN'],
    [40, 'CheckOut', 'CARD_LIMIT_REACHED'],
    [41, 'Renew', 'NO_RENEWALS_LEFT'],
    [42, 'Renew', 'WANTED_BY_ANOTHER'],
    [50, 'Renew', 'LOAN_UNKNOWN'],
    [50, 'CheckIn', 'ITEM_NOT_ON_LOAN'],
    [60, 'PlaceHold', 'HOLD_LIMIT_REACHED'],
    [61, 'PlaceHold', 'ALREADY_HELD'],
    [70, 'CancelHold', 'HOLD_UNKNOWN'],
  ];

  test.each(refusals)('with RC %i to %s is %s, without the vendor’s text', async (rc, name, refused) => {
    await answering(message(name, rc), async (circulation) => {
      expect(await changes[name](circulation)).toEqual({ refused });
    });
  });

  test('has one of the tested codes, for every code of the adapter and of the simulator', () => {
    const others: readonly CircCode[] = [10, 11, 80, 90, 99];
    const tested = [...new Set([...refusals.map(([rc]) => rc), ...others])].sort((a, b) => a - b);
    expect(tested).toEqual(Object.keys(MESSAGES).map(Number));
    expect([0, ...tested]).toEqual(Object.values(returnCodes));
  });

  test.each<[string, string, (circulation: Circulation) => Promise<unknown>]>([
    ['without a loan', message('CheckOut', 0), lend],
    ['with the loan of another card', message('CheckOut', 0, loan({ card: '21852000000074' })), lend],
    ['with the loan of another item', message('CheckOut', 0, loan({ item: '31852000000502' })), lend],
    ['with a date that does not exist', message('CheckOut', 0, loan({ due: '20261131' })), lend],
    ["that is another operation's", message('CheckIn', 0, loan()), lend],
    ['that is not in the contract', message('Error', 99), lend],
    [
      'with another loan renewed',
      message('Renew', 0, loan()),
      (circulation) => circulation.renew('L2', 'ref-9', anySignal()),
    ],
    [
      'with another item returned',
      message('CheckIn', 0, loan()),
      (circulation) => circulation.checkIn('31852000000502', 'ref-9', anySignal()),
    ],
    [
      'without a hold',
      message('PlaceHold', 0),
      (circulation) => circulation.placeHold(card, 'B1', 'X', 'ref-9', anySignal()),
    ],
    [
      'with a hold of another title',
      message('PlaceHold', 0, hold),
      (circulation) => circulation.placeHold(card, 'B2', 'X', 'ref-9', anySignal()),
    ],
    [
      'with another hold cancelled',
      message('CancelHold', 0, hold),
      (circulation) => circulation.cancelHold('H2', 'ref-9', anySignal()),
    ],
  ])('with success, but %s, is outcome-unknown', async (_what, xml, call) => {
    const requests = await answering(xml, (circulation) =>
      expectUpstream(call(circulation), 'outcome-unknown', values),
    );
    expect(requests).toBe(1);
  });

  const event = (seq: number, kind = 'OUT', ref = 'ref-9'): string =>
    `<Event><Seq>${seq}</Seq><At>20261125013000</At><Kind>${kind}</Kind><CardNo/><ItemNo/><LoanNo/><Ref>${ref}</Ref></Event>`;
  const byReference = (circulation: Circulation) => circulation.eventsByReference('ref-9', anySignal());
  const nextEvents = (circulation: Circulation) => circulation.eventsAfter('4', 2, anySignal());
  test.each<[string, string, (circulation: Circulation) => Promise<unknown>]>([
    ['an unknown kind', message('FindByRef', 0, event(5, 'ZZZ')), byReference],
    ['another reference', message('FindByRef', 0, event(5, 'OUT', 'other')), byReference],
    ['events out of order', message('ListEvents', 0, event(6) + event(5)), nextEvents],
    ['events from before the cursor', message('ListEvents', 0, event(4)), nextEvents],
    ['more events than requested', message('ListEvents', 0, event(5) + event(6) + event(7)), nextEvents],
  ])('to a read of events with %s is invalid', async (_what, xml, call) => {
    await answering(xml, (circulation) => expectUpstream(call(circulation), 'invalid-response', values));
  });

  test('to the feed with an event of a kind that is not in the contract has it as OTHER', async () => {
    const xml = message('ListEvents', 0, event(5, 'ZZZ') + event(6));
    await answering(xml, async (circulation) => {
      expect(await nextEvents(circulation)).toMatchObject([
        { sequence: '5', kind: 'OTHER', reference: 'ref-9' },
        { sequence: '6', kind: 'CHECKED_OUT' },
      ]);
    });
  });

  test('with a sequence that a double can’t hold keeps every digit', async () => {
    const xml = message('ListEvents', 0, event(5).replace('>5<', '>9007199254740993<'));
    await answering(xml, async (circulation) => {
      expect(await nextEvents(circulation)).toMatchObject([
        { sequence: '9007199254740993', libraryCardNumber: null },
      ]);
    });
  });
});

describe('a session', () => {
  /**
   * Runs `use` with a system that has faults. Resolves to the number of calls, and to the number of loans on the card
   * at the end.
   */
  async function withFaults(
    faults: readonly FaultRequest[],
    use: (circulation: Circulation) => Promise<void>,
  ) {
    await using simulators = await startSimulators({ systems: ['circ'] });
    await using circulation = createCirculation({ url: simulators.circ.url, ...login, limits });
    simulators.circ.faults.set(faults);
    await use(circulation);
    simulators.circ.faults.clear();
    const [loans = []] = await circulation.loansByCard([card], anySignal());
    const calls = (name: string) => simulators.circ.calls.get(name) ?? 0;
    return { logins: calls('Login'), checkOuts: calls('CheckOut'), loans: loans.length };
  }

  test('that has expired is renewed, and the change is sent once more, because it was not made', async () => {
    const outcome = await withFaults(
      [{ kind: 'expired-session', operations: ['CheckOut'], times: 1 }],
      async (circulation) => {
        await expect(lend(circulation)).resolves.toHaveProperty('loan');
      },
    );
    expect(outcome).toEqual({ logins: 2, checkOuts: 2, loans: 1 });
  });

  test('that has expired, and a lost answer in the new session, is outcome-unknown', async () => {
    const outcome = await withFaults(
      [
        { kind: 'expired-session', operations: ['CheckOut'], times: 1 },
        { kind: 'reset-after', operations: ['CheckOut'], times: 1 },
      ],
      (circulation) => expectUpstream(lend(circulation), 'outcome-unknown', values),
    );
    expect(outcome).toEqual({ logins: 2, checkOuts: 2, loans: 1 });
  });

  test('that is refused means that the change is not sent', async () => {
    await using simulators = await startSimulators({ systems: ['circ'] });
    const wrong = { user: login.user, password: 'wrong' };
    await using circulation = createCirculation({ url: simulators.circ.url, ...wrong, limits });
    await expectUpstream(lend(circulation), 'unauthorized', values);
    expect(simulators.circ.calls.get('CheckOut')).toBeUndefined();
  });

  test('that an aborted caller was waiting for: the change is not sent', async () => {
    await using simulators = await startSimulators({ systems: ['circ'], latencyMs: 100 });
    await using circulation = createCirculation({ url: simulators.circ.url, ...login, limits });
    const caller = new AbortController();
    const call = expectUpstream(lend(circulation, caller.signal), 'cancelled', values);
    await wait(30);
    caller.abort();
    await call;
    await wait(150);
    expect(Object.fromEntries(simulators.circ.calls)).toEqual({ Login: 1 });
  });
});

test('a branch or a reference that XML can not carry is unencodable, and nothing is sent', async () => {
  await using simulators = await startSimulators({ systems: ['circ'] });
  await using circulation = createCirculation({ url: simulators.circ.url, ...login, limits });
  await expectUpstream(circulation.placeHold(card, 'B0000001', '\u0000', 'r', anySignal()), 'unencodable', [
    '\u0000',
  ]);
  await expectUpstream(circulation.checkOut(card, copy, '\ud800', anySignal()), 'unencodable');
  expect(Object.fromEntries(simulators.circ.calls)).toEqual({ Login: 1 });
});
