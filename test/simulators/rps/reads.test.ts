import { afterEach, beforeEach, expect, test } from 'vitest';
import { balance, changes, ordersBy, type Rps, startRps, statements } from './rps-client.ts';

let rps: Rps;
beforeEach(async () => {
  rps = await startRps();
});
afterEach(() => rps[Symbol.asyncDispose]());

test.each([
  ['P0000001', 'G0000001', '0.00 0.00 12.00 Open'],
  ['P0000002', 'G0000002', '100.00 50.00 0.00 Settled'],
  ['P0000003', 'G0000004', '20.00 0.00 26.00 PartPaid'],
  ['P0000008', 'G0000006', '0.00 30.00 0.00 Waived'],
  ['P0000016', 'F0000001', '0.00 0.00 21.00 Open'],
])('the balance of %s on %s is %s', async (patronNo, chargeNo, expected) => {
  expect(await balance(rps, patronNo, chargeNo)).toBe(expected);
});

test('a payment, its refund and a waiver are adjustments, each with its reference', async () => {
  const answer = await rps.call('GetStatements', statements('P0000002'));
  const of = '//t:Lines/t:StatementLine[t:ChargeNo="G0000002"]/t:Adjustments';
  expect(answer.find(`${of}/t:StatementLine/@LineType`)).toEqual(['Payment', 'Waiver']);
  expect(answer.find(`${of}/t:StatementLine/t:MerchantRef`)).toEqual([
    'counter-20261106-0017',
    'counter-20261109-0004',
  ]);
  expect(answer.find(`${of}/t:StatementLine/t:OrderNo`)).toEqual(['RO2026000001']);
  expect(answer.find(`${of}//t:Adjustments//@LineType`)).toEqual(['Refund']);
  expect(answer.find(`${of}//t:StatementLine/@State | ${of}//t:Paid`)).toEqual([]);
});

test('only what is outstanding is told, and the totals are those of the lines', async () => {
  const all = await rps.call('GetStatements', statements('P0000002'));
  const some = await rps.call(
    'GetStatements',
    '<t:PatronNos><t:PatronNo>P0000002</t:PatronNo></t:PatronNos>',
  );
  const totals = '//t:Statement/t:Paid | //t:Statement/t:Waived | //t:Statement/t:Outstanding';
  expect(all.find(totals)).toEqual(['100.00', '50.00', '3.50']);
  expect(some.find(totals)).toEqual(['0.00', '0.00', '3.50']);
  expect(some.find('//t:Lines/t:StatementLine/t:ChargeNo')).toEqual(['G0000003']);
});

test('each patron is answered once, in an order of its own; strangers are left out', async () => {
  const asked = ['P0000001', 'P0000018', 'P0000016', 'P9999999', 'P0000001', 'P0000008'];
  const answer = await rps.call('GetStatements', statements(...asked));
  const told = answer.find('//t:Statement/t:PatronNo');
  expect([...told].sort()).toEqual(['P0000001', 'P0000008', 'P0000016', 'P0000018']);
  expect(told).not.toEqual([...told].sort());
  expect(answer.find('//t:Credit/*')).toEqual([
    'CR000001',
    '10.00',
    '10.00',
    'Paid twice at the counter',
    '2026-11-16T02:00:00.5Z',
    '2027-11-15',
  ]);
});

test('lines come by time, and times have up to seven digits', async () => {
  const answer = await rps.call('GetStatements', statements('P0000016', 'P0000012', 'P0000014'));
  const timesOf = (patronNo: string) =>
    answer.find(`//t:Statement[t:PatronNo="${patronNo}"]/t:Lines/t:StatementLine/t:At`);
  expect(timesOf('P0000016')).toEqual(['2026-11-11T18:05:12.487Z', '2026-11-25T11:59:59.9999999Z']);
  expect(timesOf('P0000012')).toEqual(['2026-11-21T12:00:00.1234567Z']);
  expect(timesOf('P0000014')).toEqual(['2026-09-01T01:00:00Z']);
});

