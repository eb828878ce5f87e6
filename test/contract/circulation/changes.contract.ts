import { describe, expect, test } from 'vitest';
import type { Circulation, CirculationRefusal } from '../../../adapters/circulation/port.ts';
import { type Change, changeContract } from '../changes.contract.ts';
import { anySignal, dayMs, expectUpstream, type Opening } from '../port-under-test.ts';
import { eventContract } from './events.contract.ts';

/** A card without loans and holds. */
const card = '21852000000066';
const blocked = '21852000000116';
const strange = '21852000000264';
const copy = '31852000000494';
const unknownItem = '31852999999999';

/** The number of events that CIRC reports for the reference of the change. */
const times: Change<Circulation>['times'] = async (port) =>
  (await port.eventsByReference('參考-001', anySignal())).length;

const change = (name: string, ask: Change<Circulation>['ask']): Change<Circulation> => ({ name, ask, times });

const changes: readonly Change<Circulation>[] = [
  change('checkOut', (port, signal) => port.checkOut(card, copy, '參考-001', signal)),
  change('checkIn', (port, signal) => port.checkIn('31852000000015', '參考-001', signal)),
  change('renew', (port, signal) => port.renew('L00000001', '參考-001', signal)),
  change('placeHold', (port, signal) => port.placeHold(card, 'B0000001', 'STCL', '參考-001', signal)),
  change('cancelHold', (port, signal) => port.cancelHold('H0000001', '參考-001', signal)),
  change('registerCard', (port, signal) => port.registerCard(strange, '參考-001', signal)),
  change('blockCard', (port, signal) => port.blockCard(card, '參考-001', signal)),
  change('unblockCard', (port, signal) => port.unblockCard(blocked, '參考-001', signal)),
];

export function circulationChangesContract(open: Opening<Circulation>): void {
  changeContract(open, changes, ['2185200', '3185200', '參考', 'L00000001', 'H0000001']);
  describe('lending', () => lendingContract(open));
  describe('a hold', () => holdContract(open));
  describe('a card', () => cardContract(open));
  describe('events', () => eventContract(open));
  test.each<[string, (port: Circulation) => Promise<unknown>]>([
    ['checkOut', (port) => port.checkOut(card, copy, '', anySignal())],
    ['checkIn', (port) => port.checkIn(copy, '', anySignal())],
    ['renew', (port) => port.renew('L00000001', '', anySignal())],
    ['placeHold', (port) => port.placeHold(card, 'B0000001', 'STCL', '', anySignal())],
    ['cancelHold', (port) => port.cancelHold('H0000001', '', anySignal())],
    ['registerCard', (port) => port.registerCard(card, '', anySignal())],
    ['blockCard', (port) => port.blockCard(card, '', anySignal())],
    ['unblockCard', (port) => port.unblockCard(blocked, '', anySignal())],
    ['eventsByReference', (port) => port.eventsByReference('', anySignal())],
  ])('an empty reference is the caller’s error: %s', async (_name, ask) => {
    await using subject = await open();
    await expect(ask(subject.port)).rejects.toThrow(RangeError);
  });
}

type Refusals = readonly (readonly [string, (port: Circulation) => Promise<unknown>, CirculationRefusal])[];

function refusalContract(open: Opening<Circulation>, refusals: Refusals): void {
  test.each(refusals)('%s is refused', async (_what, ask, refused) => {
    await using subject = await open();
    await expect(ask(subject.port)).resolves.toEqual({ refused });
    await expect(subject.port.eventsAfter('0', 500, anySignal())).resolves.toEqual([]);
  });
}

const loansOf = async (port: Circulation, number: string) => {
  const [loans = []] = await port.loansByCard([number], anySignal());
  return loans;
};
const itemOf = async (port: Circulation, number: string) => {
  const [item] = await port.itemsByNumber([number], anySignal());
  return item;
};

