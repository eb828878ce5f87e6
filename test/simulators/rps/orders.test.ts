import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  balance,
  card,
  changes,
  lines,
  newOrder,
  ofClerk,
  ordersBy,
  type Rps,
  refund,
  startRps,
  waiver,
} from './rps-client.ts';

let rps: Rps;
beforeEach(async () => {
  rps = await startRps();
});
afterEach(() => rps[Symbol.asyncDispose]());

const overdue = ['F0000001', '21.00'] as const;
const create = (reference: string, ...ordered: (readonly [string, string])[]) =>
  rps.call('CreateOrder', newOrder(reference, 'P0000016', lines(...ordered)));
const cancel = (orderNo: string) =>
  rps.call('CancelOrder', `<t:OrderNo>${orderNo}</t:OrderNo><t:Reason>No</t:Reason>`);
const order = (reference: string) => rps.call('GetOrders', ordersBy('MerchantRef', reference));
/** The types and references of the rows that came after the seed's. */
async function newChanges(): Promise<string[]> {
  const answer = await rps.call('ListChanges', changes(seedChanges, 500));
  const types = answer.find('//t:Change/@Type');
  const references = answer.find('//t:Change/t:MerchantRef');
  return types.map((type, index) => `${type} ${references[index]}`.trimEnd());
}
/** 12 charges, 2 orders, created and paid, 1 refund and 2 waivers, with gaps after 6, 13 and 20. */
const seedChanges = 22;

describe('CreateOrder', () => {
  test('makes a pending order, which its charges tell', async () => {
    const answer = await create('a', overdue, ['G0000010', '2.00']);
    expect(answer.find('//@State')).toEqual(['Pending']);
    expect(answer.texts('OrderNo')).toEqual(['RO2026000003']);
    expect(answer.texts('Total')).toEqual(['23.00']);
    expect(answer.texts('BusinessDate')).toEqual(['2026-11-30']);
    expect(answer.texts('PayBy')).toEqual(['2026-11-30T04:15:00Z']);
    expect(answer.texts('QrPayload')).toHaveLength(1);
    expect(answer.texts('RedirectUrl')).toEqual([]);
    const told = await rps.call(
      'GetStatements',
      '<t:PatronNos><t:PatronNo>P0000016</t:PatronNo></t:PatronNos>',
    );
    expect(told.texts('OrderNo')).toEqual(['RO2026000003', 'RO2026000003']);
    expect(await newChanges()).toEqual(['OrderCreated a']);
  });

  test.each([
    ['FpsMethod', '<t:PayerName>陳</t:PayerName><t:BankCode i:nil="true"/>', '', 'QrPayload'],
    ['CardMethod', '<t:MaskedNo>my own</t:MaskedNo>', ' Brands="Visa  UnionPay"', 'RedirectUrl'],
    ['WalletMethod', '', ' Provider="AlipayHK"', 'RedirectUrl'],
    ['CounterMethod', '<t:Branch>STCL</t:Branch><t:Tender>Cash</t:Tender>', '', ''],
  ])('tells the %s as it was sent', async (type, content, attributes, way) => {
    const method =
      `<t:Method i:type="t:${type}"${attributes}>${content}</t:Method>` +
      '<t:ReturnUrl>https://library.example/back</t:ReturnUrl><c:Note>first &amp; last</c:Note>';
    const answer = await rps.call('CreateOrder', newOrder('a', 'P0000016', lines(overdue), method));
    const written = attributes.replace(/\s+/g, ' ');
    expect(answer.xml).toContain(`<t:Method i:type="t:${type}"${written}>${content}</t:Method>`);
    expect(answer.texts('Note')).toEqual(['first & last']);
    const ways = [
      ...answer.texts('QrPayload').map(() => 'QrPayload'),
      ...answer.texts('RedirectUrl').map(() => 'RedirectUrl'),
    ];
    expect(ways.join()).toBe(way);
  });

  test.each([
    ['NoSuchCharge G9999999', [['G9999999', '99.00']]],
    ['NotThisPatron G0000001', [['G0000001', '99.00']]],
    [
      'AmountMismatch F0000001',
      [
        ['F0000001', '21.01'],
        ['G9999999', '1.00'],
      ],
    ],
    [
      'NoSuchCharge G9999999',
      [
        ['G9999999', '1.00'],
        ['F0000001', '21.01'],
      ],
    ],
    ['AmountTooSmall F0000001', [['F0000001', '0.99']]],
  ] satisfies [string, [string, string][]][])('%s', async (why, ordered) => {
    expect(await create('a', ...ordered)).toMatchObject({ status: 400, fault: 'BusinessFault', why });
    expect(await newChanges()).toEqual([]);
  });

  test('a settled charge, one in an order, and a small one that is paid in part', async () => {
    const of = (patronNo: string, ...ordered: (readonly [string, string])[]) =>
      rps.call('CreateOrder', newOrder('b', patronNo, lines(...ordered)));
    expect(await of('P0000002', ['G0000002', '1.00'])).toMatchObject({ why: 'AlreadySettled G0000002' });
    expect(await of('P0000012', ['G0000007', '0.50'])).toMatchObject({ why: 'AmountTooSmall G0000007' });
    expect(await of('P0000012', ['G0000007', '0.80'])).toMatchObject({ status: 200 });
    await create('a', overdue);
    expect(await create('c', ['F0000001', '99.00'])).toMatchObject({
      why: 'ChargeInOrder F0000001 RO2026000004',
    });
  });

  test('the same reference twice at once makes one order', async () => {
    const both = await Promise.all([create('a', overdue), create('a', overdue)]);
    expect(both.map(({ fault }) => fault).sort()).toEqual(['', 'DuplicateFault']);
    expect(await newChanges()).toEqual(['OrderCreated a']);
  });
});

