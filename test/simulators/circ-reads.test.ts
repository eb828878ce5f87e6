import iconv from 'iconv-lite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  DEFAULT_CREDENTIALS,
  type RunningSimulators,
  readSeed,
  type Seed,
  startSimulators,
} from '../../simulators/index.ts';
import { type Answer, circ, el, login } from './wire-client.ts';

const START = new Date('2026-11-24T04:00:00Z');
const SYMBOLS = 'A&B <C> ／ “D” · 𨱏 €';

/** The seed of the contract tests, with an event log that has gaps, and a title with unusual characters. */
function seed(): Seed {
  const base = readSeed();
  const events = [1, 2, 4, 8].map((seq) => ({
    seq,
    at: seq === 1 ? '20260801120000' : `2026112012000${seq}`,
    kind: 'OUT' as const,
    cardNo: '21852000000017',
    itemNo: '31852000000015',
    loanNo: 'L00000001',
    ref: seq === 2 ? '' : 'ref-a',
  }));
  const items = base.items.map((row) => (row.bibNo === 'B0000012' ? { ...row, title: SYMBOLS } : row));
  return { ...base, events, items };
}

let now = START;
let legacy: RunningSimulators;
let sid = '';
beforeAll(async () => {
  legacy = await startSimulators({ systems: ['circ'], clock: () => now, seed: seed() });
  sid = await login(legacy);
});
afterAll(() => legacy[Symbol.asyncDispose]());

const ask = (operation: string, content: string): Promise<Answer> =>
  circ(legacy, operation, el('SID', sid) + content);
const rc = (answer: Answer): string => {
  expect(answer.status).toBe(200);
  return answer.texts('RC').join();
};

test('an answer is Big5-HKSCS in its bytes, its declaration and its content type', async () => {
  const answer = await ask('GetItems', el('ItemNo', '31852000000536'));
  expect(answer.contentType).toBe('text/xml; charset=Big5-HKSCS');
  expect(answer.bytes.toString('latin1')).toMatch(/^<\?xml version="1.0" encoding="Big5-HKSCS"\?>/);
  expect(answer.bytes.includes(Buffer.from([0x91, 0xc1]))).toBe(true);
  expect(answer.texts('Title')).toEqual(['嚟去之間：香港歌謠']);
});

test('what Big5-HKSCS does not have goes out as a character reference, and markup is escaped', async () => {
  const answer = await ask('GetItems', el('ItemNo', '31852000000601'));
  expect(answer.texts('Title')).toEqual([SYMBOLS]);
  expect(answer.xml).toContain('&#x28C4F;');
  expect(iconv.encode(answer.xml, 'big5-hkscs').equals(answer.bytes)).toBe(true);
});

test('Login with a wrong user or password is RC 11 and has no session', async () => {
  const { user, password } = DEFAULT_CREDENTIALS.circ;
  for (const [name, secret] of [
    [user, 'guess'],
    ['someone', password],
  ] as const) {
    const answer = await circ(legacy, 'Login', el('User', name) + el('Password', secret));
    expect([rc(answer), answer.texts('SID')]).toEqual(['11', ['']]);
    expect(answer.texts('MSG')).not.toEqual(['']);
  }
});

test('GetLoans answers the loans of all cards, not in order, and leaves unknown cards out', async () => {
  const answer = await ask('GetLoans', el('CardNo', '21852000000017', '21852000000025', '21852000000999'));
  expect(rc(answer)).toBe('0');
  expect(answer.texts('MSG')).toEqual(['']);
  const numbers = answer.texts('LoanNo');
  expect(numbers.length).toBe(10);
  expect(numbers).not.toEqual([...numbers].sort());
  expect(rc(await ask('GetLoans', el('CardNo', 'nonsense')))).toBe('0');
});

test('a loan has stamps YYYYMMDDHHMMSS, days YYYYMMDD, its title, and an empty Ref from a desk', async () => {
  const answer = await ask('GetLoans', el('CardNo', '21852000000074'));
  expect(answer.texts('OutAt')).toEqual(['20261115101500', '20261115101500']);
  expect(answer.texts('DueOn')).toEqual(['20261129', '20261129']);
  expect(answer.texts('Title').sort()).toEqual(['嚟去之間：香港歌謠', '聊齋志異'].sort());
  expect(answer.texts('Ref')).toEqual(['', '']);
});

test('loans stay under the number that they were made with', async () => {
  expect((await ask('GetLoans', el('CardNo', '21852000000231'))).texts('CardNo')).toHaveLength(2);
  expect((await ask('GetLoans', el('CardNo', '21852000000249'))).texts('CardNo')).toHaveLength(1);
});

