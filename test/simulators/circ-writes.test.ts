import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningSimulators, startSimulators } from '../../simulators/index.ts';
import { type Answer, circ, circEnvelope, circHeaders, el, login, post } from './wire-client.ts';

const START = new Date('2026-11-24T17:30:00Z');
const FREE_CARD = '21852000000066';
const OTHER_CARD = '21852000000249';
const AVAILABLE = '31852000000494';

let now = START;
let legacy: RunningSimulators;
beforeEach(async () => {
  now = START;
  legacy = await startSimulators({ systems: ['circ'], clock: () => now });
});
afterEach(() => legacy[Symbol.asyncDispose]());

const daysOn = (days: number): void => {
  now = new Date(START.getTime() + days * 86_400_000);
};
const ask = async (operation: string, content: string): Promise<Answer> =>
  circ(legacy, operation, el('SID', await login(legacy)) + content);
const rc = async (answer: Promise<Answer>): Promise<number> => Number((await answer).texts('RC')[0]);

const checkOut = (cardNo: string, itemNo: string, ref = '') =>
  ask('CheckOut', el('CardNo', cardNo) + el('ItemNo', itemNo) + el('Ref', ref));
const checkIn = (itemNo: string, ref = '') => ask('CheckIn', el('ItemNo', itemNo) + el('Ref', ref));
const renew = (loanNo: string, ref = '') => ask('Renew', el('LoanNo', loanNo) + el('Ref', ref));
const placeHold = (cardNo: string, bibNo: string, ref = '') =>
  ask('PlaceHold', el('CardNo', cardNo) + el('BibNo', bibNo) + el('PickupBranch', 'STCL') + el('Ref', ref));
const cancelHold = (holdNo: string, ref = '') => ask('CancelHold', el('HoldNo', holdNo) + el('Ref', ref));
const onCard = (operation: string, cardNo: string, ref = '') =>
  ask(operation, el('CardNo', cardNo) + el('Ref', ref));
const holdStates = async (cardNo: string): Promise<string[]> =>
  (await ask('GetHolds', el('CardNo', cardNo))).texts('State');
const itemState = async (itemNo: string): Promise<string> =>
  (await ask('GetItems', el('ItemNo', itemNo))).texts('State').join();

test('CheckOut lends for 14 days after the day of lending in Hong Kong, and FindByRef tells it', async () => {
  const answer = await checkOut(FREE_CARD, AVAILABLE, 'op-1');
  expect(answer.texts('LoanNo')).toEqual(['L00000049']);
  expect([answer.texts('OutAt'), answer.texts('DueOn')]).toEqual([['20261125013000'], ['20261209']]);
  expect([answer.texts('Renewals'), answer.texts('Ref')]).toEqual([['0'], ['op-1']]);
  expect(await itemState(AVAILABLE)).toBe('O');
  const events = await ask('FindByRef', el('Ref', 'op-1'));
  expect([events.texts('Kind'), events.texts('LoanNo'), events.texts('At')]).toEqual([
    ['OUT'],
    ['L00000049'],
    ['20261125013000'],
  ]);
});

test.each([
  ['an unknown card', 20, '21852000000999', AVAILABLE],
  ['a blocked card', 21, '21852000000116', AVAILABLE],
  ['an unknown item', 30, FREE_CARD, '31852000000999'],
  ['an item on loan', 31, FREE_CARD, '31852000000015'],
  ['a missing item', 31, FREE_CARD, '31852000000718'],
  ['a reference work', 33, FREE_CARD, '31852000000726'],
  ['a copy on the hold shelf for someone else', 42, FREE_CARD, '31852000000577'],
])('CheckOut of %s is RC %i', async (_name, code, cardNo, itemNo) => {
  expect(await rc(checkOut(cardNo, itemNo))).toBe(code);
  expect((await ask('ListEvents', el('AfterSeq', 0) + el('MaxRows', 10))).texts('Event')).toEqual([]);
});

test('a card takes ten loans, and the eleventh is RC 40; another card of the patron is a stranger', async () => {
  const items = ['494', '502', '510', '528', '536', '544', '551', '569', '585', '593'];
  for (const item of items) {
    expect(await rc(checkOut(FREE_CARD, `31852000000${item}`)), item).toBe(0);
  }
  expect(await rc(checkOut(FREE_CARD, '31852000000601'))).toBe(40);
  expect(await rc(checkOut(OTHER_CARD, '31852000000601'))).toBe(0);
});

