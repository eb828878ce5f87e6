/**
 * Services are replaced one after the other while clients send requests. `npm run measure:rolling` prints the figures.
 */
import { expect, test } from 'vitest';
import { sample } from '../../../support/sample.ts';
import { startRollingSystem } from './rolling-system.ts';
import { runScenario, scenarios } from './scenarios.ts';

test.each(sample('rolling restarts', scenarios, { each: 1 }))(
  '$name fails no request',
  { timeout: 240_000 },
  async (scenario) => {
    await using system = await startRollingSystem();
    const { clients, exits } = await runScenario(system, scenario);
    expect(clients.map(({ failures }) => failures)).toEqual(clients.map(() => []));
    for (const { requests } of clients) {
      expect(requests).toBeGreaterThan(5);
    }
    expect(exits).toEqual([0, 0, 0, 0]);
  },
);
