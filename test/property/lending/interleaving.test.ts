/** `SEED=7 CASES=1000 npx vitest run` with this file runs 1000 interleavings, with the seeds 7, 8, 9 and so on. */
import { expect, test } from 'vitest';
import { isExhaustive } from '../../support/sample.ts';
import { runInterleaved } from './interleaved-run.ts';

const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 0x7fff_ffff));
const cases = Number(process.env.CASES ?? (isExhaustive ? 150 : 50));

test(`the code that lends keeps every invariant, however its calls interleave (SEED=${seed})`, {
  timeout: 240_000,
}, async () => {
  process.stdout.write(`interleavings of check-outs: SEED=${seed} CASES=${cases}\n`);
  const outcomes = new Map<string, number>();
  for (let index = 0; index < cases; index += 1) {
    const run = await runInterleaved(seed + index, 3);
    expect(run.broken, `SEED=${seed + index} CASES=1\n${run.executed.join('\n')}`).toEqual([]);
    for (const outcome of run.outcomes) {
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  }
  process.stdout.write(`${[...outcomes].map(([outcome, count]) => `${count} ${outcome}`).join(', ')}\n`);
  // Without this check, lending that refuses everything would pass.
  expect(outcomes.get('DONE') ?? 0).toBeGreaterThan(cases / 2);
});