test('a repeated check-out is a second one: nothing is idempotent', async () => {
  expect(await rc(checkOut(FREE_CARD, AVAILABLE, 'op-2'))).toBe(0);
  expect(await rc(checkOut(FREE_CARD, AVAILABLE, 'op-2'))).toBe(31);
  await onCard('RegisterCard', FREE_CARD, 'op-3');
  await onCard('RegisterCard', FREE_CARD, 'op-3');
  expect((await ask('FindByRef', el('Ref', 'op-3'))).texts('Kind')).toEqual(['REG', 'REG']);
});

test('CheckIn takes a copy back; one that is not on loan is RC 50, an unknown one 30', async () => {
  const answer = await checkIn('31852000000015', 'back');
  expect([answer.texts('LoanNo'), answer.texts('CardNo')]).toEqual([['L00000001'], ['21852000000017']]);
  expect(await itemState('31852000000015')).toBe('A');
  expect(await rc(checkIn('31852000000015'))).toBe(50);
  expect(await rc(checkIn('nonsense'))).toBe(30);
});

test('CheckIn raises a charge of 1.50 for each day that a loan comes back late, and none before', async () => {
  const charges = async () => {
    const answer = await ask('GetCharges', el('CardNo', FREE_CARD));
    return [answer.texts('ChargeNo'), answer.texts('Cents'), answer.texts('RaisedOn')];
  };
  await checkOut(FREE_CARD, AVAILABLE);
  daysOn(14);
  await checkIn(AVAILABLE);
  expect(await charges()).toEqual([[], [], []]);
  await checkOut(FREE_CARD, AVAILABLE);
  daysOn(31);
  await checkIn(AVAILABLE);
  expect(await charges()).toEqual([['F0000002'], ['450'], ['20261226']]);
});

test('a loan number is never given twice', async () => {
  await checkOut(FREE_CARD, AVAILABLE);
  await checkIn(AVAILABLE);
  expect((await checkOut(FREE_CARD, AVAILABLE)).texts('LoanNo')).toEqual(['L00000050']);
});

test('Renew lasts 14 days from its own day, five times, on a blocked card too; Ref stays the check-out’s', async () => {
  await checkOut(FREE_CARD, AVAILABLE, 'lent');
  await onCard('BlockCard', FREE_CARD);
  daysOn(3);
  const first = await renew('L00000049', 'renewed');
  expect([first.texts('DueOn'), first.texts('Renewals'), first.texts('Ref')]).toEqual([
    ['20261212'],
    ['1'],
    ['lent'],
  ]);
  for (let count = 2; count <= 5; count += 1) {
    expect(await rc(renew('L00000049'))).toBe(0);
  }
  expect(await rc(renew('L00000049'))).toBe(41);
  expect(await rc(renew('L99999999'))).toBe(50);
});

test('a title that another card’s hold is queued for is not renewed; the own card’s hold does not matter', async () => {
  expect(await rc(renew('L00000008'))).toBe(42);
  await placeHold('21852000000025', 'B0000007');
  expect(await rc(renew('L00000007'))).toBe(0);
  await placeHold(FREE_CARD, 'B0000007');
  expect(await rc(renew('L00000007'))).toBe(42);
});

test('PlaceHold queues, once for a title, ten on a card', async () => {
  const first = await placeHold(FREE_CARD, 'B0000008', 'hold-1');
  expect([first.texts('HoldNo'), first.texts('State'), first.texts('QueuePos')]).toEqual([
    ['H0000003'],
    ['Q'],
    ['2'],
  ]);
  expect(await rc(placeHold(FREE_CARD, 'B0000008'))).toBe(61);
  expect(await rc(placeHold('21852000000999', 'B0000008'))).toBe(20);
  expect(await rc(placeHold(FREE_CARD, 'B9999999'))).toBe(30);
  for (const title of ['01', '02', '03', '04', '05', '06', '07', '09', '10']) {
    expect(await rc(placeHold(FREE_CARD, `B00000${title}`)), title).toBe(0);
  }
  expect(await rc(placeHold(FREE_CARD, 'B0000011'))).toBe(60);
});

test('an event of a hold names the card and the Ref, and neither item nor loan', async () => {
  await placeHold(FREE_CARD, 'B0000008', 'hold-2');
  const event = await ask('FindByRef', el('Ref', 'hold-2'));
  expect([event.texts('Kind'), event.texts('CardNo'), event.texts('ItemNo'), event.texts('LoanNo')]).toEqual([
    ['HLD'],
    [FREE_CARD],
    [''],
    [''],
  ]);
});

