/** The foreign revenue system keeps its vendor's contract: every operation, and what happens outside of it. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { askerOf, orderContent, printing, stapled } from './revenue/asker.ts';
import { contents, methods } from './revenue/contents.ts';
import { askControl, callContext, envelopeOf, payloadOf, rawRequest, send } from './revenue/raw-request.ts';
import { type RevenuePeer, startRevenuePeer, whyNoPython } from './revenue/start.ts';
import { allNamed, at, textAt, type XmlTree } from './revenue/xml-tree.ts';

const missing = whyNoPython();
if (missing !== null) {
  process.stderr.write(`the foreign revenue system is not asked: ${missing}\n`);
}

const ofPatron16 = { patron: 'P0000016', lines: [stapled] };
const control = z.looseObject({ waiting: z.int() });

describe.skipIf(missing !== null)('the foreign revenue system', () => {
  let peer: RevenuePeer;
  let rps: ReturnType<typeof askerOf>;
  beforeAll(async () => {
    peer = await startRevenuePeer();
    rps = askerOf(peer.url);
  });
  beforeEach(() => rps.reset());
  afterAll(() => peer[Symbol.asyncDispose]());

  /** The rows of ListChanges about an order, or all. */
  const changes = async (order?: string): Promise<XmlTree[]> => {
    const listed = await rps.call('ListChanges', contents.listChanges('0', 500));
    return allNamed(listed, 'Change').filter(
      (one) => order === undefined || textAt(one, 'OrderNo') === order,
    );
  };

  test('statements tell what is owed, by whom, and how it came about', async () => {
    const patrons = ['P0000002', 'P0000018', 'P7777777'];
    const told = await rps.call('GetStatements', contents.getStatements(patrons, true));
    const owed = allNamed(told, 'Statement').map((one) => [
      textAt(one, 'PatronNo'),
      textAt(one, 'Outstanding'),
    ]);
    expect(owed.map(String).toSorted()).toEqual(['P0000002,3.50', 'P0000018,7.00']);
    const [room] = allNamed(told, 'StatementLine').filter((one) => textAt(one, 'ChargeNo') === 'G0000002');
    expect(room?.attributes).toMatchObject({ LineType: 'Charge', State: 'Settled' });
    const amounts = ['Amount', 'Paid', 'Waived', 'Outstanding'].map((name) => room && textAt(room, name));
    expect(amounts).toEqual(['150.00', '100.00', '50.00', '0.00']);
    const adjustments = allNamed(room ?? told, 'StatementLine').map(({ attributes }) => attributes.LineType);
    expect(adjustments).toEqual(['Payment', 'Refund', 'Waiver']);
    expect(textAt(allNamed(told, 'Credit')[0] ?? told, 'Remaining')).toBe('10.00');
    const open = await rps.call('GetStatements', contents.getStatements(['P0000002']));
    expect(allNamed(open, 'StatementLine').map((one) => textAt(one, 'ChargeNo'))).toEqual(['G0000003']);
  });

  test.each([
    ['fps', 'QrPayload', undefined],
    ['card', 'RedirectUrl', 'https://library.example/back'],
    ['wallet', 'RedirectUrl', 'https://library.example/back'],
    ['counter', null, undefined],
  ] as const)('an order by %s is paid, and has a receipt', async (method, shown, returnUrl) => {
    const content = orderContent({ ref: 'a', method: methods[method], returnUrl });
    const created = await rps.call('CreateOrder', content);
    const order = textAt(created, 'CreateOrderResult', 'OrderNo') ?? '';
    expect(at(created, 'CreateOrderResult')?.attributes.State).toBe('Pending');
    const payable = ['QrPayload', 'RedirectUrl'].filter((name) => allNamed(created, name).length > 0);
    expect(payable).toEqual(shown === null ? [] : [shown]);
    expect(await rps.faultOf('GetReceipt', contents.getReceipt(order))).toBe('BusinessFault OrderNotPaid');
    expect(await rps.control({ pay: order })).toMatchObject({ state: 'Paid' });
    const paid = await rps.call('GetOrders', contents.ordersByReference(['a']));
    expect(allNamed(paid, 'Order')[0]?.attributes.State).toBe('Paid');
    expect(allNamed(paid, 'Settlement')).toHaveLength(1);
    expect(allNamed(paid, 'QrPayload').concat(allNamed(paid, 'RedirectUrl'))).toEqual([]);
    const receipt = await rps.call('GetReceipt', contents.getReceipt(order));
    expect(textAt(receipt, 'GetReceiptResult', 'ReceiptNo')).toBe(order.replace('RO', 'RC'));
    const content64 = textAt(receipt, 'GetReceiptResult', 'Content') ?? '';
    const pdf = Buffer.from(content64, 'base64').toString('latin1');
    expect(pdf).toMatch(/^%PDF-1\.4\n/);
    expect(pdf).toMatch(/\n%%EOF\n$/);
    expect(pdf.slice(Number(/startxref\n(\d+)/.exec(pdf)?.[1]))).toMatch(/^xref\n/);
  });

  test('an order expires after a quarter of an hour, and money that comes later goes back', async () => {
    const order = await rps.create('late');
    await rps.control({ clock: '+14m' });
    expect(await rps.stateOf(order)).toBe('Pending');
    await rps.control({ clock: '+1m' });
    expect(await rps.stateOf(order)).toBe('Expired');
    expect(await rps.control({ pay: order })).toMatchObject({ state: 'PaidLate' });
    const found = await rps.call('GetOrders', contents.ordersByNumber([order]));
    expect(allNamed(found, 'Refund')[0]?.attributes.Automatic).toBe('true');
    const rows = await changes(order);
    expect(rows.map((one) => [one.attributes.Type, textAt(one, 'MerchantRef')])).toEqual([
      ['OrderCreated', 'late'],
      ['OrderExpired', 'late'],
      ['OrderPaidLate', 'late'],
      ['OrderRefunded', null],
    ]);
    expect(await rps.create('again')).toBe('RO2026000004');
  });

  test('a waiver, a refund and a cancellation change what is owed, and are listed with the reason', async () => {
    const paid = await rps.create('paid');
    await rps.control({ pay: paid });
    const lines = [{ ...printing, amount: '5.00' }];
    await rps.call('RefundOrder', contents.refundOrder({ ref: 'back', order: paid, lines }));
    const waiver = contents.waiveCharge({ ref: 'waived', charge: printing.charge, amount: '1.50' });
    const line = await rps.call('WaiveCharge', waiver, callContext('Counter', 'staff-hkcl'));
    const amounts = ['Paid', 'Waived', 'Outstanding'].map((name) => textAt(line, 'WaiveChargeResult', name));
    expect(amounts).toEqual(['7.00', '1.50', '3.50']);
    const rest = await rps.create('rest', { lines: [{ ...printing, amount: '3.50' }] });
    await rps.call('CancelOrder', contents.cancelOrder(rest, 'Wrong card'));
    expect(await rps.stateOf(rest)).toBe('Cancelled');
    const rows = (await changes()).slice(-6);
    const told = rows.map((one) => [
      one.attributes.Type,
      ...['MerchantRef', 'Amount', 'Reason'].map((name) => textAt(one, name)),
    ]);
    expect(told).toEqual([
      ['OrderCreated', 'paid', '12.00', null],
      ['OrderPaid', 'paid', '12.00', null],
      ['OrderRefunded', 'back', '5.00', 'Charged twice'],
      ['ChargeWaived', 'waived', '1.50', 'Goodwill'],
      ['OrderCreated', 'rest', '3.50', null],
      ['OrderCancelled', 'rest', '3.50', 'Wrong card'],
    ]);
  });

  test('changes come in pages, and are kept for 400 days', async () => {
    const first = await rps.call('ListChanges', contents.listChanges('0', 3));
    expect([textAt(first, 'ListChangesResult', 'More'), allNamed(first, 'Change').length]).toEqual([
      'true',
      3,
    ]);
    const last = textAt(first, 'ListChangesResult', 'LastSeq') ?? '';
    const next = await rps.call('ListChanges', contents.listChanges(last, 1));
    expect(Number(allNamed(next, 'Change')[0]?.attributes.Seq)).toBeGreaterThan(Number(last));
    await rps.control({ clock: '2028-06-01T00:00:00Z' });
    const later = await rps.call('ListChanges', contents.listChanges('0', 500));
    expect(allNamed(later, 'Change')).toEqual([]);
    expect(textAt(later, 'ListChangesResult', 'LastSeq')).toBe('0');
  });

  test('a ping tells the time and the day in Hong Kong', async () => {
    await rps.control({ clock: '2026-12-31T16:30:00.5Z' });
    const info = await rps.call('Ping', null);
    expect(textAt(info, 'PingResult', 'BusinessDate')).toBe('2027-01-01');
    const time = textAt(info, 'PingResult', 'ServerTime');
    expect(time).toMatch(/^2026-12-31T16:3\d:\d\d(?:\.\d{0,6}[1-9])?Z$/);
    expect(await rps.create('new-year')).toBe('RO2027000001');
  });

  test('a reference leads to one effect, whatever asks for it again', async () => {
    const numbers = await Promise.all([0, 1, 2].map(() => rps.create('once')));
    expect(numbers.toSorted()).toEqual(['DuplicateFault', 'DuplicateFault', 'RO2026000003']);
    await rps.control({ expire: 'RO2026000003' });
    const waiver = { ref: 'once', charge: 'G7777777', amount: null, reason: '' };
    const again = await rps.call('WaiveCharge', contents.waiveCharge(waiver));
    expect(at(again, 'Detail', 'DuplicateFault', 'Order')?.attributes.State).toBe('Expired');
    expect(await rps.create('Once')).toBe('RO2026000004');
    const waived = await rps.call('CreateOrder', orderContent({ ref: 'counter-20261113-0001', lines: [] }));
    expect(at(waived, 'Detail', 'DuplicateFault', 'Change')?.attributes.Type).toBe('ChargeWaived');
    const ofRefund = 'counter-20261109-0003';
    const refunded = await rps.call('CreateOrder', orderContent({ ref: ofRefund }));
    expect(textAt(refunded, 'Detail', 'DuplicateFault', 'Order', 'OrderNo')).toBe('RO2026000001');
    const found = await rps.call('GetOrders', contents.ordersByReference([ofRefund]));
    expect(allNamed(found, 'Order')).toEqual([]);
  });

  test('a request that is not applied in time is dropped for good, but a cancellation is not', async () => {
    const order = await rps.create('to-cancel', ofPatron16);
    await rps.control({ dropAfterMs: 100 });
    await rps.setFaults([{ kind: 'apply-late', delayMs: 300 }]);
    await expect(rps.create('dropped')).rejects.toThrow();
    const cancelled = await rps.call('CancelOrder', contents.cancelOrder(order));
    expect(at(cancelled, 'CancelOrderResult')?.attributes.State).toBe('Cancelled');
    expect(await rps.control({ ledger: true })).toMatchObject({ ledger: { dropped: ['dropped'] } });
    const found = await rps.call('GetOrders', contents.ordersByReference(['dropped']));
    expect(allNamed(found, 'Order')).toEqual([]);
  });

  test('a caller that leaves cancels nothing', async () => {
    await rps.setFaults([{ kind: 'apply-late', delayMs: 2_000, times: 1 }]);
    const raw = rawRequest('CreateOrder', orderContent({ ref: 'left' }));
    const leaving = new AbortController();
    const answered = fetch(peer.url, {
      method: 'POST',
      headers: { 'content-type': raw.contentType },
      body: envelopeOf(raw),
      signal: leaving.signal,
    });
    const left = expect(answered).rejects.toThrow();
    while (control.parse(await rps.control({})).waiting === 0) {
      await sleep(10);
    }
    leaving.abort();
    await left;
    const isFound = async (): Promise<boolean> =>
      allNamed(await rps.call('GetOrders', contents.ordersByReference(['left'])), 'Order').length > 0;
    while (!(await isFound())) {
      await sleep(20);
    }
  });

  test('at the end of the day orders are read and paid, and nothing else works', async () => {
    await rps.control({ clock: '2026-12-01T15:25:00Z' });
    const order = await rps.create('evening');
    await rps.control({ clock: '+5m' });
    expect(await rps.faultOf('Ping', null)).toBe('SystemFault');
    expect(await rps.faultOf('CancelOrder', contents.cancelOrder(order))).toBe('SystemFault');
    const down = await send(peer.url, rawRequest('GetStatements', contents.getStatements(['P0000001'])));
    expect(down.status).toBe(500);
    const seconds = Number(textAt(payloadOf(down), 'Detail', 'SystemFault', 'RetryAfterSeconds'));
    expect(seconds).toBeGreaterThan(44 * 60);
    expect(seconds).toBeLessThanOrEqual(45 * 60);
    expect(await rps.control({ pay: order })).toMatchObject({ state: 'Paid' });
    expect(await rps.stateOf(order)).toBe('Paid');
    await rps.control({ clock: '+45m' });
    expect((await rps.call('Ping', null)).name).toBe('PingResponse');
  });

  test('a busy system says so, with or without a time', async () => {
    await rps.setFaults([
      { kind: 'busy', operations: ['CreateOrder'], times: 1 },
      { kind: 'busy', retryAfterSeconds: 5, times: 1 },
    ]);
    const told: (string | null)[] = [];
    for (let time = 0; time < 2; time += 1) {
      const fault = await rps.call('CreateOrder', orderContent({}));
      told.push(textAt(fault, 'Detail', 'SystemFault', 'RetryAfterSeconds'));
    }
    expect(told).toEqual([null, '5']);
    expect(await rps.create('then')).toBe('RO2026000003');
  });

  test('the control raises charges, and refuses what can not be', async () => {
    const charge = { patronNo: 'P0000004', purpose: 'Other', description: 'Locker <key>', cents: 150 };
    const raised = { charge: { chargeNo: 'G0000012', outstanding: 150 } };
    expect(await rps.control({ raise: charge })).toMatchObject(raised);
    const statuses: number[] = [];
    const impossible = [{ pay: 'RO2026777777' }, { pay: 'RO2026000001' }, { expire: 'RO2026000001' }];
    for (const asked of [...impossible, { clock: 'noon' }, { raise: {} }]) {
      statuses.push((await askControl(peer.url, asked)).status);
    }
    expect(statuses).toEqual([404, 409, 409, 400, 400]);
  });
});
