import { describe, expect, test } from 'vitest';
import type { ChargesLedger, NewPayment, Origin, StaffOrigin } from '../../../../adapters/charges/port.ts';
import { createChargesLedger } from '../../../../adapters/charges/soap.ts';
import { failureOf } from '../soap/prs-client.ts';
import { reply, startRawServer } from '../soap/raw-server.ts';
import {
  duplicateOrder,
  duplicateWaiver,
  faultOf,
  orderContent,
  replyTo,
  statementContent,
  uuid,
} from './answers.ts';

/*
 * The adapter of the payment system over the wire, against answers that are written by hand: what it sends, how it reads
 * amounts and times, and what each fault becomes.
 */

const web: Origin = { channel: 'WEB', clerkId: null };
const counter: StaffOrigin = { channel: 'COUNTER', clerkId: 'c.lam' };
const signal = () => AbortSignal.timeout(5_000);

/** Asks once, and gives what came of it: an error, too. */
async function ask<Result>(
  xml: string,
  call: (ledger: ChargesLedger) => Promise<Result>,
  status = 200,
): Promise<{ result: Result | unknown; request: string; count: number }> {
  await using server = await startRawServer((response) =>
    reply(response, xml, 'application/soap+xml; charset=utf-8', status),
  );
  await using ledger = createChargesLedger({
    url: server.url,
    user: 'lib',
    password: 'a<b',
    limits: { retryDelayMs: 1 },
    randomUuid: () => uuid,
    now: () => new Date('2026-11-30T01:00:00Z'),
  });
  const result = await call(ledger).catch((error: unknown) => error);
  return { result, request: server.requests[0]?.body ?? '', count: server.requests.length };
}

const payment: NewPayment = {
  patronId: 'P0000001',
  lines: [{ chargeId: 'G0000001', cents: 5 }],
  method: { kind: 'CARD', brands: ['UNION_PAY'] },
  returnUrl: 'https://library.example/paid',
};
const create = (ledger: ChargesLedger) => ledger.createPayment('m-1', payment, web, signal());
const waive = (ledger: ChargesLedger) =>
  ledger.waiveCharge('m-1', { chargeId: 'G0000001', cents: null, reason: 'faulty' }, counter, signal());
const statements = (ledger: ChargesLedger) =>
  ledger.statements(['P0000001'], { includeSettled: true, origin: web }, signal());

describe('a request', () => {
  test('says through what it is made, and for which member of staff', async () => {
    const { request } = await ask(replyTo('GetOrders', null), (ledger) =>
      ledger.paymentsById(['RO2026000001'], counter, signal()),
    );
    expect(request).toMatch(/<n2:Channel>Counter<\/n2:Channel><n2:ClerkId>c.lam<\/n2:ClerkId>/);
    expect(request).toContain('#PasswordText">a&lt;b</wsse:Password>');
    expect(request).toContain(
      '<wsu:Created>2026-11-30T01:00:00.000Z</wsu:Created><wsu:Expires>2026-11-30T01:05:00.000Z</wsu:Expires>',
    );
  });

  test('has amounts with two decimals, and nothing of the payer', async () => {
    const { request } = await ask(replyTo('CreateOrder', orderContent(), 'State="Pending"'), create);
    expect(request).toMatch(/Amount currency="HKD">0\.05</);
    expect(request).toMatch(
      /:type="[^"]*CardMethod" Brands="UnionPay"|Brands="UnionPay" [^>]*:type="[^"]*CardMethod"/,
    );
    expect(request).not.toMatch(/PayerName|MaskedNo|Note/);
  });

  test.each([
    ['an amount below 0', { lines: [{ chargeId: 'G0000001', cents: -1 }] }],
    ['half a cent', { lines: [{ chargeId: 'G0000001', cents: 0.5 }] }],
    ['an amount of more digits than the contract has', { lines: [{ chargeId: 'G0000001', cents: 1e9 }] }],
    ['a charge of another form', { lines: [{ chargeId: 'X1', cents: 5 }] }],
  ])('that has %s is not sent', async (_what, change) => {
    const { result, count } = await ask('', (ledger) =>
      ledger.createPayment('m-1', { ...payment, ...change }, web, signal()),
    );
    expect(result).toEqual({ refused: 'INVALID', fields: [] });
    expect(count).toBe(0);
  });
});

