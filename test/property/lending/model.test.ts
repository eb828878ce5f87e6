/** `SEED=7 WALKS=100000 npx vitest run` with this file runs 100,000 random walks. Seed 7 determines the walks. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loanLimit } from '../../../subgraphs/circulation/rules/limits.ts';
import { type Exploration, explore } from './explore.ts';
import { broken, type Protocol, protocol } from './protocol.ts';
import { randomWalk } from './random-walk.ts';
import type { Bounds } from './state.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));
const walks = Number(process.env.WALKS ?? 3_000);

const small: Bounds = {
  checkOuts: 2,
  loans: loanLimit - 2,
  deskLends: 1,
  returns: 0,
  replaces: true,
  asksQuota: false,
  isSlow: true,
};
const models: readonly (readonly [string, Bounds])[] = [
  [
    'three check-outs with one place left, a replacement and a desk',
    { ...small, checkOuts: 3, loans: loanLimit - 1, isSlow: false },
  ],
  [
    'three check-outs with two places left, a replacement and a desk',
    { ...small, checkOuts: 3, isSlow: false },
  ],
  [
    'two check-outs and a return, and somebody who queries the quota',
    { ...small, returns: 1, asksQuota: true, isSlow: false },
  ],
  [
    'two check-outs, a desk that lends twice and a return, and reconcilers that overtake them',
    { ...small, deskLends: 2, returns: 1 },
  ],
];

/** Explores a model, and prints its number of states and the violation. */
function explored(name: string, protocolOfCase: Protocol, bounds: Bounds): Exploration {
  const exploration = explore(protocolOfCase, bounds);
  const { states, violation } = exploration;
  const found =
    violation === null ? 'no violation' : `${violation.broken} after ${violation.steps.length} steps`;
  process.stdout.write(`${name}: ${states} states, ${found}\n`);
  return exploration;
}

describe('every interleaving', { timeout: 240_000 }, () => {
  test.each(models)('of %s keeps every invariant', (name, bounds) => {
    expect(explored(name, protocol, bounds).violation).toBeNull();
  });
});

describe('the exploration finds a violation in a protocol with a mistake', { timeout: 60_000 }, () => {
  test.each(Object.entries(broken))('%s', (name, protocolOfCase) => {
    expect(explored(name, protocolOfCase, small).violation).not.toBeNull();
  });

  test.each([
    'cards read before the epoch',
    'loans read before the epoch',
    'no epoch',
    'unsettled ones not counted',
  ])('in the quota that is reported: %s', (name) => {
    const protocolOfCase = broken[name] ?? protocol;
    const bounds = { ...small, checkOuts: 1, asksQuota: true };
    expect(explored(`the quota with ${name}`, protocolOfCase, bounds).violation?.steps.at(-1)).toBe(
      'the quota is reported',
    );
  });
});

describe(`larger models (SEED=${seed})`, { timeout: 240_000 }, () => {
  const larger: fc.Arbitrary<Bounds> = fc.record({
    checkOuts: fc.integer({ min: 3, max: 7 }),
    loans: fc.integer({ min: 4, max: loanLimit - 1 }),
    deskLends: fc.integer({ min: 0, max: 4 }),
    returns: fc.integer({ min: 0, max: 4 }),
    replaces: fc.boolean(),
    asksQuota: fc.boolean(),
    isSlow: fc.boolean(),
  });
  const choices = fc.array(fc.nat(1_000), { minLength: 40, maxLength: 120 });

  test('no random walk breaks an invariant', () => {
    process.stdout.write(`larger models: SEED=${seed} WALKS=${walks}\n`);
    fc.assert(
      fc.property(larger, choices, (bounds, chosen) => {
        expect(randomWalk(protocol, bounds, chosen)).toBeNull();
      }),
      { seed, numRuns: walks },
    );
  });
});
