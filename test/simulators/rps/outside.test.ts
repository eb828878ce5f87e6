import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FailureRequest } from '../../../simulators/faults/schema.ts';
import { parseRevenueSeed } from '../../../simulators/rps/ledger/seed.ts';
import {
  changes,
  envelope,
  fps,
  lines,
  newOrder,
  ordersBy,
  type Rps,
  startRps,
  statements,
  usual,
  waiver,
} from './rps-client.ts';

let rps: Rps;
beforeEach(async () => {
  rps = await startRps();
});
afterEach(() => rps[Symbol.asyncDispose]());

const request = newOrder('a', 'P0000016', lines(['F0000001', '21.00']), fps);
const found = async () =>
  (await rps.call('GetOrders', ordersBy('MerchantRef', 'a'))).find('//t:Order/t:OrderNo');

describe('a request that waits', () => {
  /** Lets a minute pass on the machine's clock while a request waits to be applied. */
  async function late(operation: string, content: string, seconds: number) {
    rps.simulator.latencyMs = 200;
    const { looks } = rps;
    const answering = rps.call(operation, content).catch(() => null);
    // The simulator looks at the time when a request has arrived.
    while (rps.looks === looks) {
      await sleep(2);
    }
    rps.machine = new Date(rps.machine.getTime() + seconds * 1000);
    const answer = await answering;
    rps.simulator.latencyMs = 0;
    return answer;
  }

  test.each([
    ['CreateOrder', request],
    ['WaiveCharge', waiver('a', 'F0000001', null)],
    [
      'RefundOrder',
      `<t:MerchantRef>a</t:MerchantRef><t:OrderNo>RO2026000001</t:OrderNo>${lines(['G0000002', '1.00'])}<t:ClerkId>staff-1</t:ClerkId><t:Reason>x</t:Reason>`,
    ],
  ])('%s is dropped after 60 s, without an answer', async (operation, content) => {
    expect(await late(operation, content, 61)).toBe(null);
    const page = await rps.call('ListChanges', changes(22, 10));
    expect(page.find('//t:Change')).toEqual([]);
  });

  test('is applied up to 60 s after its arrival', async () => {
    expect(await late('CreateOrder', request, 60)).toMatchObject({ status: 200 });
    expect(await found()).toEqual(['RO2026000003']);
  });

  test('CancelOrder is not dropped', async () => {
    await rps.call('CreateOrder', request);
    expect(await late('CancelOrder', '<t:OrderNo>RO2026000003</t:OrderNo>', 61)).toMatchObject({
      status: 200,
    });
  });
});

describe('weather', () => {
  test('an answer that is lost leaves the order', async () => {
    rps.faults.set([{ kind: 'reset-after' }]);
    await expect(rps.call('CreateOrder', request)).rejects.toThrow();
    rps.faults.clear();
    expect(await found()).toEqual(['RO2026000003']);
  });

  const ping = async () => {
    const body = envelope(usual('Ping', null, rps.url, rps.machine));
    const response = await fetch(rps.url, {
      method: 'POST',
      headers: { 'content-type': 'application/soap+xml' },
      body,
    });
    return response.text();
  };

  test.each([
    ['a page of the proxy', { kind: 'html-page' }, /^<html>/],
    ['nothing', { kind: 'empty-body' }, /^$/],
    ['the first half', { kind: 'cut-off' }, /^<s:Envelope(?!.*<\/s:Envelope>)/],
    ['white space before the root', { kind: 'oversized', bytes: 9 }, /^ {9}<s:Envelope/],
    [
      'a deep header',
      { kind: 'deep', levels: 3 },
      /<s:Header><deep xmlns="urn:deep"><d><d><\/d><\/d><\/deep><a:Action/,
    ],
    ['a comment', { kind: 'cut-off', text: 'late' }, /^<!-- late --><s:Envelope/],
  ] satisfies [string, FailureRequest, RegExp][])('%s', async (_name, fault, answer) => {
    rps.faults.set([fault]);
    expect(await ping()).toMatch(answer);
  });

  test('silence', async () => {
    rps.faults.set([{ kind: 'hang', delayMs: 5 }]);
    await expect(ping()).rejects.toThrow();
  });
});