test('an empty list is left out, or an empty element', async () => {
  const forms = new Set<string>();
  for (const at of [0, 1]) {
    rps.machine = new Date(Date.parse('2026-11-30T04:00:00Z') + at);
    const { xml } = await rps.call('GetStatements', statements('P9999999'));
    forms.add(/<GetStatementsResponse[^>]*>(.*)<\/GetStatementsResponse>/.exec(xml)?.[1] ?? '?');
  }
  expect(forms).toEqual(new Set(['', '<GetStatementsResult></GetStatementsResult>']));
  const [odd, even] = [
    await rps.call('ListChanges', changes(999, 1)),
    await rps.call('ListChanges', changes(998, 1)),
  ];
  expect([odd, even].map((answer) => answer.texts('Changes').length)).toEqual([0, 1]);
});

test('orders are found by number or reference; references of waivers and refunds find nothing', async () => {
  const found = async (...asked: Parameters<typeof ordersBy>) =>
    (await rps.call('GetOrders', ordersBy(...asked))).find('//t:Order/t:OrderNo').sort();
  const both = ['RO2026000001', 'RO2026000002'];
  expect(await found('OrderNo', ...both, 'RO2026000003')).toEqual(both);
  expect(await found('MerchantRef', 'web-5f0c6a1e', 'counter-20261106-0017', 'none')).toEqual(both);
  expect(
    await found('MerchantRef', 'counter-20261109-0003', 'counter-20261109-0004', 'WEB-5f0c6a1e'),
  ).toEqual([]);
});

test('changes follow from the seed in the order of their times, page after page', async () => {
  const all = await rps.call('ListChanges', changes(0, 500));
  const times = all.find('//t:Change/t:At').map((at) => Date.parse(at));
  expect(times).toEqual([...times].sort((a, b) => a - b));
  expect(times).toHaveLength(19);
  const types = Map.groupBy(all.find('//t:Change/@Type'), (type) => type);
  expect(Object.fromEntries([...types].map(([type, { length }]) => [type, length]))).toEqual({
    ChargeRaised: 12,
    ChargeWaived: 2,
    OrderCreated: 2,
    OrderPaid: 2,
    OrderRefunded: 1,
  });
  const seqs: string[] = [];
  let [after, more] = ['0', 'true'];
  while (more === 'true') {
    const page = await rps.call('ListChanges', changes(after, 7));
    seqs.push(...page.find('//t:Change/@Seq'));
    [after = '', more = ''] = [page.texts('LastSeq')[0], page.texts('More')[0]];
  }
  expect(seqs).toEqual(all.find('//t:Change/@Seq'));
  const last = await rps.call('ListChanges', changes(after, 7));
  expect([last.texts('LastSeq'), last.texts('More')]).toEqual([[after], ['false']]);
  const far = await rps.call('ListChanges', changes('9223372036854775807', 1));
  expect(far.texts('LastSeq')).toEqual(['9223372036854775807']);
});

test('changes are kept for 400 days', async () => {
  await rps.control({ clock: '2027-10-06T01:00:00Z' });
  expect((await rps.call('ListChanges', changes(0, 1))).texts('ChargeNos')).toEqual(['G0000009']);
  await rps.control({ clock: '+1s' });
  expect((await rps.call('ListChanges', changes(0, 1))).texts('ChargeNos')).toEqual(['G0000008']);
});

test('a receipt is a PDF, with the number of its order', async () => {
  const answer = await rps.call('GetReceipt', '<t:OrderNo>RO2026000002</t:OrderNo>');
  expect(answer.texts('ReceiptNo')).toEqual(['RC2026000002']);
  expect(answer.texts('IssuedAt')).toEqual(['2026-11-14T14:02:03Z']);
  expect(answer.texts('ContentType')).toEqual(['application/pdf']);
  const pdf = Buffer.from(answer.texts('Content')[0] ?? '', 'base64').toString('latin1');
  expect(pdf).toMatch(/^%PDF-1\.4\n.*\(G0000004 {3}HKD 20\.00\).*%%EOF\n$/s);
  const table = Number(/startxref\n(\d+)/.exec(pdf)?.[1]);
  expect(pdf.slice(table, table + 4)).toBe('xref');
  expect(await rps.call('GetReceipt', '<t:OrderNo>RO2026000009</t:OrderNo>')).toMatchObject({
    why: 'NoSuchOrder RO2026000009',
  });
});

test("Ping tells RPS's time and the day in Hong Kong", async () => {
  await rps.control({ clock: '2026-11-30T16:15:00.25Z' });
  const answer = await rps.call('Ping', null);
  expect(answer.texts('ServerTime')).toEqual(['2026-11-30T16:15:00.25Z']);
  expect(answer.texts('BusinessDate')).toEqual(['2026-12-01']);
});