function lendingContract(open: Opening<Circulation>): void {
  test('makes a loan, renews it from its own day, and ends it', async () => {
    await using subject = await open();
    const { port } = subject;
    const lent = await port.checkOut(card, copy, '0012', anySignal());
    const loan = {
      id: 'L00000049',
      libraryCardNumber: card,
      itemNumber: copy,
      titleNumber: 'B0000001',
      title: '紅樓夢',
      branch: expect.any(String),
      checkedOutAt: '2026-11-25T01:30:00+08:00',
      dueOn: '2026-12-09',
      renewals: 0,
      reference: '0012',
    };
    expect(lent).toEqual({ loan });
    expect(await loansOf(port, card)).toEqual([loan]);
    expect(await itemOf(port, copy)).toMatchObject({ state: 'ON_LOAN' });
    subject.pass(2 * dayMs);
    const renewed = { loan: { ...loan, dueOn: '2026-12-11', renewals: 1 } };
    await expect(port.renew('L00000049', 'b', anySignal())).resolves.toEqual(renewed);
    await expect(port.checkIn(copy, 'c', anySignal())).resolves.toEqual(renewed);
    expect(await loansOf(port, card)).toEqual([]);
    expect(await itemOf(port, copy)).toMatchObject({ state: 'AVAILABLE' });
  });

  test('counts each card separately: ten on one, and no more', async () => {
    await using subject = await open();
    const { port } = subject;
    const lend = (items: readonly string[]) =>
      Promise.all(items.map((item) => port.checkOut(card, item, 'r', anySignal())));
    const first = ['494', '502', '510', '528', '536', '544', '551', '569', '585', '593'];
    const lent = await lend(first.map((digits) => `31852000000${digits}`));
    expect(lent.every((outcome) => 'loan' in outcome)).toBe(true);
    await expect(lend(['31852000000601'])).resolves.toEqual([{ refused: 'CARD_LIMIT_REACHED' }]);
    expect(await loansOf(port, card)).toHaveLength(10);
    await expect(port.renew('L00000049', 'r', anySignal())).resolves.toMatchObject({ loan: { renewals: 1 } });
  });

  test('lets a blocked card renew and return', async () => {
    await using subject = await open();
    await expect(subject.port.renew('L00000021', 'r', anySignal())).resolves.toHaveProperty('loan');
    await expect(subject.port.checkIn('31852000000213', 'r', anySignal())).resolves.toHaveProperty('loan');
  });

  test('renews an overdue loan from the day of renewal', async () => {
    await using subject = await open();
    subject.pass(20 * dayMs);
    await expect(subject.port.renew('L00000001', 'r', anySignal())).resolves.toMatchObject({
      loan: { dueOn: '2026-12-29', renewals: 1 },
    });
  });

  test('asks its caller just before sending, and sends nothing if that says no', async () => {
    await using subject = await open();
    const { port } = subject;
    const late = () => false;
    await expectUpstream(port.checkOut(card, copy, 'a', anySignal(), late), 'cancelled');
    await expectUpstream(port.renew('L00000001', 'a', anySignal(), late), 'cancelled');
    await expectUpstream(port.checkIn('31852000000213', 'a', anySignal(), late), 'cancelled');
    await expectUpstream(port.placeHold(card, 'B0000001', 'HKCL', 'a', anySignal(), late), 'cancelled');
    await expectUpstream(port.cancelHold('H0000001', 'a', anySignal(), late), 'cancelled');
    await expectUpstream(port.registerCard(card, 'a', anySignal(), late), 'cancelled');
    await expectUpstream(port.blockCard(card, 'a', anySignal(), late), 'cancelled');
    await expectUpstream(port.unblockCard(card, 'a', anySignal(), late), 'cancelled');
    await expect(port.eventsByReference('a', anySignal())).resolves.toEqual([]);
    let asked = 0;
    const once = () => ++asked === 1;
    await expect(port.checkOut(card, copy, 'a', anySignal(), once)).resolves.toHaveProperty('loan');
  });

  test('is not idempotent: a repeated request is done twice', async () => {
    await using subject = await open();
    const renew = () => subject.port.renew('L00000001', 'r', anySignal());
    await renew();
    await expect(renew()).resolves.toMatchObject({ loan: { renewals: 2 } });
  });

  test('without an answer is found by its reference', async () => {
    await using subject = await open();
    const { port } = subject;
    const lend = (reference: string) => port.checkOut(card, copy, reference, anySignal());
    subject.befall('request lost');
    await expectUpstream(lend('a'), 'outcome-unknown');
    await expect(port.eventsByReference('a', anySignal())).resolves.toEqual([]);
    subject.befall('answer lost');
    await expectUpstream(lend('b'), 'outcome-unknown');
    const [event] = await port.eventsByReference('b', anySignal());
    const [loan] = await loansOf(port, card);
    expect(event).toMatchObject({ kind: 'CHECKED_OUT', loanId: loan?.id, itemNumber: copy, reference: 'b' });
  });

  const lend = (number: string, item: string) => (port: Circulation) =>
    port.checkOut(number, item, 'r', anySignal());
  const take = (item: string) => (port: Circulation) => port.checkIn(item, 'r', anySignal());
  const renew = (loan: string) => (port: Circulation) => port.renew(loan, 'r', anySignal());
  refusalContract(open, [
    ['an unknown card', lend(strange, copy), 'CARD_UNKNOWN'],
    ['no card number', lend('1', copy), 'CARD_UNKNOWN'],
    ['a blocked card', lend(blocked, copy), 'CARD_BLOCKED'],
    ['an unknown item', lend(card, unknownItem), 'ITEM_UNKNOWN'],
    ['no item number', lend(card, '\u0000'), 'ITEM_UNKNOWN'],
    ['an item on loan', lend(card, '31852000000015'), 'ITEM_NOT_AVAILABLE'],
    ['a missing item', lend(card, '31852000000718'), 'ITEM_NOT_AVAILABLE'],
    ['a reference work', lend(card, '31852000000726'), 'ITEM_NOT_FOR_LOAN'],
    ['an item on the shelf for another', lend(card, '31852000000577'), 'WANTED_BY_ANOTHER'],
    ['to return what is not out', take(copy), 'ITEM_NOT_ON_LOAN'],
    ['to return what is unknown', take(unknownItem), 'ITEM_UNKNOWN'],
    ['to return what is no number', take('x'), 'ITEM_UNKNOWN'],
    ['a sixth renewal', renew('L00000045'), 'NO_RENEWALS_LEFT'],
    ['to renew what another waits for', renew('L00000008'), 'WANTED_BY_ANOTHER'],
    ['to renew an unknown loan', renew('L99999999'), 'LOAN_UNKNOWN'],
    ['to renew what is no loan', renew('\u0000'), 'LOAN_UNKNOWN'],
  ]);
}