describe('a statement', () => {
  test('has cents, and times cut to milliseconds', async () => {
    const { result } = await ask(replyTo('GetStatements', statementContent()), statements);
    expect(result).toEqual([
      {
        patronId: 'P0000001',
        asOf: '2026-11-30T01:00:00.000Z',
        paidCents: 2000,
        waivedCents: 0,
        outstandingCents: 2600,
        charges: [
          {
            id: 'G0000004',
            state: 'PART_PAID',
            kind: 'CARD_REPLACEMENT',
            cents: 4600,
            paidCents: 2000,
            waivedCents: 0,
            outstandingCents: 2600,
            raisedAt: '2026-11-10T02:30:11.047Z',
            description: 'Library information card, reprint',
            libraryCardNumber: '21852000000058',
            loanId: null,
            dueOn: null,
            pendingPaymentId: 'RO2026000009',
            adjustments: [
              {
                kind: 'PAYMENT',
                paymentId: 'RO2026000002',
                cents: 2500,
                at: '2026-11-14T14:02:03.000Z',
                reference: 'web-1',
                clerkId: null,
                refunds: [{ cents: 500, at: '2026-11-15T00:00:00.000Z', reference: 'r-1', clerkId: 'c.lam' }],
              },
            ],
          },
        ],
        credits: [
          {
            id: 'CR000001',
            cents: 1000,
            remainingCents: 750,
            reason: null,
            raisedAt: '2026-11-16T02:00:00.500Z',
            expiresOn: '2027-11-15',
          },
        ],
        notices: ['Counters close at 20:00'],
      },
    ]);
  });

  test('is null for a patron who never owed anything', async () => {
    const { result } = await ask(replyTo('GetStatements', ''), statements);
    expect(result).toEqual([null]);
  });

  test.each([
    ['is of another patron', { patronNo: 'P0000002' }],
    ['has a charge whose amounts do not add up', { outstanding: '25.00' }],
    ['has other sums than its charges', { total: '25.00' }],
    ['has a line that is no charge', { lineType: 'Waiver' }],
  ])('is refused if it %s', async (_what, change) => {
    const { result } = await ask(replyTo('GetStatements', statementContent(change)), statements);
    expect(result).toMatchObject({ reason: 'invalid-response' });
  });
});

describe('a payment', () => {
  test('shows four digits of a card at most', async () => {
    const method = '<t:Method i:type="t:CardMethod"><t:MaskedNo>4000000012344242</t:MaskedNo></t:Method>';
    const content = orderContent({ method });
    const { result } = await ask(
      replyTo('GetOrders', `<t:Order State="Paid">${content}</t:Order>`),
      (ledger) => ledger.paymentsById(['RO2026000001'], web, signal()),
    );
    expect(result).toMatchObject([
      {
        state: 'PAID',
        method: { kind: 'CARD', brands: [], lastDigits: '4242' },
        payBy: '2026-11-30T01:15:00.000Z',
      },
    ]);
  });

  test('has neither the name nor the bank of the payer, and is never a millisecond later', async () => {
    const { result } = await ask(replyTo('CreateOrder', orderContent(), 'State="Pending"'), create);
    expect(result).toMatchObject({
      payment: { reference: 'm-1', cents: 1200, createdAt: '2026-11-30T01:00:00.999Z', qrPayload: '0002' },
    });
    expect(JSON.stringify(result)).not.toMatch(/LEE|004/);
  });

  test.each([
    ['of another reference', { reference: 'm-2' }],
    ['of another patron', { patronNo: 'P0000002' }],
    ['with another total than its lines', { total: '9999999.99' }],
  ])('%s leaves open whether ours was made', async (_what, change) => {
    const { result } = await ask(replyTo('CreateOrder', orderContent(change), 'State="Pending"'), create);
    expect(result).toMatchObject({ reason: 'outcome-unknown' });
  });
});

