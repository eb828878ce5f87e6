import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';
import { run } from '../../support/processes.ts';

// `npm run soak` runs until 10,000 faults have occurred, which takes half a minute.
test('after 1,500 faults of all kinds, memory and connections have not grown, and every read is right', async () => {
  const seed = process.env.SEED ?? String(randomInt(0x1_0000_0000));
  await using soak = run('test/fault/soak/main.ts', { SEED: seed, FAULTED: '1500' });
  const code = await soak.exit;
  process.stderr.write(soak.output.stdout);
  expect([code, soak.output.stderr], soak.output.stdout).toEqual([0, expect.not.stringMatching(/\S/)]);
  expect(soak.output.stdout).toMatch(/all is well\n$/);
}, 60_000);