function holdContract(open: Opening<Circulation>): void {
  const holdsOf = async (port: Circulation, number: string) => {
    const [holds = []] = await port.holdsByCard([number], anySignal());
    return holds;
  };

  test('is queued, moves up, waits on the shelf, and ends with the loan', async () => {
    await using subject = await open();
    const { port } = subject;
    const placed = await port.placeHold(card, 'B0000008', '沙田', '0007', anySignal());
    const hold = {
      id: 'H0000003',
      libraryCardNumber: card,
      titleNumber: 'B0000008',
      title: expect.any(String),
      pickupBranch: '沙田',
      state: 'QUEUED',
      queuePosition: 2,
      placedAt: '2026-11-25T01:30:00+08:00',
      readyUntil: null,
      reference: '0007',
    };
    expect(placed).toEqual({ hold });
    await port.cancelHold('H0000001', 'r', anySignal());
    expect(await holdsOf(port, card)).toEqual([{ ...hold, queuePosition: 1 }]);
    await port.checkIn('31852000000080', 'r', anySignal());
    expect(await holdsOf(port, card)).toEqual([
      { ...hold, state: 'READY', queuePosition: null, readyUntil: '2026-12-02' },
    ]);
    expect(await itemOf(port, '31852000000080')).toMatchObject({ state: 'ON_HOLD_SHELF' });
    await expect(port.checkOut(card, '31852000000080', 'r', anySignal())).resolves.toHaveProperty('loan');
    expect(await holdsOf(port, card)).toEqual([]);
  });

  test('can be cancelled while queued or ready, and is still listed', async () => {
    await using subject = await open();
    const { port } = subject;
    for (const [id, number] of [
      ['H0000001', '21852000000033'],
      ['H0000002', '21852000000058'],
    ] as const) {
      const cancelled = await port.cancelHold(id, 'r', anySignal());
      expect(cancelled).toMatchObject({
        hold: { id, state: 'CANCELLED', queuePosition: null, readyUntil: null },
      });
      expect(cancelled).toEqual({ hold: (await holdsOf(port, number))[0] });
      await expect(port.cancelHold(id, 'r', anySignal())).resolves.toEqual({ refused: 'HOLD_UNKNOWN' });
    }
    expect(await itemOf(port, '31852000000577')).toMatchObject({ state: 'AVAILABLE' });
  });

  test('that is not collected in seven days lapses', async () => {
    await using subject = await open();
    subject.pass(8 * dayMs);
    expect(await holdsOf(subject.port, '21852000000058')).toMatchObject([
      { state: 'LAPSED', readyUntil: null },
    ]);
    expect(await itemOf(subject.port, '31852000000577')).toMatchObject({ state: 'AVAILABLE' });
  });

  test('counts each card separately: ten on one, and no more', async () => {
    await using subject = await open();
    const place = (title: number) =>
      subject.port.placeHold(card, `B00000${String(title).padStart(2, '0')}`, 'STCL', 'r', anySignal());
    for (let title = 1; title <= 10; title += 1) {
      await expect(place(title)).resolves.toHaveProperty('hold');
    }
    await expect(place(11)).resolves.toEqual({ refused: 'HOLD_LIMIT_REACHED' });
  });

  const place = (number: string, title: string) => (port: Circulation) =>
    port.placeHold(number, title, 'STCL', 'r', anySignal());
  const cancel = (hold: string) => (port: Circulation) => port.cancelHold(hold, 'r', anySignal());
  refusalContract(open, [
    ['on an unknown card', place(strange, 'B0000001'), 'CARD_UNKNOWN'],
    ['on what is no card', place('', 'B0000001'), 'CARD_UNKNOWN'],
    ['of an unknown title', place(card, 'B9999999'), 'TITLE_UNKNOWN'],
    ['of what is no title', place(card, '\u0000'), 'TITLE_UNKNOWN'],
    ['of a title once more', place('21852000000033', 'B0000008'), 'ALREADY_HELD'],
    ['that is unknown', cancel('H9999999'), 'HOLD_UNKNOWN'],
    ['that is none', cancel('\ud800'), 'HOLD_UNKNOWN'],
  ]);
}

