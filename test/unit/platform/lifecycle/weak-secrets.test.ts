import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { defineEnvironment } from '../../../../platform/lifecycle/environment.ts';
import { secretValues } from '../../../../platform/lifecycle/secrets.ts';
import { bitsOf, weakSecrets } from '../../../../platform/lifecycle/weak-secrets.ts';

test('secrets that repeat a character or a part are weak, and random ones are not', () => {
  expect(bitsOf('0'.repeat(64))).toBe(0);
  expect(bitsOf('hbdafecg'.repeat(4))).toBe(bitsOf('hbdafecg'));
  expect(bitsOf('hbdafecg')).toBeLessThan(24);
  expect(bitsOf('abcdefghijklmnopqrstuvwxyz012345')).toBeLessThan(10);
  expect(bitsOf(`${'a'.repeat(31)}b`)).toBeLessThan(10);
  const guessable = [
    'passwordpasswordpasswordpassword1',
    'changeme-changeme-changeme-changeme!',
    'qwertyuiopasdfghjklzxcvbnm123456',
    'my-super-secret-subgraph-secret-2026',
    'Password1-Password2-Password3-Password4',
    '0passwordsecretadminchangeme-welcome-2026',
  ];
  for (const SUBGRAPH_SECRET of guessable) {
    expect(weakSecrets({ SUBGRAPH_SECRET }), SUBGRAPH_SECRET).toEqual(['SUBGRAPH_SECRET']);
  }
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

const environment = defineEnvironment(
  {
    JOURNAL_SECRET: secretValues(),
    PSEUDONYM_SECRET: z.string().optional(),
    CMS_PASSWORD: z.string().optional(),
    NODE_ENV: z.string().optional(),
  },
  ['JOURNAL_SECRET', 'PSEUDONYM_SECRET', 'CMS_PASSWORD'],
);
const JOURNAL_SECRET = randomBytes(32).toString('hex');
const inProduction = (env: NodeJS.ProcessEnv) =>
  environment.read({ JOURNAL_SECRET, ...env, NODE_ENV: 'production' });

test.each([
  ['that repeats a character', { JOURNAL_SECRET: '1'.repeat(64) }, 'JOURNAL_SECRET'],
  ['of which one value is weak', { JOURNAL_SECRET: `${JOURNAL_SECRET},${'1'.repeat(32)}` }, 'JOURNAL_SECRET'],
  ['of our documents', { CMS_PASSWORD: 'password' }, 'CMS_PASSWORD'],
  ['of our simulators', { CMS_PASSWORD: 'demonstration' }, 'CMS_PASSWORD'],
])('production refuses a secret %s, and does not quote it', (_, env, name) => {
  expect(() => inProduction(env)).toThrow(`${name} is too easy to guess`);
  expect(() => inProduction(env)).not.toThrow(Object.values(env)[0]);
  expect(() => environment.read({ JOURNAL_SECRET, ...env, NODE_ENV: 'development' })).not.toThrow();
});

test('production accepts random secrets, and a weak secret of pseudonyms, which can never change', () => {
  expect(() => inProduction({ CMS_PASSWORD: 'kR7-pq2Xw' })).not.toThrow();
  // A vendor chooses it, with eight characters.
  expect(() => inProduction({ CMS_PASSWORD: 'kR7pq2Xw' })).not.toThrow();
  expect(() => inProduction({ CMS_PASSWORD: 'abcd1234' })).toThrow('CMS_PASSWORD is too easy to guess');
  expect(() => inProduction({ PSEUDONYM_SECRET: '2'.repeat(64) })).not.toThrow();
});