test('GetHolds and GetCharges answer what is on the cards', async () => {
  const holds = await ask('GetHolds', el('CardNo', '21852000000033', '21852000000058'));
  expect(holds.texts('HoldNo').sort()).toEqual(['H0000001', 'H0000002']);
  expect(holds.texts('ReadyUntil').sort()).toEqual(['', '20261202']);
  expect(holds.texts('QueuePos').sort()).toEqual(['0', '1']);
  const charges = await ask('GetCharges', el('CardNo', '21852000000223'));
  expect([charges.texts('Cents'), charges.texts('Kind')]).toEqual([['2100'], ['OD']]);
});

test('ten cards or twenty items are taken, one more is RC 80', async () => {
  const cards = (count: number) => el('CardNo', ...Array.from({ length: count }, () => '21852000000017'));
  const items = (count: number) => el('ItemNo', ...Array.from({ length: count }, () => '31852000000015'));
  for (const operation of ['GetLoans', 'GetHolds', 'GetCharges']) {
    expect(rc(await ask(operation, cards(10))), operation).toBe('0');
    expect(rc(await ask(operation, cards(11))), operation).toBe('80');
  }
  expect((await ask('GetItems', items(20))).texts('ItemNo')).toEqual(['31852000000015']);
  expect(rc(await ask('GetItems', items(21)))).toBe('80');
});

test('FindItems finds copies by any part of the title, letter case ignored, up to MaxRows', async () => {
  const found = await ask('FindItems', el('Title', 'moby') + el('MaxRows', 500));
  expect(found.texts('ItemNo').length).toBe(6);
  expect(new Set(found.texts('BibNo'))).toEqual(new Set(['B0000008']));
  expect((await ask('FindItems', el('Title', '之間') + el('MaxRows', 2))).texts('Title')).toHaveLength(2);
  expect(rc(await ask('FindItems', el('Title', 'none such') + el('MaxRows', 2)))).toBe('0');
});

test.each([0, 501])('MaxRows %i is RC 99', async (maxRows) => {
  expect(rc(await ask('FindItems', el('Title', 'a') + el('MaxRows', maxRows)))).toBe('99');
  expect(rc(await ask('ListEvents', el('AfterSeq', 0) + el('MaxRows', maxRows)))).toBe('99');
});

test('ListEvents goes on after a number, in order, gaps and all, and keeps 90 days', async () => {
  const all = await ask('ListEvents', el('AfterSeq', 0) + el('MaxRows', 500));
  expect(all.texts('Seq')).toEqual(['2', '4', '8']);
  const next = await ask('ListEvents', el('AfterSeq', 2) + el('MaxRows', 1));
  expect(next.texts('Seq')).toEqual(['4']);
  expect((await ask('ListEvents', el('AfterSeq', 8) + el('MaxRows', 1))).texts('Seq')).toEqual([]);
});

test('FindByRef tells the events of a reference, none for an unknown one, and none for the desks’ empty one', async () => {
  expect((await ask('FindByRef', el('Ref', 'ref-a'))).texts('Seq')).toEqual(['4', '8']);
  expect((await ask('FindByRef', el('Ref', 'ref-b'))).texts('Seq')).toEqual([]);
  expect((await ask('FindByRef', el('Ref', ''))).texts('Seq')).toEqual([]);
});

test('a session expires after ten minutes idle, and each use prolongs it', async () => {
  const own = await login(legacy);
  const use = async () => rc(await circ(legacy, 'GetLoans', el('SID', own) + el('CardNo', '21852000000017')));
  const minutes = (count: number): void => {
    now = new Date(START.getTime() + count * 60_000);
  };
  minutes(9.9);
  expect(await use()).toBe('0');
  minutes(19.8);
  expect(await use()).toBe('0');
  minutes(29.9);
  expect(await use()).toBe('10');
  now = START;
  expect(rc(await circ(legacy, 'GetLoans', el('SID', 'ABCD') + el('CardNo', '1')))).toBe('10');
});

test('an unknown session is told before too many keys, and after what is not valid', async () => {
  const cards = el('CardNo', ...Array.from({ length: 11 }, () => '1'));
  expect(rc(await circ(legacy, 'GetLoans', el('SID', 'ABCD') + cards))).toBe('10');
  expect(rc(await circ(legacy, 'GetLoans', el('SID', 'ABCD')))).toBe('99');
});

test.each([
  ['busy', '90'],
  ['housekeeping', '90'],
  ['internal', '99'],
] as const)('%s is RC %s, with HTTP 200', async (kind, code) => {
  legacy.circ.faults.set([{ kind }]);
  expect(rc(await ask('GetLoans', el('CardNo', '1')))).toBe(code);
  legacy.circ.faults.clear();
});

test('a session that expires is gone for good, and a login meets no such fault', async () => {
  legacy.circ.faults.set([{ kind: 'expired-session' }]);
  const own = await login(legacy);
  const use = async () => rc(await circ(legacy, 'GetLoans', el('SID', own) + el('CardNo', '1')));
  expect(await use()).toBe('10');
  legacy.circ.faults.clear();
  expect(await use()).toBe('10');
  expect(rc(await ask('GetLoans', el('CardNo', '1')))).toBe('0');
});
