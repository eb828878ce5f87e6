import { beforeAll, expect, test } from 'vitest';
import { postJson } from '../../support/graph/ask-graph.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';
import { delayCalls, SoapCallWatch } from './soap-calls.ts';

const system = systemForTests();
const reader = callerForTests(system, { patronId: 'P0000001' });
beforeAll(() => delayCalls(system.legacy, 50));

const query = '{ me { status credentials { status } borrowing { allowed } } }';

test('two queries share nothing, even if their clients sent the same request id', async () => {
  const headers = { 'x-request-id': 'the-same-id' };
  using watch = new SoapCallWatch();
  const send = async () => {
    const answer = await postJson(`${system.url}/graphql`, { query }, { token: reader.token, headers });
    expect(await answer.json()).not.toHaveProperty('errors');
  };
  await Promise.all([send(), send()]);
  const once = ['GetCardsByPatron', 'GetLoans', 'GetPatrons'];
  expect(watch.operations().toSorted()).toEqual([...once, ...once].toSorted());
});