describe('a change is refused with', () => {
  test.each([
    [
      'a rule, the charge and the payment that it is in',
      '<t:BusinessFault><t:Code>ChargeInOrder</t:Code><t:ChargeNo>G0000001</t:ChargeNo><t:OrderNo>RO2026000001</t:OrderNo></t:BusinessFault>',
      { refused: 'CHARGE_IN_PAYMENT', chargeId: 'G0000001', paymentId: 'RO2026000001' },
    ],
    [
      'the fields that are wrong',
      '<t:ValidationFault><t:Problems><t:Problem><t:Field>Lines[3].Amount</t:Field><t:Text>no</t:Text></t:Problem></t:Problems></t:ValidationFault>',
      { refused: 'INVALID', fields: ['Lines[3].Amount'] },
    ],
    [
      'the time after which to come back',
      '<t:SystemFault><t:RetryAfterSeconds>2700</t:RetryAfterSeconds></t:SystemFault>',
      { refused: 'CLOSED', retryAfterSeconds: 2700 },
    ],
    [
      'a time that lies in the past',
      '<t:SystemFault><t:RetryAfterSeconds>-2147483648</t:RetryAfterSeconds></t:SystemFault>',
      { refused: 'CLOSED', retryAfterSeconds: 0 },
    ],
    [
      'a time that is years away',
      '<t:SystemFault><t:RetryAfterSeconds>2147483647</t:RetryAfterSeconds></t:SystemFault>',
      { refused: 'CLOSED', retryAfterSeconds: 86_400 },
    ],
  ])('%s', async (_what, detail, expected) => {
    const { result, count } = await ask(faultOf('Sender', 'X', detail), create, 500);
    expect(result).toEqual(expected);
    expect(count).toBe(1);
  });

  test('the payment that its reference made before', async () => {
    const { result } = await ask(faultOf('Sender', 'X', duplicateOrder('m-1')), create, 400);
    expect(result).toMatchObject({
      refused: 'DUPLICATE',
      made: { kind: 'PAYMENT', payment: { reference: 'm-1', state: 'PAID' } },
    });
  });

  test('the waiver that its reference made before', async () => {
    const { result } = await ask(faultOf('Sender', 'X', duplicateWaiver), waive, 400);
    expect(result).toMatchObject({
      refused: 'DUPLICATE',
      made: { kind: 'WAIVER', event: { sequence: 7n, kind: 'CHARGE_WAIVED', reference: 'm-1', cents: 50 } },
    });
  });

  test.each([
    ['no word of when to come back', faultOf('Receiver', 'X', '<t:SystemFault/>'), 'busy'],
    ['an expired message', faultOf('Sender', 'MessageExpired', ''), 'unauthorized'],
    ['a fault that the contract does not have', faultOf('Receiver', 'X', ''), 'outcome-unknown'],
    ['a fault that is garbled', faultOf('Sender', 'X', '<t:BusinessFault/>'), 'outcome-unknown'],
    ['a page of a proxy', '<html/>', 'outcome-unknown'],
  ])('%s is an error, and nothing is sent twice', async (_what, xml, reason) => {
    const { result, count } = await ask(xml, create, 500);
    expect(result).toMatchObject({ reason });
    expect(count).toBe(1);
  });
});

test('reads of payments go on while the system says that it is closed', async () => {
  let asked = 0;
  await using server = await startRawServer((response) => {
    asked += 1;
    const closed = faultOf(
      'Receiver',
      'X',
      '<t:SystemFault><t:RetryAfterSeconds>60</t:RetryAfterSeconds></t:SystemFault>',
    );
    const isClosed = asked <= 20;
    const xml = isClosed ? closed : replyTo('GetOrders', null);
    reply(response, xml, 'application/soap+xml; charset=utf-8', isClosed ? 500 : 200);
  });
  await using ledger = createChargesLedger({
    url: server.url,
    user: 'lib',
    password: 'x',
    randomUuid: () => uuid,
  });
  for (let call = 0; call < 20; call++) {
    expect(await failureOf(statements(ledger))).toMatchObject({ reason: 'busy' });
  }
  expect(await ledger.paymentsById(['RO2026000001'], web, signal())).toEqual([null]);
  // Not even once is such a read repeated: the system has said when to come back.
  expect(asked).toBe(21);
});

