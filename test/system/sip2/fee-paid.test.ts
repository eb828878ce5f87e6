/** 37 at a station beside a till of the payment system. The tests run in this order, on one library. */
import { expect, test } from 'vitest';
import { controlPayments, raiseCharge } from '../../support/services/payment-system.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { feePaid, patronInformation, scStatus } from '../../support/sip2/messages.ts';
import { callerForTests } from '../system-for-tests.ts';
import { password, sip2ForTests, startSip2 } from './running-sip2.ts';

const { system } = sip2ForTests();
const withTill = { profile: 'station', branch: 'HKCL', takesPayments: true, timeoutSeconds: 15 } as const;
const terminals = [
  { ...withTill, name: 'till', login: { user: 'station', password } },
  { ...withTill, name: 'other-till', login: { user: 'reader', password } },
  { profile: 'station', name: 'no-till', branch: 'HKCL', login: { user: 'big5', password } },
];
const sip2 = openedForTests(() => startSip2(system, { terminals }));

/** Owes 5.20 and 21.00. */
const ho = { patron: '21852000000223', pin: '1234' };
const me = callerForTests(system, { patronId: 'P0000016' });

const rps = () => system.legacy.all.get('rps') ?? expect.fail('no payment system runs');
const control = (wanted: object) => controlPayments(rps().url, wanted);

interface Account {
  readonly outstanding: { readonly cents: number };
  readonly payments: readonly { readonly id: string; readonly state: string; readonly method: string }[];
}
const account = async () =>
  (
    await system.read<{ me: { account: Account } }>(
      '{ me { account { outstanding { cents } payments { id state method } } } }',
      me,
    )
  ).me.account;
const stateOf = async (id: string) =>
  (
    await system.read<{ me: { account: { payment: { state: string } } } }>(
      'query ($id: ID!) { me { account { payment(id: $id) { state } } } }',
      { ...me, variables: { id } },
    )
  ).me.account.payment.state;
/** The payment that waits for its money. */
const pending = () =>
  expect
    .poll(async () => (await account()).payments.find(({ state }) => state === 'PENDING')?.id ?? null, {
      timeout: 20_000,
    })
    .toMatch(/^RO/)
    .then(async () => (await account()).payments.find(({ state }) => state === 'PENDING')?.id ?? '');

test('98 says that a station with a till takes payments, and no other', async () => {
  await using till = await sip2.connect('station');
  await using other = await sip2.connect('big5');
  const feePosition = 9;
  expect((await till.send(scStatus())).field('BX')?.[feePosition]).toBe('Y');
  expect((await other.send(scStatus())).field('BX')?.[feePosition]).toBe('N');
  expect((await other.send(feePaid({ ...ho, amount: '26.20' }))).fixed.paymentAccepted).toBe('N');
});

test.each([
  ['another amount', { amount: '26.00' }, /not the amount/],
  ["somebody else's charge", { amount: '3.50', charge: 'G0000003' }, /does not have this charge/],
  ['no charge', { amount: '5.20', charge: 'G9999999' }, /does not have this charge/],
  ['nothing', { amount: '0.00' }, /not an amount/],
  ['another currency', { amount: '26.20', currency: 'USD' }, /Hong Kong dollars/],
  ['what is no amount', { amount: '26,20' }, /not an amount/],
  ['no PIN', { amount: '26.20', pin: '' }, /PIN/],
  ['a wrong PIN', { amount: '26.20', pin: '9075' }, /PIN is wrong/],
])('%s is not paid, and makes no payment', async (_, message, text) => {
  await using till = await sip2.connect('station');
  const answer = await till.send(feePaid({ ...ho, ...message }));
  expect([answer.code, answer.fixed.paymentAccepted, answer.field('BK')]).toEqual(['38', 'N', undefined]);
  expect(answer.field('AF')).toMatch(text);
  expect((await account()).payments).toEqual([]);
});

test('one charge is Y as soon as the till has the money, and again if the answer is lost', async () => {
  await using till = await sip2.connect('station');
  const answered = till.send(feePaid({ ...ho, amount: '5.20', charge: 'G0000010' }));
  const id = await pending();
  expect((await account()).payments).toMatchObject([{ id, state: 'PENDING', method: 'COUNTER' }]);
  await control({ pay: id });
  const answer = await answered;
  expect([answer.fixed.paymentAccepted, answer.field('BK'), answer.field('AF')]).toEqual([
    'Y',
    id,
    undefined,
  ]);
  expect((await till.repeat()).text).toBe(answer.text);
  expect(await account()).toMatchObject({ outstanding: { cents: 2100 }, payments: [{ id }] });
  const { field } = await till.send(patronInformation(ho));
  expect(field('BV')).toBe('21.00');
});

test('a payment whose answer was lost is found, and is Y once the money is there', async () => {
  const { faults, url } = rps();
  const raised = await raiseCharge(url, 'P0000016', 350);
  faults.set([{ kind: 'reset-after', operations: ['CreateOrder'], times: 1 }]);
  await using till = await sip2.connect('station');
  const answered = till.send(feePaid({ ...ho, amount: '3.50', charge: raised }));
  const id = await pending();
  await control({ pay: id });
  const { fixed, field } = await answered;
  expect([fixed.paymentAccepted, field('BK')]).toEqual(['Y', id]);
  expect(faults.status.faults[0]?.hits).toBe(1);
  faults.clear();
});

test('a payment that is cancelled elsewhere is N', async () => {
  await using till = await sip2.connect('station');
  const answered = till.send(feePaid({ ...ho, amount: '21.00' }));
  const id = await pending();
  await system.change('cancelPayment', 'operation { state }', { patronId: 'P0000016', paymentId: id }, me);
  const { fixed, field } = await answered;
  expect([fixed.paymentAccepted, field('BK'), field('AF')]).toEqual([
    'N',
    id,
    expect.stringMatching(/No money came/),
  ]);
});

test('without money it is cancelled before N is sent, so that another till can take it at once', async () => {
  await using till = await sip2.connect('station');
  await using other = await sip2.connect('reader');
  const answered = till.send(feePaid({ ...ho, amount: '21.00' }));
  const id = await pending();
  const meanwhile = await other.send(feePaid({ ...ho, amount: '21.00' }));
  expect([meanwhile.fixed.paymentAccepted, meanwhile.field('AF')]).toEqual([
    'N',
    expect.stringMatching(/in a payment that is under way/),
  ]);
  const answer = await answered;
  expect([answer.fixed.paymentAccepted, answer.field('BK')]).toEqual(['N', id]);
  expect(await stateOf(id)).toBe('CANCELLED');
  const again = other.send(feePaid({ ...ho, amount: '21.00' }));
  await control({ pay: await pending() });
  expect((await again).fixed.paymentAccepted).toBe('Y');
  expect((await account()).outstanding).toEqual({ cents: 0 });
});
