/** The promises of lending to stations: when answers are lost, when systems fail, and when readers have two cards. */
import { afterAll, afterEach, expect, test } from 'vitest';
import { createAuthority } from '../../support/certificates.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { checkIn, checkOut, patronInformation, patronStatus } from '../../support/sip2/messages.ts';
import type { TerminalOptions } from '../../support/sip2/terminal.ts';
import { now, sip2ForTests, sip2Tls, startSip2 } from './running-sip2.ts';
import { Shelf } from './shelf.ts';

const { system, sip2 } = sip2ForTests();
const authority = createAuthority();
/** A SIP2 server for the same graph, over TLS. */
const secure = openedForTests(() => startSip2(system, { tls: sip2Tls(authority) }));
const shelf = new Shelf(system);
afterEach(() => system.legacy.circ.faults.clear());
afterAll(() => authority[Symbol.dispose]());

const card = '21852000000033';
/** This card belongs to the same patron as `card`. */
const smartIdCard = { number: '21852000000041', XI: 'B654321(4)', XD: '2020-06-02' };
const otherCard = '21852000000082';

const overTls = (): Partial<TerminalOptions> => ({ tls: { ca: authority.ca } });

test('the same message on a new connection after a lost answer is OK, and lends once', async () => {
  const item = shelf.nextItem();
  const message = checkOut({ patron: otherCard, item, date: shelf.nextDate() });
  const station = await sip2.connect('station');
  station.write(message);
  // The connection is closed before the answer arrives.
  await station[Symbol.asyncDispose]();
  await using again = await sip2.connect('station');
  await again.send(message);
  // The outcome is unknown while the first message is in progress.
  await expect.poll(async () => (await again.repeat()).fixed.ok, { timeout: 10_000 }).toBe('1');
  const answer = await again.repeat();
  expect([answer.fixed.ok, answer.field('AF')]).toEqual(['1', 'You have this item already.']);
  expect((await again.repeat()).text).toBe(answer.text);
  expect(shelf.loansOf(item)).toMatchObject([{ renewals: 0 }]);
});

test('closing the socket before each answer never lends or returns twice', async () => {
  const item = shelf.nextItem();
  const message = checkOut({ patron: otherCard, item, date: shelf.nextDate() });
  for (let round = 0; round < 5; round += 1) {
    const station = await sip2.connect('station');
    station.write(message);
    await new Promise((resolve) => setTimeout(resolve, round * 20));
    await station[Symbol.asyncDispose]();
  }
  await using station = await sip2.connect('station');
  await station.send(message);
  await expect.poll(async () => (await station.repeat()).fixed.ok, { timeout: 10_000 }).toBe('1');
  expect(shelf.loansOf(item)).toHaveLength(1);
  const back = checkIn({ item, date: shelf.nextDate() });
  station.write(back);
  await station[Symbol.asyncDispose]();
  await using last = await sip2.connect('station');
  await last.send(back);
  await expect.poll(() => shelf.loansOf(item), { timeout: 10_000 }).toEqual([]);
});

test('a new message for an item that the reader has is answered OK with the due date, and renews nothing', async () => {
  const item = shelf.nextItem();
  await using station = await sip2.connect('station');
  const lent = await station.send(checkOut({ patron: otherCard, item, date: shelf.nextDate() }));
  const again = await station.send(checkOut({ patron: otherCard, item, date: shelf.nextDate() }));
  expect([again.fixed.ok, again.fixed.renewalOk, again.fixed.desensitize]).toEqual(['1', 'N', 'Y']);
  expect(again.field('AH')).toBe(lent.field('AH'));
  expect(again.field('AF')).toBe('You have this item already.');
  expect(shelf.loansOf(item)).toMatchObject([{ renewals: 0 }]);
});

test('an unknown outcome is not OK and says what to do, and the same message again gets the outcome', async () => {
  const item = shelf.nextItem();
  const message = checkOut({ patron: otherCard, item, date: shelf.nextDate() });
  await using own = await startSip2(system, { bounds: { minGraphTimeoutMs: 0 } });
  await using station = await own.connect('station');
  system.legacy.circ.faults.set([
    { kind: 'reset-after', operations: ['CheckOut'] },
    { kind: 'busy', operations: ['FindByRef'] },
  ]);
  const unsettled = await station.send(message);
  expect([unsettled.fixed.ok, unsettled.fixed.desensitize]).toEqual(['0', 'N']);
  expect(unsettled.field('AF')).toMatch(
    /^It is not known yet whether this item is lent\. .* Code for the staff: \w{8}$/,
  );
  system.legacy.circ.faults.clear();
  await expect
    .poll(async () => (await station.send(message)).fixed.ok, { timeout: 30_000, interval: 1_000 })
    .toBe('1');
  const { fixed } = await station.send(patronInformation({ patron: otherCard }));
  const { length } = system.store.circ.loans.by('cardNo', otherCard);
  expect(fixed.chargedItemsCount).toBe(String(length).padStart(4, '0'));
});