describe('the control', () => {
  test('raises a charge, under a number of its own or of circulation', async () => {
    const raise = { patronNo: 'P0000031', purpose: 'Other', description: 'Key', cents: 250 };
    const own = await rps.control({ raise });
    expect(own).toMatchObject({ status: 200, content: { charge: { chargeNo: 'G0000012', cents: 250 } } });
    await rps.control({
      raise: { ...raise, chargeNo: 'F0000077', dueOn: '2026-12-24', loanNo: 'L00000001' },
    });
    expect(await rps.control({ raise: { ...raise, chargeNo: 'F0000077' } })).toMatchObject({ status: 409 });
    const told = await rps.call('GetStatements', statements('P0000031'));
    expect(told.find('//t:Statement/t:Outstanding')).toEqual(['5.00']);
    expect(told.find('//t:DueOn')).toEqual(['', '2026-12-24']);
  });

  test('moves the clock on and back, sets it, and puts it right', async () => {
    const at = async (json: unknown) => (await rps.control(json)).content.now;
    expect(await at({ clock: '+16m' })).toBe('2026-11-30T04:16:00Z');
    expect(await at({ clock: '-1d' })).toBe('2026-11-29T04:16:00Z');
    expect(await at({ clock: '2026-12-24T00:00:00.1234567Z' })).toBe('2026-12-24T00:00:00.1234567Z');
    rps.machine = new Date('2026-11-30T04:00:01Z');
    expect(await at({})).toBe('2026-12-24T00:00:01.1234567Z');
    expect(await at({ clock: 'real' })).toBe('2026-11-30T04:00:01Z');
  });

  test('refuses what it does not know, and other methods', async () => {
    for (const json of [
      { clock: '16m' },
      { clock: 'soon' },
      { pay: 1 },
      { other: 1 },
      { raise: {} },
      [],
      'x',
    ]) {
      expect((await rps.control(json)).status, JSON.stringify(json)).toBe(400);
    }
    expect((await fetch(`${rps.url}/control`)).status).toBe(405);
  });
});

describe('the charges of circulation', () => {
  const raise = (chargeNo: string) =>
    rps.store.circ.charges.put({
      chargeNo,
      cardNo: '21852000000017',
      loanNo: 'L00000001',
      kind: 'OD',
      cents: 150,
      raisedOn: '20261130',
    });
  const known = async () =>
    (await rps.call('GetStatements', statements('P0000001'))).find('//t:Lines/t:StatementLine/t:ChargeNo');

  test('come to RPS within a minute, and not at once', async () => {
    expect(await known()).toEqual(['G0000001']);
    raise('F0000002');
    expect(await known()).toEqual(['G0000001']);
    rps.machine = new Date(rps.machine.getTime() + 29_000);
    expect(await known()).toEqual(['G0000001']);
    rps.machine = new Date(rps.machine.getTime() + 31_000);
    expect(await known()).toEqual(['G0000001', 'F0000002']);
  });

  test('come also after the clock went back', async () => {
    await rps.control({ clock: '+5h' });
    raise('F0000002');
    expect(await known()).toEqual(['G0000001']);
    await rps.control({ clock: 'real' });
    expect(await known()).toEqual(['G0000001', 'F0000002']);
  });

  test('come within a minute also where nobody asks RPS in between', async () => {
    await known();
    rps.machine = new Date(rps.machine.getTime() + 3_600_000);
    raise('F0000002');
    rps.machine = new Date(rps.machine.getTime() + 60_000);
    expect(await known()).toEqual(['G0000001', 'F0000002']);
  });
});

test('the lines within a charge come by time, also after the clock went back', async () => {
  await rps.call('WaiveCharge', waiver('a', 'F0000001', '1.00'));
  await rps.control({ clock: '-1h' });
  await rps.call('WaiveCharge', waiver('b', 'F0000001', '2.00'));
  const told = await rps.call('GetStatements', statements('P0000016'));
  expect(told.find('//t:Adjustments/t:StatementLine/t:MerchantRef')).toEqual(['b', 'a']);
});

describe('a settled charge', () => {
  const toldByCirculation = () => [...rps.store.circ.charges.keys()];

  test('is told by circulation until its run of the next night', async () => {
    await rps.call('WaiveCharge', waiver('a', 'F0000001', '20.00'));
    await rps.control({ clock: '2026-12-01T00:00:00Z' });
    expect(toldByCirculation()).toEqual(['F0000001']);
    await rps.call('WaiveCharge', waiver('b', 'F0000001', null));
    await rps.control({ clock: '2026-12-01T18:04:59Z' });
    expect(toldByCirculation()).toEqual(['F0000001']);
    await rps.control({ clock: '+1s' });
    expect(toldByCirculation()).toEqual([]);
  });
});

test('a seed with orders that ended has their changes, beside the charges of circulation', async () => {
  const seed = parseRevenueSeed({
    charges: [
      {
        ...{
          chargeNo: 'G0000001',
          patronNo: 'P0000001',
          cardNo: null,
          loanNo: null,
          purpose: 'Other',
          description: null,
        },
        ...{ cents: 100, raisedAt: '2026-11-01T00:00:00Z', dueOn: null, channel: null },
      },
    ],
    orders: [
      {
        ...{ orderNo: 'RO2026000007', merchantRef: 'r', patronNo: 'P0000001', method: { type: 'FpsMethod' } },
        ...{
          state: 'PaidLate',
          endedAs: 'Cancelled',
          channel: 'Web',
          note: null,
          lines: [{ chargeNo: 'G0000001', cents: 100 }],
        },
        ...{
          createdAt: '2026-11-02T00:00:00Z',
          endedAt: '2026-11-02T00:01:00Z',
          paidAt: '2026-11-02T00:02:00Z',
          refunds: [],
        },
      },
    ],
    waivers: [],
    credits: [],
  });
  await using other = await startRps({ seed });
  const page = await other.call('ListChanges', changes(0, 10));
  expect(page.find('//t:Change/@Type')).toEqual([
    'ChargeRaised',
    'OrderCreated',
    'OrderCancelled',
    'OrderPaidLate',
    'OrderRefunded',
    'ChargeRaised',
  ]);
});
