/**
 * Which messages get the same answer again, and which are new requests, even from terminals whose clock stands still
 * or that send no dates.
 */
import { describe, expect, test } from 'vitest';
import { checkIn, checkOut, patronStatus } from '../../support/sip2/messages.ts';
import type { TestTerminal } from '../../support/sip2/terminal.ts';
import { sip2ForTests, startSip2 } from './running-sip2.ts';
import { Shelf } from './shelf.ts';

const { system, sip2 } = sip2ForTests();
const shelf = new Shelf(system);
const card = '21852000000082';

const stopped = '20200101    000000';
const blank = ' '.repeat(18);

const lend = (item: string, date: string) => checkOut({ patron: card, item, date });
const giveBack = (item: string, date: string) => checkIn({ item, date });

/** Sends a message as a terminal without sequence numbers does, so that the same text is the same bytes. */
async function ok(terminal: TestTerminal, message: string): Promise<string> {
  const { fixed } = await terminal.send(message);
  return `${fixed.ok}${fixed.desensitize ?? fixed.resensitize}`;
}

describe.each([
  ['stands still', stopped],
  ['has no date', blank],
])('a terminal whose clock %s', (_name, date) => {
  test.each([true, false])(
    'lends, takes back and lends again (error detection: %s)',
    async (errorDetection) => {
      const item = shelf.nextItem();
      await using station = await sip2.connect('station', { errorDetection });
      expect(await ok(station, lend(item, date))).toBe('1Y');
      expect(shelf.loansOf(item)).toHaveLength(1);
      expect(await ok(station, giveBack(item, date))).toBe('1Y');
      expect(shelf.loansOf(item)).toHaveLength(0);
      expect(await ok(station, lend(item, date))).toBe('1Y');
      expect(shelf.loansOf(item)).toHaveLength(1);
      expect(await ok(station, giveBack(item, date))).toBe('1Y');
      expect(shelf.loansOf(item)).toHaveLength(0);
    },
  );

  test('is answered as before if it repeats a return at once, and nothing came in between', async () => {
    const item = shelf.nextItem();
    await using station = await sip2.connect('station', { errorDetection: false });
    await station.send(lend(item, date));
    const returned = await station.send(giveBack(item, date));
    expect((await station.send(giveBack(item, date))).text).toBe(returned.text);
    await station.send(patronStatus({ patron: card, date }));
    expect(await ok(station, giveBack(item, date))).toMatch(/^0/);
  });

  test('repeats a check-out as a new one: the item is lent once, and lent again after another terminal has returned it', async () => {
    const item = shelf.nextItem();
    await using station = await sip2.connect('station', { errorDetection: false });
    await using other = await sip2.connect('reader', { errorDetection: false });
    await station.send(lend(item, date));
    const again = await station.send(lend(item, date));
    expect([again.fixed.ok, again.field('AF')]).toEqual(['1', 'You have this item already.']);
    expect(shelf.loansOf(item)).toMatchObject([{ renewals: 0 }]);
    await other.send(giveBack(item, date));
    expect(await ok(station, lend(item, date))).toBe('1Y');
    expect(shelf.loansOf(item)).toHaveLength(1);
    await station.send(giveBack(item, date));
  });

  test('is not told an old refusal, once another terminal has removed its reason', async () => {
    const item = shelf.nextItem();
    await using station = await sip2.connect('station', { errorDetection: false });
    await using other = await sip2.connect('reader', { errorDetection: false });
    await other.send(checkOut({ patron: '21852000000033', item, date }));
    expect(await ok(station, lend(item, date))).toMatch(/^0/);
    await other.send(giveBack(item, date));
    expect(await ok(station, lend(item, date))).toBe('1Y');
    await station.send(giveBack(item, date));
  });
});

test('the same bytes after the time of repetitions are a new wish', async () => {
  await using own = await startSip2(system, { bounds: { repetitionMs: 300 } });
  const item = shelf.nextItem();
  await using station = await own.connect('station');
  await station.send(lend(item, stopped));
  // Somebody takes the item back at a desk.
  await using desk = await sip2.connect('reader');
  await desk.send(giveBack(item, stopped));
  await new Promise((resolve) => setTimeout(resolve, 400));
  const again = await station.repeat();
  expect([again.fixed.ok, again.field('AF'), shelf.loansOf(item).length]).toEqual(['1', undefined, 1]);
  await station.send(giveBack(item, stopped));
});

test('the operator is told once of blank dates, and staff see it until a date comes', async () => {
  await using own = await startSip2(system);
  await using station = await own.connect('station');
  const problems = () => own.server.terminals().find(({ name }) => name === 'station-1')?.problems;
  const warnings = () => own.log.filter((line) => line.includes('set its clock'));
  await station.send(patronStatus({ patron: card, date: blank }));
  await station.send(patronStatus({ patron: '21852000000033', date: blank }));
  expect(problems()).toEqual(['BLANK_DATES']);
  expect(warnings()).toEqual([expect.stringContaining('"terminal":"station-1","problem":"BLANK_DATES"')]);
  await station.send(patronStatus({ patron: card }));
  expect(problems()).toEqual([]);
});
