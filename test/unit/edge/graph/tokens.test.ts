import { expect, test } from 'vitest';
import { rememberTokens } from '../../../../edge/graph/tokens.ts';

const client = { clientId: 'station', scope: 'station' };

test('a token that was made while the clock was wrong is made again when the clock is right', async () => {
  let now = 1_000_000_000;
  let made = 0;
  const tokenFor = rememberTokens(
    async () => {
      made += 1;
      return `token ${made}`;
    },
    () => now,
  );
  now += 7_200_000;
  expect(await tokenFor(client)).toBe('token 1');
  now += 60_000;
  expect(await tokenFor(client)).toBe('token 1');
  now -= 7_200_000;
  expect(await tokenFor(client)).toBe('token 2');
});
