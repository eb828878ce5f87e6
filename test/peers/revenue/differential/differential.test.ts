/**
 * The simulator and a revenue system of others (in Python, by libxml2, from the contract alone) give the same answers to
 * the same random requests: right ones, wrong ones and damaged ones, while clocks move, orders expire and money arrives.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { seed } from '../../../support/random.ts';
import { isExhaustive } from '../../../support/sample.ts';
import { askControl } from '../raw-request.ts';
import { startRevenuePeer, whyNoPython } from '../start.ts';
import { type Difference, Sequence } from './sequence.ts';
import { startSimulatedRevenue } from './simulated.ts';

const missing = whyNoPython();
if (missing !== null) {
  process.stderr.write(`the simulated revenue system has nothing to be compared with: ${missing}\n`);
}

const requestsPerSequence = 100;
const sequences = Number(process.env.SEQUENCES ?? (isExhaustive ? 50 : 2));
const seedFile = new URL('../../../../simulators/rps/ledger/revenue-seed.json', import.meta.url);
const seedTimes = new Set(readFileSync(seedFile, 'utf8').match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? []);

const told = ({ step, request, where }: Difference, sequence: number): string =>
  [`sequence ${sequence}, step ${step}:`, ...where, request].join('\n');

describe.skipIf(missing !== null)('two revenue systems', () => {
  test(`give the same answers to ${sequences * requestsPerSequence} random requests (SEED=${seed})`, {
    timeout: 20_000 + sequences * 30_000,
  }, async () => {
    await using peer = await startRevenuePeer();
    const found: string[] = [];
    const answers = new Map<string, number>();
    for (let sequence = 0; sequence < sequences; sequence += 1) {
      await using simulated = await startSimulatedRevenue();
      await askControl(peer.url, { reset: true });
      const systems = [
        { name: 'the simulator', url: simulated.url },
        { name: 'the peer', url: peer.url },
      ] as const;
      const compared = new Sequence(systems, seedTimes, seed + sequence);
      const differences = await compared.run(requestsPerSequence);
      found.push(...differences.map((difference) => told(difference, sequence)));
      for (const [code, count] of compared.answers) {
        answers.set(code, (answers.get(code) ?? 0) + count);
      }
    }
    const tally = [...answers].toSorted(([a], [b]) => a.localeCompare(b));
    process.stdout.write(`answers: ${tally.map(([code, count]) => `${code} ${count}`).join(', ')}\n`);
    expect(found.join('\n\n')).toBe('');
  });
});