describe('the end of an order', () => {
  test('paid: the charge is settled, and the order ends in an element of a later release', async () => {
    await create('a', overdue);
    expect(await rps.control({ pay: 'RO2026000003' })).toMatchObject({
      status: 200,
      content: { state: 'Paid' },
    });
    const paid = await order('a');
    expect(paid.find('//@State')).toEqual(['Paid']);
    expect(paid.texts('QrPayload')).toEqual([]);
    expect(paid.texts('Settlement')).toHaveLength(1);
    expect(paid.find('//t:Order/*[last()]').length).toBe(1);
    expect(await balance(rps, 'P0000016', 'F0000001')).toBe('21.00 0.00 0.00 Settled');
    expect(await cancel('RO2026000003')).toMatchObject({ why: 'OrderNotPending RO2026000003' });
    expect(await rps.control({ pay: 'RO2026000003' })).toMatchObject({ status: 409 });
    expect(await newChanges()).toEqual(['OrderCreated a', 'OrderPaid a']);
  });

  test('RPS knows the last digits of a card once it is used', async () => {
    await rps.call('CreateOrder', newOrder('a', 'P0000016', lines(overdue), card));
    await rps.control({ pay: 'RO2026000003' });
    expect((await order('a')).texts('MaskedNo')).toEqual(['************4242']);
  });

  test('expired at its time and not before, which frees its charges', async () => {
    await create('a', overdue);
    await rps.control({ clock: '+899s' });
    expect((await order('a')).find('//@State')).toEqual(['Pending']);
    await rps.control({ clock: '+1s' });
    const ended = await order('a');
    expect(ended.find('//@State')).toEqual(['Expired']);
    expect(ended.texts('EndedAt')).toEqual(['2026-11-30T04:15:00Z']);
    expect(await create('b', overdue)).toMatchObject({ status: 200 });
    expect(await newChanges()).toEqual(['OrderCreated a', 'OrderExpired a', 'OrderCreated b']);
    expect(await create('a', overdue)).toMatchObject({ fault: 'DuplicateFault' });
  });

  test('orders end and are paid at the end of the day', async () => {
    await rps.control({ clock: '2026-11-30T15:29:00Z' });
    await create('a', overdue);
    await create('b', ['G0000010', '5.20']);
    await rps.control({ clock: '+10m' });
    expect(await rps.control({ pay: 'RO2026000003' })).toMatchObject({ content: { state: 'Paid' } });
    await rps.control({ clock: '+6m' });
    expect((await order('b')).find('//@State')).toEqual(['Expired']);
  });

  test('money after the end is given back by RPS, and never counts', async () => {
    await create('a', overdue);
    await cancel('RO2026000003');
    expect(await rps.control({ pay: 'RO2026000003' })).toMatchObject({ content: { state: 'PaidLate' } });
    const late = await order('a');
    expect(late.find('//t:Refund/@Automatic')).toEqual(['true']);
    expect(late.find('//t:Refund/t:MerchantRef')).toEqual(['']);
    expect(late.find('//t:Refund/t:Amount')).toEqual(['21.00']);
    expect(late.texts('EndedAt')).toEqual(['2026-11-30T04:00:00Z']);
    expect(await balance(rps, 'P0000016', 'F0000001')).toBe('0.00 0.00 21.00 Open');
    expect(await newChanges()).toEqual([
      'OrderCreated a',
      'OrderCancelled a',
      'OrderPaidLate a',
      'OrderRefunded',
    ]);
    expect(await rps.control({ pay: 'RO2026000003' })).toMatchObject({ status: 409 });
    expect(await rps.call('GetReceipt', '<t:OrderNo>RO2026000003</t:OrderNo>')).toMatchObject({
      why: 'OrderNotPaid RO2026000003',
    });
  });

  test('cancelled once', async () => {
    await create('a', overdue);
    expect((await cancel('RO2026000003')).find('//@State')).toEqual(['Cancelled']);
    expect(await cancel('RO2026000003')).toMatchObject({ why: 'OrderNotPending RO2026000003' });
    expect(await cancel('RO2026000099')).toMatchObject({ why: 'NoSuchOrder RO2026000099' });
  });

  test('the control ends a time, and knows no other orders', async () => {
    await create('a', overdue);
    expect(await rps.control({ expire: 'RO2026000003' })).toMatchObject({ content: { state: 'Expired' } });
    expect(await rps.control({ expire: 'RO2026000003' })).toMatchObject({ status: 409 });
    expect(await rps.control({ pay: 'RO2026000099' })).toMatchObject({ status: 404 });
  });
});

