import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { nameToShow } from '../../../../platform/telemetry/operation-name.ts';
import { countSoapCall, requestIds, withinRequest } from '../../../../platform/telemetry/request-scope.ts';

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
    withinRequest(id, async () => {
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
    soapCalls: [
      { system: 'circulation', operation: 'GetLoans', calls: 2, failed: 0, attempts: 2, ms: 20, waitedMs: 2 },
      { system: 'circulation', operation: 'GetHolds', calls: 1, failed: 1, attempts: 1, ms: 10, waitedMs: 1 },
    ],
  });
  expect(other.soapCalls).toMatchObject([{ operation: 'GetItems', calls: 1 }]);
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
