import { afterEach, beforeEach, expect, test } from 'vitest';
import { luhnDigit } from '../../simulators/check-digits.ts';
import { type RunningSimulators, startSimulators } from '../../simulators/index.ts';
import { type Answer, cms, el, freshToken, nil, securityHeader } from './wire-client.ts';

const START = new Date('2026-11-24T17:30:00Z');
let now = START;
let legacy: RunningSimulators;
let refs = 0;
beforeEach(async () => {
  now = START;
  legacy = await startSimulators({ systems: ['cms'], clock: () => now });
});
afterEach(() => legacy[Symbol.asyncDispose]());

const later = (minutes: number): void => {
  now = new Date(START.getTime() + minutes * 60_000);
};
const send = (operation: string, content: string): Promise<Answer> =>
  cms(legacy, operation, content, securityHeader(freshToken(now)));
const newRef = (): string => `ref-${++refs}`;
const maybe = (name: string, value: string | null): string => (value === null ? nil(name) : el(name, value));

const issue = (
  patronNo: string,
  type: string,
  hkid: string | null,
  dateOfIssue: string | null,
  ref = newRef(),
) =>
  send(
    'IssueCard',
    el('clientRef', ref) +
      el('patronNo', patronNo) +
      el('type', type) +
      maybe('hkid', hkid) +
      maybe('dateOfIssue', dateOfIssue),
  );
const lose = (cardNo: string, onReplacement: string | null, ref = newRef()) =>
  send('ReportLoss', el('clientRef', ref) + el('cardNo', cardNo) + maybe('onReplacement', onReplacement));
const replace = (cardNo: string, dateOfIssue: string | null, ref = newRef()) =>
  send('ReplaceCard', el('clientRef', ref) + el('cardNo', cardNo) + maybe('dateOfIssue', dateOfIssue));
const close = (cardNo: string, status: string, ref = newRef()) =>
  send('CloseCard', el('clientRef', ref) + el('cardNo', cardNo) + el('status', status));
const print = (cardNo: string) =>
  send('PrintInformationCard', el('clientRef', newRef()) + el('cardNo', cardNo));
const changePin = (cardNo: string, pin: string) =>
  send('ChangePin', el('clientRef', newRef()) + el('cardNo', cardNo) + el('newPin', pin));
const verify = async (cardNo: string, pin: string): Promise<string[]> => {
  const answer = await send('VerifyPin', el('cardNo', cardNo) + el('pin', pin));
  return [...answer.texts('verified'), ...answer.texts('lockedUntil')];
};
const code = async (answer: Promise<Answer>): Promise<string> => {
  const { status, texts } = await answer;
  expect(status).toBe(400);
  return texts('code').join();
};
const statusOf = (answer: Answer): string => answer.value("//*[local-name() = 'card']/@status");
const read = (cardNo: string) => send('GetCardsByNumber', el('cardNos', cardNo));

const applicant =
  `<applicant>${el('engName', 'FOK, MAN')}${nil('chiName')}${el('hkid', 'Z683365(A)')}${nil('birthCertNo')}` +
  `${el('dateOfBirth', '29/02/2000')}${nil('dateOfIssue')}${nil('address')}${el('addressProof', 'true')}` +
  `${nil('tel')}${el('email', 'a@b.example')}</applicant>`;
const submit = (ref: string) =>
  send(
    'SubmitApplication',
    `${el('clientRef', ref)}${el('channel', 'WEB')}${nil('patronNo')}${el('wants', 'LC', 'SC')}${applicant}${nil('guarantor')}`,
  );
const decide = (applicationNo: string, approve: boolean, patronNo: string | null) =>
  send(
    'DecideApplication',
    `${el('applicationNo', applicationNo)}${el('approve', String(approve))}${maybe('patronNo', patronNo)}` +
      `${el('decidedBy', 'staff-1')}${el('reason', 'seen')}`,
  );

