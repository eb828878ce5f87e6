import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { nameToShow } from '../../../../platform/telemetry/operation-name.ts';
import {
  answerNotBefore,
  countSoapCall,
  currentCaller,
  requestIds,
  waitAs,
  withinRequest,
} from '../../../../platform/telemetry/request-scope.ts';

const call = {
  system: 'circulation',
  operation: 'GetLoans',
  failed: false,
  attempts: 1,
  ms: 10,
  waitedMs: 1,
};

test('each request counts its own calls, however they interleave', async () => {
  const request = (id: string, operations: readonly string[]) =>
    withinRequest({ requestId: id, caller: null }, async () => {
      for (const operation of operations) {
        await setTimeout(1);
        countSoapCall({ ...call, operation, failed: operation === 'GetHolds' });
      }
      return requestIds();
    });
  const [one, other] = await Promise.all([
    request('one', ['GetLoans', 'GetHolds', 'GetLoans']),
    request('other', ['GetItems']),
  ]);
  expect(one).toEqual({
    result: { reqId: 'one' },
    floorMs: 0,
    soapCalls: [
      { system: 'circulation', operation: 'GetLoans', calls: 2, failed: 0, attempts: 2, ms: 20, waitedMs: 2 },
      { system: 'circulation', operation: 'GetHolds', calls: 1, failed: 1, attempts: 1, ms: 10, waitedMs: 1 },
    ],
  });
  expect(other.soapCalls).toMatchObject([{ operation: 'GetItems', calls: 1 }]);
});

test('each request waits as its own caller, or as the person for whom its caller asks', async () => {
  const request = (caller: string | null, person: string | null) =>
    withinRequest({ requestId: null, caller }, async () => {
      const first = currentCaller();
      await setTimeout(1);
      if (person !== null) {
        waitAs(person);
      }
      return [first, await setTimeout(1).then(currentCaller)];
    });
  const all = await Promise.all([request('A', null), request('service', 'address'), request(null, null)]);
  expect(all.map(({ result }) => result)).toEqual([
    ['A', 'A'],
    ['service', 'address'],
    [null, null],
  ]);
  expect(currentCaller()).toBe(null);
});

test('the longest floor of an answer counts, and each request has its own', async () => {
  const [held, other] = await Promise.all([
    withinRequest({ requestId: null, caller: null }, async () => {
      answerNotBefore(400);
      await setTimeout(1);
      answerNotBefore(200);
    }),
    withinRequest({ requestId: null, caller: null }, async () => setTimeout(1)),
  ]);
  expect([held.floorMs, other.floorMs]).toEqual([400, 0]);
});

test('outside a request nothing is counted, and a line has no ids', () => {
  countSoapCall(call);
  expect(requestIds()).toEqual({});
});

test.each([
  ['MyLoans', 'MyLoans'],
  ['Loans_2026', '(withheld)'],
  ['Loans_21852000000017', '(withheld)'],
  ['Person_A1234563', '(withheld)'],
  ['v123', 'v123'],
  ['a'.repeat(65), '(withheld)'],
])('the name %s is shown as %s', (name, shown) => {
  expect(nameToShow(name)).toBe(shown);
});
