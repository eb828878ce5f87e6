import { describe, expect, test } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import type { Answer } from '../running-system.ts';
import { systemForTests } from '../system-for-tests.ts';

/** Budgets that are small enough for a test to use them up. */
const RATES = 'anonymous=1/300 reads=1/300 changes=1/100 plans=1/1000';

const system = systemForTests(undefined, { RATES });

const code = ({ body }: Answer) => codesIn(body)[0] ?? null;
const search = (text: string) => `{ items(title: "${text}", first: 20) { title branch } }`;

/** Repeats the request until the caller is refused. Resolves to the last answer. */
async function askUntilRefused(ask: (n: number) => Promise<Answer>): Promise<Answer> {
  for (let n = 0; n < 200; n++) {
    const answer = await ask(n);
    if (answer.status === 429) {
      return answer;
    }
  }
  throw new Error('no request was refused');
}

describe('a flood of anonymous searches', () => {
  test('is refused, with a time to wait', async () => {
    const refused = await askUntilRefused(() => system.ask(search('wind')));
    expect(code(refused)).toBe('RATE_LIMITED');
    expect(refused.body.data).toBeUndefined();
  });

  test('doesn’t affect a signed-in reader at the same address', async () => {
    const token = await system.token({ subject: 'P0000001', patronId: 'P0000001' });
    const answer = await system.ask('{ me { loanQuota { remaining } } }', { token });
    expect(answer.status).toBe(200);
    expect(code(answer)).toBeNull();
  });

  test('is refused in another spelling too, and as invalid documents', async () => {
    expect((await system.ask(search('sea'))).status).toBe(429);
    expect(code(await askUntilRefused(() => system.ask('{ nothing }')))).toBe('RATE_LIMITED');
  });
});

test('a refused mutation has done nothing', async () => {
  const token = await system.token({ subject: 'desk', scope: 'circulation:write circulation:read' });
  const reference = (n: number) => `rates-${n}`;
  let last = 0;
  await askUntilRefused((n) => {
    last = n;
    const input = { reference: reference(n), itemNumber: '31852000000494' };
    return system.mutate('checkIn', 'operation { state }', input, { token });
  });
  const asked = async (n: number) => {
    const { body } = await system.ask(`{ operation(reference: "${reference(n)}") { state } }`, { token });
    return body.data?.operation;
  };
  expect(await asked(last)).toBeNull();
  expect(await asked(last - 1)).toMatchObject({ state: expect.any(String) });
});

test('a wrong token is charged to its address', async () => {
  await askUntilRefused(() => system.ask('{ me { id } }', { token: 'wrong' }));
});
