import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { bitsOf, weakSecrets } from '../../../../subgraphs/books/weak-secrets.ts';

test('secrets that repeat a character or a part are weak, and random ones are not', () => {
  expect(bitsOf('0'.repeat(64))).toBe(0);
  expect(bitsOf('abcdefgh'.repeat(4))).toBe(24);
  expect(
    weakSecrets({
      JOURNAL_SECRET: 'correcthorse'.repeat(4),
      WEB_SECRET: 'secret-secret-secret-secret-secret',
    }),
  ).toEqual(['JOURNAL_SECRET', 'WEB_SECRET']);
  for (let round = 0; round < 200; round += 1) {
    expect(weakSecrets({ SUBGRAPH_SECRET: randomBytes(16).toString('hex') })).toEqual([]);
  }
});

test('each value of a secret is looked at, and the pseudonyms’ secret is one value with its commas', () => {
  const random = randomBytes(32).toString('hex');
  expect(weakSecrets({ JOURNAL_SECRET: `${random},${'1'.repeat(32)}` })).toEqual(['JOURNAL_SECRET']);
  expect(weakSecrets({ PSEUDONYM_SECRET: `${random},1` })).toEqual([]);
  expect(weakSecrets({})).toEqual([]);
});