test('an application is received, decided once, and then E1002', async () => {
  const received = await submit('app-1');
  expect(received.texts('applicationNo')).toEqual(['A0000003']);
  expect(received.texts('submittedAt')).toEqual(['2026-11-25T01:30:00+08:00']);
  expect(received.value("//*[local-name() = 'application']/@status")).toBe('RCV');
  const approved = await decide('A0000003', true, 'P0000019');
  expect(approved.value("//*[local-name() = 'application']/@status")).toBe('APR');
  expect([approved.texts('patronNo'), approved.texts('decidedBy')]).toEqual([['P0000019'], ['staff-1']]);
  expect(await code(decide('A0000003', false, null))).toBe('E1002');
  expect(await code(decide('A9999999', true, null))).toBe('E1001');
});

test('the same clientRef again gets the first answer and does nothing, for 30 days', async () => {
  const first = await submit('app-2');
  const again = await submit('app-2');
  expect(again.xml).toBe(first.xml);
  later(30 * 24 * 60);
  expect((await submit('app-2')).xml).toBe(first.xml);
  later(30 * 24 * 60 + 1);
  expect((await submit('app-2')).texts('applicationNo')).toEqual(['A0000004']);
});

test('a clientRef is of one operation: another is E1003, an empty one E1002, a failed one is free', async () => {
  await submit('app-3');
  expect(await code(issue('P0000004', 'LC', null, null, 'app-3'))).toBe('E1003');
  expect(await code(submit(''))).toBe('E1002');
  expect(await code(close('21852000000132', 'CAN', 'retry'))).toBe('E1002');
  expect((await close('21852000000066', 'CAN', 'retry')).status).toBe(200);
});

test('the seed’s applications keep the references that they came with', async () => {
  const again = await submit('seed-1');
  expect([again.texts('applicationNo'), again.texts('engName')]).toEqual([['A0000001'], ['NG, WAI']]);
});

test('IssueCard makes a number with a Luhn digit, and a card without a PIN', async () => {
  const answer = await issue('P0000015', 'LC', null, null);
  const [cardNo = ''] = answer.texts('cardNo');
  expect(cardNo.slice(0, 13)).toBe('2185200000026');
  expect(cardNo.slice(13)).toBe(luhnDigit('2185200000026'));
  expect([statusOf(answer), answer.texts('issuedOn')]).toEqual(['ACT', ['25/11/2026']]);
  expect(await verify(cardNo, '')).toEqual(['false', '']);
  await changePin(cardNo, '9876');
  expect(await verify(cardNo, '9876')).toEqual(['true', '']);
});

test('IssueCard is E1003 for a second card of a kind in use, and for an enrolled identity number', async () => {
  expect(await code(issue('P0000001', 'LC', null, null))).toBe('E1003');
  expect(await code(issue('P0000001', 'SC', 'Z683365(A)', '01/02/2024'))).toBe('E1003');
  expect(await code(issue('P0000004', 'SC', 'A123456(3)', '01/02/2024'))).toBe('E1003');
  expect(await code(issue('P0000004', 'SC', 'K778899(1)', '01/02/2024'))).toBe('E1003');
  expect((await issue('P0000009', 'SC', 'M300300(6)', '01/02/2024')).status).toBe(200);
});

test('IssueCard wants the two facts of a smart identity card, and only of one', async () => {
  expect(await code(issue('P0000004', 'SC', 'D135790(6)', null))).toBe('E1002');
  expect(await code(issue('P0000004', 'SC', null, '01/02/2024'))).toBe('E1002');
  expect(await code(issue('P0000015', 'LC', 'A987654(8)', null))).toBe('E1002');
});