test('R11: the number of a smart identity card lends nothing', async () => {
  const item = shelf.nextItem();
  await using station = await sip2.connect('station');
  const status = await station.send(patronStatus({ patron: smartIdCard.number }));
  expect(status.fixed.patronStatus).toMatch(/^Y {13}$/);
  expect(status.field('AF')).toBe('To borrow, put the smart identity card itself in the card reader.');
  const refused = await station.send(checkOut({ patron: smartIdCard.number, item, date: shelf.nextDate() }));
  expect(refused.fixed.ok).toBe('0');
  expect(refused.field('AF')).toMatch(/smart identity card/);
  expect(shelf.loansOf(item)).toEqual([]);
});

test('R11: the two facts of a smart identity card lend over TLS, and are refused without TLS', async () => {
  const { number, ...facts } = smartIdCard;
  const item = shelf.nextItem();
  const message = checkOut({ patron: '', item, date: shelf.nextDate(), more: facts });
  await using open = await sip2.connect('reader');
  expect((await open.send(message)).fixed.ok).toBe('0');
  expect(shelf.loansOf(item)).toEqual([]);
  await using station = await secure.connect('reader', overTls());
  const status = await station.send(patronStatus({ patron: '', more: facts }));
  expect([status.fixed.patronStatus, status.field('AE')]).toEqual([' '.repeat(14), 'Siu Ming']);
  const lent = await station.send(checkOut({ patron: '', item, date: shelf.nextDate(), more: facts }));
  expect(lent.fixed.ok).toBe('1');
  expect(shelf.loansOf(item)).toMatchObject([{ cardNo: number }]);
  // The server ignores the facts of a smart identity card if the terminal's profile names no fields for them.
  await using other = await secure.connect('station', overTls());
  const ignored = await other.send(patronStatus({ patron: '', more: facts }));
  expect(ignored.field('BL')).toBe('N');
});

test('of ten check-outs at once on the two cards of a patron with nine of ten loans, one succeeds', async () => {
  const { number, ...facts } = smartIdCard;
  const count = () => [card, number].flatMap((cardNo) => system.store.circ.loans.by('cardNo', cardNo)).length;
  await using station = await sip2.connect('station');
  while (count() < 9) {
    const { fixed } = await station.send(
      checkOut({ patron: card, item: shelf.nextItem(), date: shelf.nextDate() }),
    );
    expect(fixed.ok).toBe('1');
  }
  const lend = async (index: number): Promise<string | undefined> => {
    await using terminal = await secure.connect('reader', overTls());
    const shown = index % 2 === 0 ? { patron: card } : { patron: '', more: facts };
    const item = items[index] ?? '';
    const message = checkOut({ ...shown, item, date: shelf.nextDate() });
    let { fixed } = await terminal.send(message);
    // A check-out may get the answer "try again" while another check-out is in progress.
    for (let attempt = 0; attempt < 5 && fixed.ok === '0'; attempt += 1) {
      ({ fixed } = await terminal.send(message));
    }
    return fixed.ok;
  };
  const items = Array.from({ length: 10 }, () => shelf.nextItem());
  const oks = await Promise.all(items.map((_item, index) => lend(index)));
  expect(oks.filter((ok) => ok === '1')).toHaveLength(1);
  expect(count()).toBe(10);
  const full = await station.send(patronInformation({ patron: card }));
  expect([full.fixed.patronStatus, full.fixed.chargedItemsCount]).toEqual(['Y    Y        ', '0010']);
});

test('the date of an answer is in Hong Kong time', async () => {
  await using station = await sip2.connect('station');
  const { fixed } = await station.send(patronStatus({ patron: card }));
  expect(fixed.transactionDate).toBe('20261124    120000');
  expect(now.toISOString()).toBe('2026-11-24T04:00:00.000Z');
});
