import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import { createPatronGroups } from '../workload/patron-groups.ts';
import { startLegacySystems } from './legacy-records.ts';

test('an effect has the time at which circulation made it, not the time of the event after it', async () => {
  const { seed, groups } = createPatronGroups(1, 1, false);
  await using records = await startLegacySystems(seed, 30_000);
  await using circulation = createCirculation({
    url: records.systems.circ.url,
    ...DEFAULT_CREDENTIALS.circ,
  });
  const { signal } = new AbortController();
  const [card] = records.cardsOf(groups[0]?.patronIds[0] ?? '');
  const [item = ''] = groups[0]?.itemNumbers ?? [];
  await circulation.checkOut(card?.cardNo ?? '', item, 'check-out', signal);
  const lentAt = Date.now();
  await sleep(20);
  await circulation.checkIn(item, 'check-in', signal);
  const [lent] = records.effects();
  expect(lent).toMatchObject({ event: 'OUT', reference: 'check-out' });
  expect(lent?.at).toBeLessThanOrEqual(lentAt);
});
