/** What a station may rely on when answers are lost, systems fail and readers come with two cards. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openServerTls } from '../../../platform/tls/server.ts';
import { type Authority, createAuthority, forThisMachine } from '../../support/certificates.ts';
import { checkIn, checkOut, patronInformation, patronStatus } from '../../support/sip2/messages.ts';
import { connectAs, type TerminalOptions } from '../../support/sip2/terminal.ts';
import type { RunningSystem } from '../running-system.ts';
import { now, password, type RunningSip2, startSip2, startSystemWithSip2 } from './running-sip2.ts';

let running: Awaited<ReturnType<typeof startSystemWithSip2>>;
let system: RunningSystem;
let sip2: RunningSip2;
/** Over TLS, on the same graph. */
let secure: RunningSip2;
let authority: Authority;
beforeAll(async () => {
  running = await startSystemWithSip2();
  ({ system, sip2 } = running);
  shelf = shelfOf();
  authority = createAuthority();
  const { certFile, keyFile } = authority.issue('sip2', forThisMachine);
  const file = (variable: string, path: string) => ({ variable, path });
  const files = { certificate: file('CERT', certFile), key: file('KEY', keyFile), ca: null };
  const tls = openServerTls(
    { files, minVersion: 'TLSv1.2' },
    { warn: () => undefined, error: () => undefined },
  );
  secure = await startSip2(system, { tls });
});
afterEach(() => system.legacy.circ.faults.clear());
afterAll(async () => {
  await secure[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  authority[Symbol.dispose]();
});

const card = '21852000000033';
/** Of the same patron as `card`. */
const smartIdCard = { number: '21852000000041', XI: 'B654321(4)', XD: '2020-06-02' };
const otherCard = '21852000000082';

const loansOf = (itemNo: string) =>
  [...system.store.circ.loans.values()].filter((loan) => loan.itemNo === itemNo);
/** Items that anybody can borrow, each handed out once. */
function* shelfOf(): Generator<string, undefined> {
  for (const item of [...system.store.circ.items.values()]) {
    if (item.state === 'A' && loansOf(item.itemNo).length === 0) {
      yield item.itemNo;
    }
  }
}
let shelf: Generator<string, undefined>;
const nextItem = (): string => shelf.next().value ?? expect.fail('no item is left');
let second = 0;
/** A date of a message's own. */
const nextDate = (): string => {
  second += 1;
  return `20261124    13${String(Math.floor(second / 60)).padStart(2, '0')}${String(second % 60).padStart(2, '0')}`;
};
const overTls = (): Partial<TerminalOptions> => ({ tls: { ca: authority.ca } });

test('a lost answer and the same message again is one operation', async () => {
  const item = nextItem();
  const message = checkOut({ patron: otherCard, item, date: nextDate() });
  const station = await sip2.connect('station');
  station.write(message);
  // The connection is lost before the answer.
  await station[Symbol.asyncDispose]();
  await using again = await sip2.connect('station');
  await again.send(message);
  // While the first is under way it isn't settled.
  await expect.poll(async () => (await again.repeat()).fixed.ok, { timeout: 10_000 }).toBe('1');
  const answer = await again.repeat();
  expect([answer.fixed.ok, answer.field('AF')]).toEqual(['1', undefined]);
  expect((await again.repeat()).text).toBe(answer.text);
  expect(loansOf(item)).toMatchObject([{ renewals: 0 }]);
});

test('the socket closed after each message, before its answer, doubles no loan', async () => {
  const item = nextItem();
  const message = checkOut({ patron: otherCard, item, date: nextDate() });
  for (let round = 0; round < 5; round += 1) {
    const station = await sip2.connect('station');
    station.write(message);
    await new Promise((resolve) => setTimeout(resolve, round * 20));
    await station[Symbol.asyncDispose]();
  }
  await using station = await sip2.connect('station');
  await station.send(message);
  await expect.poll(async () => (await station.repeat()).fixed.ok, { timeout: 10_000 }).toBe('1');
  expect(loansOf(item)).toHaveLength(1);
  const back = checkIn({ item, date: nextDate() });
  station.write(back);
  await station[Symbol.asyncDispose]();
  await using last = await sip2.connect('station');
  await last.send(back);
  await expect.poll(() => loansOf(item), { timeout: 10_000 }).toEqual([]);
});

test('after a power cut a new message for what is lent is OK with the due date, and renews nothing', async () => {
  const item = nextItem();
  await using station = await sip2.connect('station');
  const lent = await station.send(checkOut({ patron: otherCard, item, date: nextDate() }));
  const again = await station.send(checkOut({ patron: otherCard, item, date: nextDate() }));
  expect([again.fixed.ok, again.fixed.renewalOk, again.fixed.desensitize]).toEqual(['1', 'N', 'Y']);
  expect(again.field('AH')).toBe(lent.field('AH'));
  expect(again.field('AF')).toBe('You have this item already.');
  expect(loansOf(item)).toMatchObject([{ renewals: 0 }]);
});

test('what is not settled is not OK, says what to do, and is the truth when it is asked again', async () => {
  const item = nextItem();
  const message = checkOut({ patron: otherCard, item, date: nextDate() });
  await using station = await sip2.connect('station');
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
  const { length } = [...system.store.circ.loans.values()].filter(({ cardNo }) => cardNo === otherCard);
  expect(fixed.chargedItemsCount).toBe(String(length).padStart(4, '0'));
});

test('R11: the number of a smart identity card lends nothing, at 63 and at 11', async () => {
  const item = nextItem();
  await using station = await sip2.connect('station');
  const status = await station.send(patronStatus({ patron: smartIdCard.number }));
  expect(status.fixed.patronStatus).toMatch(/^Y {13}$/);
  expect(status.field('AF')).toBe('To borrow, put the smart identity card itself in the reader.');
  const refused = await station.send(checkOut({ patron: smartIdCard.number, item, date: nextDate() }));
  expect(refused.fixed.ok).toBe('0');
  expect(refused.field('AF')).toMatch(/smart identity card/);
  expect(loansOf(item)).toEqual([]);
});

test('R11: the two facts of a smart identity card lend over TLS, and are not taken without', async () => {
  const { number, ...facts } = smartIdCard;
  const item = nextItem();
  const message = checkOut({ patron: '', item, date: nextDate(), more: facts });
  await using open = await sip2.connect('reader');
  expect((await open.send(message)).fixed.ok).toBe('0');
  expect(loansOf(item)).toEqual([]);
  await using station = await secure.connect('reader', overTls());
  const status = await station.send(patronStatus({ patron: '', more: facts }));
  expect([status.fixed.patronStatus, status.field('AE')]).toEqual([' '.repeat(14), 'Siu Ming']);
  expect((await station.send(checkOut({ patron: '', item, date: nextDate(), more: facts }))).fixed.ok).toBe(
    '1',
  );
  expect(loansOf(item)).toMatchObject([{ cardNo: number }]);
  // A station whose profile names no fields for them doesn't read them.
  await using other = await secure.connect('station', overTls());
  const ignored = await other.send(patronStatus({ patron: '', more: facts }));
  expect(ignored.field('BL')).toBe('N');
});

test('ten terminals lend at once on two cards of one patron at nine of ten: one gets it', async () => {
  const isOurs = ({ cardNo }: { readonly cardNo: string }) => [card, smartIdCard.number].includes(cardNo);
  const count = () => [...system.store.circ.loans.values()].filter(isOurs).length;
  await using station = await sip2.connect('station');
  while (count() < 9) {
    const { fixed } = await station.send(checkOut({ patron: card, item: nextItem(), date: nextDate() }));
    expect(fixed.ok).toBe('1');
  }
  const { number: _, ...facts } = smartIdCard;
  const lend = async (index: number): Promise<string | undefined> => {
    await using terminal = await connectAs('reader', password, {
      port: secure.port,
      tls: { ca: authority.ca },
    });
    const shown = index % 2 === 0 ? { patron: card } : { patron: '', more: facts };
    const item = items[index] ?? '';
    const message = checkOut({ ...shown, item, date: nextDate() });
    let { fixed } = await terminal.send(message);
    // One that meets another's unsettled check-out is told to try again.
    for (let attempt = 0; attempt < 5 && fixed.ok === '0'; attempt += 1) {
      ({ fixed } = await terminal.send(message));
    }
    return fixed.ok;
  };
  const items = Array.from({ length: 10 }, nextItem);
  const oks = await Promise.all(items.map((_item, index) => lend(index)));
  expect(oks.filter((ok) => ok === '1')).toHaveLength(1);
  expect(count()).toBe(10);
  const full = await station.send(patronInformation({ patron: card }));
  expect([full.fixed.patronStatus, full.fixed.chargedItemsCount]).toEqual(['Y    Y        ', '0010']);
});

test('the moment of an answer is Hong Kong’s', async () => {
  await using station = await sip2.connect('station');
  const { fixed } = await station.send(patronStatus({ patron: card }));
  expect(fixed.transactionDate).toBe('20261124    120000');
  expect(now.toISOString()).toBe('2026-11-24T04:00:00.000Z');
});
