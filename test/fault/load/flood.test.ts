import { describe, expect, test } from 'vitest';
import { measureFlood } from '../../measure/flood/measure.ts';
import { startEmbedded } from '../../measure/flood/system.ts';
import { seed } from '../../support/random.ts';

/** Short: `npm run flood` takes its time, and tells how long each answer took. */
const phaseMs = 2000;

describe.each([
  ['within the default rates', {}],
  ['without rates', { rates: 'off' }],
])(`twenty clients flood the gateway %s (SEED=${seed})`, (_what, options) => {
  test.each([
    ['as fast as it is', 0],
    ['at 200 ms a call', 200],
  ])(
    'with circulation %s: no check-out, no return and no home page is refused',
    { timeout: 120_000 },
    async (_how, ms) => {
      await using system = await startEmbedded(options);
      system.legacy.circ.latencyMs = ms;
      const { checkOuts, homePages, flood, waits } = await measureFlood(system, { phaseMs, seed });
      expect([checkOuts.flooded.failures, homePages.flooded.failures]).toEqual([[], []]);
      expect(checkOuts.flooded.ms.length).toBeGreaterThan(3);
      expect(homePages.flooded.ms.length).toBeGreaterThan(3);
      for (const codes of Object.values(flood)) {
        expect(Object.keys(codes).length).toBeGreaterThan(0);
      }
      expect(waits.anonymous).toBeGreaterThanOrEqual(0);
      expect(waits.lending).toBeLessThan(ms + 100);
    },
  );
});