function cardContract(open: Opening<Circulation>): void {
  test('must be registered to borrow, and a block stops all lending on it', async () => {
    await using subject = await open();
    const { port } = subject;
    const lend = (item: string) => port.checkOut(strange, item, 'r', anySignal());
    await expect(lend(copy)).resolves.toEqual({ refused: 'CARD_UNKNOWN' });
    await expect(port.registerCard(strange, 'r', anySignal())).resolves.toEqual({ done: true });
    await expect(lend(copy)).resolves.toHaveProperty('loan');
    await expect(port.blockCard(strange, 'r', anySignal())).resolves.toEqual({ done: true });
    await expect(lend('31852000000502')).resolves.toEqual({ refused: 'CARD_BLOCKED' });
    await expect(port.unblockCard(strange, 'r', anySignal())).resolves.toEqual({ done: true });
    await expect(lend('31852000000502')).resolves.toHaveProperty('loan');
  });

  test('can be registered, blocked and unblocked repeatedly, with an event each time', async () => {
    await using subject = await open();
    const { port } = subject;
    for (const method of ['registerCard', 'blockCard', 'unblockCard'] as const) {
      await expect(port[method](card, 'r', anySignal())).resolves.toEqual({ done: true });
      await expect(port[method](card, 'r', anySignal())).resolves.toEqual({ done: true });
    }
    const events = await port.eventsByReference('r', anySignal());
    const kinds = ['CARD_REGISTERED', 'CARD_BLOCKED', 'CARD_UNBLOCKED'].flatMap((kind) => [kind, kind]);
    expect(events.map(({ kind }) => kind)).toEqual(kinds);
  });

  refusalContract(open, [
    ['to block an unknown one', (port) => port.blockCard(strange, 'r', anySignal()), 'CARD_UNKNOWN'],
    ['to unblock an unknown one', (port) => port.unblockCard(strange, 'r', anySignal()), 'CARD_UNKNOWN'],
    ['to register what is none', (port) => port.registerCard('x', 'r', anySignal()), 'CARD_UNKNOWN'],
  ]);
}