describe('the events', () => {
  const row = (seq: number) =>
    `<t:Change Seq="${seq}" Type="ChargeRaised"><t:At>2026-11-30T01:00:00Z</t:At><t:PatronNo>P0000001</t:PatronNo>` +
    '<t:MerchantRef i:nil="true"/><t:OrderNo i:nil="true"/><t:ChargeNos>F0000001 G0000002</t:ChargeNos><t:Amount>1.00</t:Amount></t:Change>';
  const page = (rows: readonly number[], last: number, more = false) =>
    replyTo(
      'ListChanges',
      `<t:Changes>${rows.map(row).join('')}</t:Changes><t:LastSeq>${last}</t:LastSeq><t:More>${more}</t:More>`,
    );
  const after5 = (ledger: ChargesLedger) => ledger.eventsAfter(5n, 10, web, signal());

  test('come in order, with the last sequence', async () => {
    const { result } = await ask(page([7, 9], 9, true), after5);
    expect(result).toMatchObject({
      events: [{ sequence: 7n, chargeIds: ['F0000001', 'G0000002'], cents: 100 }, { sequence: 9n }],
      lastSequence: 9n,
      hasMore: true,
    });
  });

  test.each([
    ['come in another order', page([9, 7], 7)],
    ['come from before', page([5], 5)],
    ['end before their last', page([7, 9], 7)],
    ['are none, and more', page([], 5, true)],
  ])('are refused if they %s', async (_what, xml) => {
    expect((await ask(xml, after5)).result).toMatchObject({ reason: 'invalid-response' });
  });

  test.each([0, 501])('can not be asked for by %d', async (first) => {
    const { result } = await ask('', (ledger) => ledger.eventsAfter(5n, first, web, signal()));
    expect(result).toBeInstanceOf(RangeError);
  });
});

describe('a receipt', () => {
  const receipt = (type: string, content: string, number = 'RC2026000001') =>
    replyTo(
      'GetReceipt',
      `<t:ReceiptNo>${number}</t:ReceiptNo><t:IssuedAt>2026-11-30T01:00:00Z</t:IssuedAt><t:ContentType>${type}</t:ContentType>` +
        `<t:Content>${content}</t:Content>`,
    );
  const read = (ledger: ChargesLedger) => ledger.receipt('RO2026000001', web, signal());

  test('is a PDF', async () => {
    const { result } = await ask(receipt('application/pdf', 'JVBERi0='), read);
    expect(result).toMatchObject({
      receipt: { id: 'RC2026000001', content: new TextEncoder().encode('%PDF-') },
    });
  });

  test('that is no PDF, or too large, is refused', async () => {
    expect((await ask(receipt('text/html', 'JVBERi0='), read)).result).toMatchObject({
      reason: 'invalid-response',
    });
    const page = Buffer.from('<html>').toString('base64');
    expect((await ask(receipt('application/pdf', page), read)).result).toMatchObject({
      reason: 'invalid-response',
    });
    expect((await ask(receipt('application/pdf', 'JVBERi0=', '../x'), read)).result).toMatchObject({
      reason: 'invalid-response',
    });
    const large = Buffer.alloc(512 * 1024 + 1).toString('base64');
    expect((await ask(receipt('application/pdf', large), read)).result).toMatchObject({
      reason: 'invalid-response',
    });
  });

  test('of a payment that is not paid is refused', async () => {
    const fault = faultOf('Sender', 'X', '<t:BusinessFault><t:Code>OrderNotPaid</t:Code></t:BusinessFault>');
    expect((await ask(fault, read, 400)).result).toMatchObject({ refused: 'NOT_PAID' });
  });
});
