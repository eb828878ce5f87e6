import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ChargesLedger, Origin } from '../../../../adapters/charges/port.ts';
import { ledgerLoaders } from '../../../../subgraphs/charges/loaders.ts';

const origin: Origin = { channel: 'WEB', clerkId: null };
const content = new Uint8Array();

test('receipts of a query are read once each, one after the other, and a failed one fails alone', async () => {
  const calls: string[] = [];
  let running = 0;
  let mostRunning = 0;
  const ledger: Pick<ChargesLedger, 'receipt'> = {
    async receipt(id) {
      calls.push(id);
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      await setImmediate();
      running -= 1;
      if (id === 'RO2') {
        throw new Error('timeout');
      }
      return id === 'RO3'
        ? { refused: 'NOT_PAID', chargeId: null, paymentId: null }
        : { receipt: { id: `RC of ${id}`, issuedAt: '2026-11-24T04:00:00Z', content } };
    },
  };
  const { receipts } = ledgerLoaders(null, ledger as ChargesLedger, origin, new AbortController().signal);
  const asked = ['RO1', 'RO2', 'RO1', 'RO3', 'RO4'].map((id) => receipts.load(id));
  await setImmediate();
  const later = receipts.load('RO5');
  const answers = await Promise.allSettled([...asked, later]);
  expect(
    answers.map((answer) => (answer.status === 'fulfilled' ? (answer.value?.id ?? null) : 'failed')),
  ).toEqual(['RC of RO1', 'failed', 'RC of RO1', null, 'RC of RO4', 'RC of RO5']);
  expect(calls).toEqual(['RO1', 'RO2', 'RO3', 'RO4', 'RO5']);
  expect(mostRunning).toBe(1);
});
