import { expect, test } from 'vitest';
import type { Attempts } from '../../../../store/journal/port.ts';
import { countApplication } from '../../../../subgraphs/credentials/received/count.ts';
import { applicationsPerSender } from '../../../../subgraphs/credentials/rules/limits.ts';
import { anonymous } from '../../../support/callers.ts';

/** Counts attempts for an hour that doesn't end. */
function countsInMemory(): { readonly attempts: Attempts; readonly fingerprintKey: Uint8Array } {
  const counts = new Map<string, number>();
  const notUsed = async () => expect.fail('it is not used');
  return {
    attempts: {
      async attempt(key, maxAttempts) {
        const count = counts.get(key) ?? 0;
        counts.set(key, Math.min(count + 1, maxAttempts));
        return count < maxAttempts ? { id: `${key} ${count}` } : { until: new Date() };
      },
      count: notUsed,
      forgive: notUsed,
      forgiveKey: notUsed,
      forgiveAbout: notUsed,
    },
    fingerprintKey: new Uint8Array(32),
  };
}

test('a home with a /56 may send twice as many applications as an address, and a /48 four times', async () => {
  const counts = countsInMemory();
  const maySend = async (address: string, household: string, site: string) => {
    const caller = { ...anonymous, address, widerNetworks: [household, site] };
    return await countApplication(counts, caller).then(
      () => true,
      () => false,
    );
  };
  const sentFrom = async (household: string) => {
    let sent = 0;
    while (await maySend(`${household} network ${sent}`, household, 'site')) {
      sent += 1;
    }
    return sent;
  };
  expect(await sentFrom('home')).toBe(2 * applicationsPerSender);
  expect(await sentFrom('office')).toBe(2 * applicationsPerSender);
  expect(await sentFrom('third')).toBe(0);
  expect(await maySend('elsewhere', 'other home', 'other site')).toBe(true);
});