test('orders are numbered by the Hong Kong year', async () => {
  await rps.control({ clock: '2026-12-31T15:00:00Z' });
  expect((await create('a', ['F0000001', '1.00'])).texts('OrderNo')).toEqual(['RO2026000003']);
  await rps.control({ clock: '2026-12-31T16:20:00Z' });
  expect((await create('b', ['F0000001', '1.00'])).texts('OrderNo')).toEqual(['RO2027000001']);
});

describe('WaiveCharge', () => {
  const waive = (reference: string, chargeNo: string, amount: string | null) =>
    rps.call('WaiveCharge', waiver(reference, chargeNo, amount), ofClerk('staff-1'));

  test('waives a part, and then what is left', async () => {
    const part = await waive('a', 'F0000001', '0.01');
    expect(part.find('//@State')).toEqual(['PartPaid']);
    expect(part.find('//@LineType')).toEqual(['Charge', 'Waiver']);
    const whole = await waive('b', 'F0000001', null);
    expect(whole.find('//@State')).toEqual(['Waived']);
    expect(whole.texts('ClerkId')).toEqual(['staff-1', 'staff-1']);
    expect(await balance(rps, 'P0000016', 'F0000001')).toBe('0.00 21.00 0.00 Waived');
    expect(await newChanges()).toEqual(['ChargeWaived a', 'ChargeWaived b']);
  });

  test('has its refusals in their order', async () => {
    expect(await waive('a', 'G9999999', '99.00')).toMatchObject({ why: 'NoSuchCharge G9999999' });
    expect(await waive('a', 'G0000006', '99.00')).toMatchObject({ why: 'AlreadySettled G0000006' });
    expect(await waive('a', 'F0000001', '21.01')).toMatchObject({ why: 'AmountMismatch F0000001' });
    await create('b', overdue);
    expect(await waive('a', 'F0000001', '21.01')).toMatchObject({
      why: 'ChargeInOrder F0000001 RO2026000003',
    });
  });
});

describe('RefundOrder', () => {
  const give = (reference: string, orderNo: string, ...given: (readonly [string, string])[]) =>
    rps.call('RefundOrder', refund(reference, orderNo, lines(...given)));

  test('makes a charge owed again, and the order stays paid', async () => {
    await create('a', overdue);
    await rps.control({ pay: 'RO2026000003' });
    const receipt = await rps.call('GetReceipt', '<t:OrderNo>RO2026000003</t:OrderNo>');
    const first = await give('b', 'RO2026000003', ['F0000001', '1.00']);
    expect(first.find('//t:Order/@State | //@State')).toEqual(['Paid']);
    expect(first.find('//t:Refund/t:Amount')).toEqual(['1.00']);
    expect(await balance(rps, 'P0000016', 'F0000001')).toBe('20.00 0.00 1.00 PartPaid');
    await give('c', 'RO2026000003', ['F0000001', '20.00']);
    expect(await balance(rps, 'P0000016', 'F0000001')).toBe('0.00 0.00 21.00 Open');
    expect(await give('d', 'RO2026000003', ['F0000001', '0.01'])).toMatchObject({
      why: 'RefundTooLarge F0000001 RO2026000003',
    });
    const after = await rps.call('GetReceipt', '<t:OrderNo>RO2026000003</t:OrderNo>');
    expect(after.texts('Content')).toEqual(receipt.texts('Content'));
    expect(await newChanges()).toEqual([
      'OrderCreated a',
      'OrderPaid a',
      'OrderRefunded b',
      'OrderRefunded c',
    ]);
    expect((await order('b')).texts('Order')).toEqual([]);
  });

  test('has its refusals in their order', async () => {
    expect(await give('a', 'RO2026000099', ['G9999999', '1.00'])).toMatchObject({
      why: 'NoSuchOrder RO2026000099',
    });
    expect(await give('a', 'RO2026000001', ['G9999999', '1.00'])).toMatchObject({
      why: 'ChargeNotInOrder G9999999 RO2026000001',
    });
    expect(await give('a', 'RO2026000001', ['G0000002', '100.01'])).toMatchObject({
      why: 'RefundTooLarge G0000002 RO2026000001',
    });
    await create('b', overdue);
    expect(await give('a', 'RO2026000003', ['G9999999', '1.00'])).toMatchObject({
      why: 'OrderNotPaid RO2026000003',
    });
  });
});
