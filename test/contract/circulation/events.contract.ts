import { expect, test } from 'vitest';
import type { Circulation } from '../../../adapters/circulation/port.ts';
import { anySignal, dayMs, expectUpstream, type Opening } from '../port-under-test.ts';

/** A card without loans and holds. */
const card = '21852000000066';
const copy = '31852000000494';

export function eventContract(open: Opening<Circulation>): void {
  /** Makes eight events. CIRC skips every seventh number, so their numbers have a gap. */
  async function lively(port: Circulation): Promise<void> {
    await port.checkOut(card, copy, '0012', anySignal());
    await port.renew('L00000049', '12', anySignal());
    await port.checkIn(copy, '0012', anySignal());
    await port.placeHold(card, 'B0000001', 'STCL', 'h', anySignal());
    await port.cancelHold('H0000003', 'h', anySignal());
    for (const method of ['registerCard', 'blockCard', 'unblockCard'] as const) {
      await port[method](card, '編號', anySignal());
    }
  }
  const sequences = (events: readonly { readonly sequence: string }[]) =>
    events.map(({ sequence }) => Number(sequence));

  test('list what was done, in order, with gaps', async () => {
    await using subject = await open();
    await lively(subject.port);
    const events = await subject.port.eventsAfter('0', 500, anySignal());
    const at = '2026-11-25T01:30:00+08:00';
    const lending = { at, libraryCardNumber: card, itemNumber: copy, loanId: 'L00000049' };
    const other = {
      at,
      libraryCardNumber: card,
      itemNumber: null,
      loanId: null,
      sequence: expect.any(String),
    };
    expect(events).toEqual([
      { ...lending, sequence: expect.any(String), kind: 'CHECKED_OUT', reference: '0012' },
      { ...lending, sequence: expect.any(String), kind: 'RENEWED', reference: '12' },
      { ...lending, sequence: expect.any(String), kind: 'CHECKED_IN', reference: '0012' },
      { ...other, kind: 'HOLD_PLACED', reference: 'h' },
      { ...other, kind: 'HOLD_CANCELLED', reference: 'h' },
      { ...other, kind: 'CARD_REGISTERED', reference: '編號' },
      { ...other, kind: 'CARD_BLOCKED', reference: '編號' },
      { ...other, kind: 'CARD_UNBLOCKED', reference: '編號' },
    ]);
    expect(sequences(events)).toEqual(sequences(events).toSorted((a, b) => a - b));
  });

  test('are found by their own reference only', async () => {
    await using subject = await open();
    await lively(subject.port);
    const kinds = async (reference: string) =>
      (await subject.port.eventsByReference(reference, anySignal())).map(({ kind }) => kind);
    await expect(kinds('0012')).resolves.toEqual(['CHECKED_OUT', 'CHECKED_IN']);
    await expect(kinds('12')).resolves.toEqual(['RENEWED']);
    await expect(kinds('編號')).resolves.toHaveLength(3);
    for (const none of ['none', '\u0000', '\ud800']) {
      await expect(kinds(none)).resolves.toEqual([]);
    }
  });

  test.each([1, 3, 500])('by pages of %i are listed once each', async (first) => {
    await using subject = await open();
    await lively(subject.port);
    const seen: string[] = [];
    for (let after = '0'; ; ) {
      const page = await subject.port.eventsAfter(after, first, anySignal());
      expect(page.length).toBeLessThanOrEqual(first);
      seen.push(...page.map(({ sequence }) => sequence));
      const last = page.at(-1);
      if (last === undefined) {
        break;
      }
      after = last.sequence;
    }
    expect(new Set(seen).size).toBe(8);
    expect(seen).toHaveLength(8);
  });

  test('are kept for 90 days', async () => {
    await using subject = await open();
    await subject.port.blockCard(card, 'r', anySignal());
    subject.pass(90 * dayMs);
    await expect(subject.port.eventsAfter('0', 5, anySignal())).resolves.toHaveLength(1);
    await expect(subject.port.eventsByReference('r', anySignal())).resolves.toHaveLength(1);
    subject.pass(1_000);
    await expect(subject.port.eventsAfter('0', 5, anySignal())).resolves.toEqual([]);
    await expect(subject.port.eventsByReference('r', anySignal())).resolves.toEqual([]);
  });

  test.each([
    ['', 5],
    ['-1', 5],
    ['1.5', 5],
    ['9223372036854775808', 5],
    ['0', 0],
    ['0', 501],
    ['0', 1.5],
  ])('after %j, %d of them, are the caller’s error', async (after, first) => {
    await using subject = await open();
    await expect(subject.port.eventsAfter(after, first, anySignal())).rejects.toThrow(RangeError);
  });

  test.each<[string, (port: Circulation, signal: AbortSignal) => Promise<unknown>]>([
    ['eventsByReference', (port, signal) => port.eventsByReference('r', signal)],
    ['eventsAfter', (port, signal) => port.eventsAfter('0', 5, signal)],
  ])('%s: an unreachable system never looks like no events (R26)', async (_name, read) => {
    await using subject = await open();
    await subject.stop();
    await expectUpstream(read(subject.port, anySignal()), 'unreachable');
    await subject.start();
    await expect(read(subject.port, anySignal())).resolves.toEqual([]);
    await expectUpstream(read(subject.port, AbortSignal.abort()), 'cancelled');
  });
}
