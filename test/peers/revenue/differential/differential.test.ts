/**
 * The simulator and a revenue system of others (in Python, by libxml2, from the contract alone) give the same answers to
 * the same random requests: right ones, wrong ones and damaged ones, while clocks move, orders expire and money arrives.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readRevenueSeed } from '../../../../simulators/rps/ledger/seed.ts';
import { seed } from '../../../support/random.ts';
import { isExhaustive } from '../../../support/sample.ts';
import { askControl } from '../raw-request.ts';
import { type RevenuePeer, startRevenuePeer, whyNoPython } from '../start.ts';
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
  let peer: RevenuePeer;
  beforeAll(async () => {
    peer = await startRevenuePeer();
  });
  afterAll(() => peer[Symbol.asyncDispose]());

  /** A sequence of requests to both, which start again with the seed. */
  async function compare(requests: number, sequenceSeed: number, simulatorsSeed = readRevenueSeed()) {
    await using simulated = await startSimulatedRevenue(simulatorsSeed);
    await askControl(peer.url, { reset: true });
    const systems = [
      { name: 'the simulator', url: simulated.url },
      { name: 'the peer', url: peer.url },
    ] as const;
    const sequence = new Sequence(systems, seedTimes, sequenceSeed);
    return { differences: await sequence.run(requests), answers: sequence.answers };
  }

  test(`give the same answers to ${sequences * requestsPerSequence} random requests (SEED=${seed})`, {
    timeout: 20_000 + sequences * 30_000,
  }, async () => {
    const found: string[] = [];
    const tally = new Map<string, number>();
    for (let index = 0; index < sequences; index += 1) {
      const { differences, answers } = await compare(requestsPerSequence, seed + index);
      found.push(...differences.map((difference) => told(difference, index)));
      for (const [code, count] of answers) {
        tally.set(code, (tally.get(code) ?? 0) + count);
      }
    }
    const sorted = [...tally].toSorted(([a], [b]) => a.localeCompare(b));
    process.stdout.write(`answers: ${sorted.map(([code, count]) => `${code} ${count}`).join(', ')}\n`);
    expect(found.join('\n\n')).toBe('');
    expect(tally.size, 'kinds of answers').toBeGreaterThan(isExhaustive ? 30 : 10);
  });

  test('a cent too much in one of them is found', async () => {
    const { charges, ...rest } = readRevenueSeed();
    const dearer = charges.map((charge, index) => ({
      ...charge,
      cents: charge.cents + (index === 0 ? 1 : 0),
    }));
    const { differences } = await compare(10, seed, { ...rest, charges: dearer });
    expect(differences.flatMap(({ where }) => where).join('\n')).toContain('12.01');
  });
});
