import { expect, test } from 'vitest';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

/** The graph of a library that has no payment system: its fields are not there, and all others are as they were. */

const system = systemForTests(undefined, {}, { hasAddedSystems: false });
const ho = callerForTests(system, { patronId: 'P0000016' });

test('a library without a payment system has no account, and the charges of circulation', async () => {
  expect(await system.read('{ me { charges { id amount { cents } } owes { cents } } }', ho)).toEqual({
    me: { charges: [{ id: 'F0000001', amount: { cents: 2100 } }], owes: { cents: 2100 } },
  });
});

test.each(['account { asOf }', 'charges { state }', 'charges { outstanding { cents } }'])(
  'no client is offered `%s`',
  async (field) => {
    const { status, body } = await system.ask(`{ me { ${field} } }`, ho);
    expect(status).toBe(400);
    expect(body.data ?? null).toBeNull();
    expect(body.errors?.[0]?.message).toMatch(/Cannot query field/);
  },
);