test('a loss of a smart identity card to be continued: lost, found by the newer date, then in use again', async () => {
  const lost = await lose('21852000000025', 'CONT');
  expect([statusOf(lost), lost.texts('reportNo')]).toEqual(['LST', ['R0000004']]);
  expect(await code(replace('21852000000025', '20/02/2019'))).toBe('E1002');
  expect(await code(replace('21852000000025', null))).toBe('E1002');
  const back = await replace('21852000000025', '21/02/2026');
  expect([statusOf(back), back.texts('cardNo'), back.texts('dateOfIssue')]).toEqual([
    'ACT',
    ['21852000000025'],
    ['21/02/2026'],
  ]);
  const find = (date: string) => send('FindSmartCard', el('hkid', 'A123456(3)') + el('dateOfIssue', date));
  expect((await find('21/02/2026')).texts('cardNo')).toEqual(['21852000000025']);
  expect((await find('20/02/2019')).texts('cardNo')).toEqual([]);
});

test('a loss with DISC closes a smart identity card at once', async () => {
  const lost = await lose('21852000000025', 'DISC');
  expect([statusOf(lost), lost.texts('closedOn')]).toEqual(['CAN', ['25/11/2026']]);
  expect(await code(replace('21852000000025', '21/02/2026'))).toBe('E1002');
});

test('ReportLoss wants onReplacement for a smart identity card and only there, and a card in use', async () => {
  expect(await code(lose('21852000000025', null))).toBe('E1002');
  expect(await code(lose('21852000000017', 'CONT'))).toBe('E1002');
  expect(await code(lose('21852000000116', 'CONT'))).toBe('E1002');
  expect(await code(lose('21852000000999', null))).toBe('E1001');
});

test('ReplaceCard closes a library card and issues a new number with the same PIN', async () => {
  await lose('21852000000017', null);
  const answer = await replace('21852000000017', null);
  const [cardNo = ''] = answer.texts('cardNo');
  expect([statusOf(answer), cardNo.slice(0, 13)]).toEqual(['ACT', '2185200000026']);
  const old = await read('21852000000017');
  expect([statusOf(old), old.texts('closedOn')]).toEqual(['CAN', ['25/11/2026']]);
  expect(await verify(cardNo, '1234')).toEqual(['true', '']);
  expect(await code(replace('21852000000017', null))).toBe('E1002');
});

test('CloseCard takes CAN and SUR, from ACT and LST', async () => {
  expect(await code(close('21852000000017', 'LST'))).toBe('E1002');
  expect(statusOf(await close('21852000000017', 'SUR'))).toBe('SUR');
  expect(statusOf(await close('21852000000116', 'CAN'))).toBe('CAN');
  expect(await code(close('21852000000116', 'CAN'))).toBe('E1002');
});

test('PrintInformationCard stamps a smart identity card in use, and no other', async () => {
  expect((await print('21852000000025')).texts('infoCardPrintedOn')).toEqual(['25/11/2026']);
  expect(await code(print('21852000000017'))).toBe('E1002');
  expect(await code(print('21852000000116'))).toBe('E1002');
});

test('VerifyPin looks at the PIN alone: an ended card’s is verified too, an unknown card is E1001', async () => {
  expect(await verify('21852000000124', '1234')).toEqual(['true', '']);
  expect(await code(send('VerifyPin', el('cardNo', '21852000000999') + el('pin', '1')))).toBe('E1001');
});

test('five wrong PINs lock the PIN for 15 minutes, for the right one too', async () => {
  for (let count = 1; count <= 4; count += 1) {
    expect(await verify('21852000000017', '0000'), String(count)).toEqual(['false', '']);
  }
  const locked = ['false', '2026-11-25T01:45:00+08:00'];
  expect(await verify('21852000000017', '0000')).toEqual(locked);
  later(14.9);
  expect(await verify('21852000000017', '1234')).toEqual(locked);
  later(15);
  expect(await verify('21852000000017', '0000')).toEqual(['false', '']);
  expect(await verify('21852000000017', '1234')).toEqual(['true', '']);
});

test('a right PIN in between starts the count again', async () => {
  for (const pin of ['0', '0', '0', '0', '1234', '0', '0', '0', '0']) {
    await verify('21852000000017', pin);
  }
  expect(await verify('21852000000017', '1234')).toEqual(['true', '']);
});
