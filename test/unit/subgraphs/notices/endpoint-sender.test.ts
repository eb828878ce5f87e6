import { setTimeout as after } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { NoticeDelivery } from '../../../../store/journal/port.ts';
import { sendingTimes } from '../../../../subgraphs/notices/sending/back-off.ts';
import { EndpointSender } from '../../../../subgraphs/notices/sending/endpoint-sender.ts';

const delivery: NoticeDelivery = {
  id: 'a'.repeat(22),
  endpoint: 'CRM',
  kind: 'hold.ready',
  patronId: 'P0000001',
  formerEmail: null,
  madeAt: new Date(),
  startedAt: new Date(),
  attempts: 0,
};

test('while a failed notice waits for its next attempt, the journal is asked once in each pause', async () => {
  const due: NoticeDelivery[][] = [[delivery]];
  let asked = 0;
  const sender = new EndpointSender(
    {
      notices: {
        dueDeliveries: async () => {
          asked += 1;
          return due.shift() ?? [];
        },
        noticePreferences: async () => [],
      } as never,
      patrons: { findMany: () => Promise.reject(new Error('the registry is gone')) },
      log: { error: () => {}, warn: () => {} } as never,
      times: { ...sendingTimes, pollMs: 20_000 },
      clock: () => new Date(),
      random: () => 0.5,
    },
    {
      name: 'CRM',
      kinds: new Set(),
      deliver: () => expect.fail('nothing can be sent'),
      async [Symbol.asyncDispose]() {},
    },
  );
  const stop = new AbortController();
  // The only notice fails, so the endpoint takes nothing. The journal then has nothing that is due.
  expect(await sender.sendDue(stop.signal)).toBe(20_000);
  expect(asked).toBe(1);
  const round = sender.sendDue(stop.signal);
  expect(await Promise.race([round, after(50, 'waits')])).toBe('waits');
  stop.abort();
  await round;
  expect(asked).toBe(2);
});
