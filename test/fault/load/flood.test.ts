import { expect, test } from 'vitest';
import { measureFlood } from '../../measure/flood/measure.ts';
import { type FloodedSystem, startEmbedded, startTwoGateways } from '../../measure/flood/system.ts';
import { seed } from '../../support/random.ts';
import { sample } from '../../support/sample.ts';

/** The length of a phase in ms. `npm run flood` has longer phases, and reports how long the answers took. */
const phaseMs = 2000;

/** Expects that no honest client was refused, and that every kind of client in the flood got answers. */
async function expectNobodyRefused(system: FloodedSystem, circulationMs: number): Promise<void> {
  system.legacy.circ.latencyMs = circulationMs;
  const { checkOuts, homePages, flood, waits } = await measureFlood(system, { phaseMs, seed });
  expect([checkOuts.flooded.failures, homePages.flooded.failures]).toEqual([[], []]);
  expect(checkOuts.flooded.ms.length).toBeGreaterThan(3);
  expect(homePages.flooded.ms.length).toBeGreaterThan(3);
  expect(Object.values(flood).filter((codes) => Object.keys(codes).length === 0)).toEqual([]);
  expect(waits.anonymous).toBeGreaterThanOrEqual(0);
  // A check-out waits at most for calls in progress, but not for the queues of other classes.
  expect(waits.lending).toBeLessThan(circulationMs + 100);
}

const ratesOf = { 'within the default rates': {}, 'without rates': { rates: 'off' } };
const latencies = { 'as fast as possible': 0, 'at 200 ms a call': 200 };
const floods = Object.entries(ratesOf).flatMap(([rates, options]) =>
  Object.entries(latencies).map(([latency, ms]) => ({ rates, options, latency, ms })),
);
const tested = sample('floods', floods, { each: 1 });

test.each(tested)(
  `twenty clients flood the gateway $rates, with circulation $latency: no check-out, return or home page is refused (SEED=${seed})`,
  { timeout: 120_000 },
  async ({ options, ms }) => {
    await using system = await startEmbedded(options);
    await expectNobodyRefused(system, ms);
  },
);

test('twenty clients flood two gateways that share their rates: no honest client is refused', {
  timeout: 180_000,
}, async () => {
  await using system = await startTwoGateways({});
  await expectNobodyRefused(system, 0);
  for (const url of system.urls) {
    const metrics = await fetch(new URL('/metrics', url)).then((response) => response.text());
    expect(metrics).toMatch(/^patron_graph_rates_shared 1$/m);
  }
});