test('a copy that comes back goes on the shelf for the first in the queue, for seven days', async () => {
  await placeHold(FREE_CARD, 'B0000008');
  await checkIn('31852000000080');
  expect(await itemState('31852000000080')).toBe('H');
  const first = await ask('GetHolds', el('CardNo', '21852000000033'));
  expect([first.texts('State'), first.texts('ReadyUntil'), first.texts('QueuePos')]).toEqual([
    ['R'],
    ['20261202'],
    ['0'],
  ]);
  expect((await ask('GetHolds', el('CardNo', FREE_CARD))).texts('QueuePos')).toEqual(['1']);
  expect(await rc(checkOut(FREE_CARD, '31852000000080'))).toBe(42);
  expect(await rc(checkOut('21852000000033', '31852000000080'))).toBe(0);
  expect(await holdStates('21852000000033')).toEqual([]);
});

test('a ready hold that is not fetched lapses, and the copy goes to the next', async () => {
  await placeHold(FREE_CARD, 'B0000008');
  await checkIn('31852000000080');
  daysOn(7);
  expect(await holdStates('21852000000033')).toEqual(['R']);
  daysOn(8);
  expect(await holdStates('21852000000033')).toEqual(['L']);
  expect(await holdStates(FREE_CARD)).toEqual(['R']);
  daysOn(30);
  expect(await holdStates(FREE_CARD)).toEqual(['L']);
  expect(await itemState('31852000000080')).toBe('A');
});

test('CancelHold cancels what is queued or ready, and tells it still; else RC 70', async () => {
  const ready = await cancelHold('H0000002', 'gone');
  expect([ready.texts('State'), ready.texts('ReadyUntil')]).toEqual([['X'], ['']]);
  expect(await itemState('31852000000577')).toBe('A');
  expect(await holdStates('21852000000058')).toEqual(['X']);
  expect(await rc(cancelHold('H0000002'))).toBe(70);
  expect(await rc(cancelHold('H9999999'))).toBe(70);
  expect((await ask('FindByRef', el('Ref', 'gone'))).texts('Kind')).toEqual(['UNH']);
});

test('a card must be made known before it can borrow, and a block stops its lending', async () => {
  const card = '21852000000264';
  expect(await rc(onCard('BlockCard', card))).toBe(20);
  expect(await rc(onCard('UnblockCard', card))).toBe(20);
  expect(await rc(onCard('RegisterCard', card))).toBe(0);
  expect(await rc(checkOut(card, AVAILABLE))).toBe(0);
  expect(await rc(onCard('BlockCard', card, 'b'))).toBe(0);
  expect(await rc(onCard('BlockCard', card, 'b'))).toBe(0);
  expect(await rc(checkOut(card, '31852000000502'))).toBe(21);
  expect(await rc(onCard('UnblockCard', card, 'b'))).toBe(0);
  expect(await rc(onCard('UnblockCard', card, 'b'))).toBe(0);
  expect(await rc(checkOut(card, '31852000000502'))).toBe(0);
  expect((await ask('FindByRef', el('Ref', 'b'))).texts('Kind')).toEqual(['BLK', 'BLK', 'UBK', 'UBK']);
});

test('events are numbered upwards, with gaps', async () => {
  for (let count = 0; count < 8; count += 1) {
    await onCard('RegisterCard', FREE_CARD);
  }
  const events = await ask('ListEvents', el('AfterSeq', 0) + el('MaxRows', 500));
  expect(events.texts('Seq')).toEqual(['1', '2', '3', '4', '5', '6', '8', '9']);
});

test('a request that was not applied 30 seconds after its arrival never is', async () => {
  const body = circEnvelope(
    'RegisterCard',
    el('SID', await login(legacy)) + el('CardNo', '1') + el('Ref', 'slow'),
  );
  legacy.circ.latencyMs = 80;
  const slow = post(legacy, 'circ', circHeaders('RegisterCard'), body);
  const moved = new Promise((resolve) => setTimeout(resolve, 40)).then(() => {
    now = new Date(START.getTime() + 30_001);
  });
  await moved;
  expect((await slow).texts('RC')).toEqual(['90']);
  legacy.circ.latencyMs = 0;
  expect((await ask('FindByRef', el('Ref', 'slow'))).texts('Event')).toEqual([]);
});
