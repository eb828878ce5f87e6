import { describe, expect, test } from 'vitest';
import type { Circulation } from '../../../adapters/circulation/port.ts';
import { anySignal, expectUpstream, type Opening } from '../port-under-test.ts';

const none = '21852999999990';

export function circulationContract(open: Opening<Circulation>): void {
  const byCard: readonly [
    string,
    string,
    (
      port: Circulation,
      numbers: readonly string[],
    ) => Promise<(readonly { readonly libraryCardNumber: string }[])[]>,
  ][] = [
    ['loansByCard', '21852000000017', (port, numbers) => port.loansByCard(numbers, anySignal())],
    ['holdsByCard', '21852000000033', (port, numbers) => port.holdsByCard(numbers, anySignal())],
    ['chargesByCard', '21852000000223', (port, numbers) => port.chargesByCard(numbers, anySignal())],
  ];
  describe.each(byCard)('%s', (_name, card, list) => {
    test('answers in the order of the request, repeats included, empty for an unknown or invalid card', async () => {
      await using subject = await open();
      const found = await list(subject.port, [none, card, 'x', card, '', '1234567890123\u0000']);
      expect(found.map((rows) => rows.length > 0)).toEqual([false, true, false, true, false, false]);
      for (const { libraryCardNumber } of found.flat()) {
        expect(libraryCardNumber).toBe(card);
      }
    });

    test('takes any number, also none', async () => {
      await using subject = await open();
      const many = Array.from({ length: 95 }, (_, index) => `2185299999${String(index).padStart(4, '0')}`);
      const found = await list(subject.port, [...many, card]);
      expect(found.map((rows) => rows.length > 0)).toEqual([...many.map(() => false), true]);
      await expect(list(subject.port, [])).resolves.toEqual([]);
    });
  });

  test('a loan, a hold, a charge and an item are translated into the words of the port', async () => {
    await using subject = await open();
    const [loans] = await subject.port.loansByCard(['21852000000017'], anySignal());
    expect(loans).toHaveLength(6);
    expect(loans?.find(({ id }) => id === 'L00000005')).toEqual({
      id: 'L00000005',
      libraryCardNumber: '21852000000017',
      itemNumber: '31852000000056',
      titleNumber: 'B0000005',
      title: '嚟去之間：香港歌謠',
      branch: 'STCL',
      checkedOutAt: '2026-11-15T10:15:00+08:00',
      dueOn: '2026-11-29',
      renewals: 0,
      reference: null,
    });
    const [queued, ready] = await subject.port.holdsByCard(['21852000000033', '21852000000058'], anySignal());
    expect([queued?.[0], ready?.[0]]).toMatchObject([
      {
        id: 'H0000001',
        titleNumber: 'B0000008',
        state: 'QUEUED',
        queuePosition: 1,
        placedAt: '2026-11-20T12:00:00+08:00',
        readyUntil: null,
      },
      { id: 'H0000002', pickupBranch: 'HKCL', state: 'READY', queuePosition: null, readyUntil: '2026-12-02' },
    ]);
    const [charges] = await subject.port.chargesByCard(['21852000000223'], anySignal());
    expect(charges).toEqual([
      {
        id: 'F0000001',
        libraryCardNumber: '21852000000223',
        loanId: 'L00000044',
        kind: 'OVERDUE',
        cents: 2100,
        raisedOn: '2026-11-12',
      },
    ]);
    const [item] = await subject.port.itemsByNumber(['31852000000015'], anySignal());
    expect(item).toEqual({
      itemNumber: '31852000000015',
      titleNumber: 'B0000001',
      title: '紅樓夢',
      author: '曹雪芹',
      callNumber: '857.49 5510',
      branch: 'STCL',
      material: 'BOOK',
      state: 'ON_LOAN',
    });
  });

  describe('itemsByNumber', () => {
    test('answers in the order of the request, repeats included, null for an unknown or invalid number', async () => {
      await using subject = await open();
      const asked = ['31852000000023', '31852999999999', 'x', '31852000000015', '31852000000023'];
      const found = await subject.port.itemsByNumber(asked, anySignal());
      expect(found.map((item) => item?.itemNumber ?? null)).toEqual([
        '31852000000023',
        null,
        null,
        '31852000000015',
        '31852000000023',
      ]);
    });

    test('takes any number, also none', async () => {
      await using subject = await open();
      const asked = Array.from({ length: 130 }, (_, index) => `318520000${String(index).padStart(5, '0')}`);
      const found = await subject.port.itemsByNumber(asked, anySignal());
      expect(found).toHaveLength(130);
      expect(found[15]?.itemNumber).toBe('31852000000015');
      await expect(subject.port.itemsByNumber([], anySignal())).resolves.toEqual([]);
    });
  });

  describe('findItems', () => {
    test.each([
      ['紅樓', 1, ['31852000000015']],
      ['moby', 1, ['31852000000080']],
      ['no such title', 10, []],
      ['\u0000', 10, []],
      ['<![CDATA[a]]>', 10, []],
    ])('%j, at most %i', async (title, first, expected) => {
      await using subject = await open();
      const found = await subject.port.findItems(title, first, anySignal());
      expect(found.map(({ itemNumber }) => itemNumber)).toEqual(expected);
    });

    test('returns no more than were asked for', async () => {
      await using subject = await open();
      await expect(subject.port.findItems('a', 3, anySignal())).resolves.toHaveLength(3);
    });

    test.each([0, 501, 1.5])('%d rows are the caller’s error', async (first) => {
      await using subject = await open();
      await expect(subject.port.findItems('a', first, anySignal())).rejects.toThrow(RangeError);
    });
  });

  const calls: readonly [string, (port: Circulation, signal: AbortSignal) => Promise<unknown>][] = [
    ['loansByCard', (port, signal) => port.loansByCard(['21852000000017'], signal)],
    ['holdsByCard', (port, signal) => port.holdsByCard(['21852000000017'], signal)],
    ['chargesByCard', (port, signal) => port.chargesByCard(['21852000000017'], signal)],
    ['itemsByNumber', (port, signal) => port.itemsByNumber(['31852000000015'], signal)],
    ['findItems', (port, signal) => port.findItems('a', 1, signal)],
    ['ping', (port, signal) => port.ping(signal)],
  ];
  describe.each(calls)('%s', (_name, call) => {
    test('rejects with an UpstreamError while the system is down, and works once it is back', async () => {
      await using subject = await open();
      // R26: an unreachable system never looks like a patron without loans, whether a session is open or not.
      await subject.stop();
      await expectUpstream(call(subject.port, anySignal()), 'unreachable', ['2185200']);
      await subject.start();
      await call(subject.port, anySignal());
      await subject.stop();
      await expectUpstream(call(subject.port, anySignal()), 'unreachable', ['2185200']);
      await subject.start();
      await call(subject.port, anySignal());
    });

    test('gives up when its signal aborts, before or during the call', async () => {
      await using subject = await open();
      await expectUpstream(call(subject.port, AbortSignal.abort()), 'cancelled');
      const leaving = new AbortController();
      const left = call(subject.port, leaving.signal);
      leaving.abort();
      await expectUpstream(left, 'cancelled');
    });
  });
}
