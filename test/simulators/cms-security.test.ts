import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningSimulators, startSimulators } from '../../simulators/index.ts';
import {
  type Answer,
  cms,
  cmsEnvelope,
  cmsHeaders,
  el,
  freshToken,
  post,
  securityHeader,
} from './wire-client.ts';

const START = new Date('2026-11-24T04:00:00Z');
let now = START;
let legacy: RunningSimulators;
beforeAll(async () => {
  legacy = await startSimulators({ systems: ['cms'], clock: () => now });
});
afterAll(() => legacy[Symbol.asyncDispose]());

const minutes = (count: number): Date => new Date(START.getTime() + count * 60_000);
const read = (header: string): Promise<Answer> =>
  cms(legacy, 'GetCardsByNumber', el('cardNos', '21852000000017'), header);
const verdict = async (header: string): Promise<string> => {
  const answer = await read(header);
  if (answer.status === 200) {
    return 'taken';
  }
  expect([answer.status, answer.texts('Value')]).toEqual([400, ['env:Sender']]);
  return answer.texts('code').join();
};
const token = (changes: Partial<ReturnType<typeof freshToken>> = {}): string =>
  securityHeader({ ...freshToken(now), ...changes });

test('a token with the right digest is taken, once', async () => {
  const header = token();
  expect(await verdict(header)).toBe('taken');
  expect(await verdict(header)).toBe('E1004');
});

test('a nonce is spent for other moments of the same window too, and for as long as the window lasts', async () => {
  const nonce = randomBytes(16);
  expect(await verdict(token({ nonce, created: minutes(4).toISOString() }))).toBe('taken');
  now = minutes(8);
  expect(await verdict(token({ nonce, created: minutes(8).toISOString() }))).toBe('E1004');
  now = START;
});

test('Created is taken within five minutes to either side, whatever its zone', async () => {
  expect(await verdict(token({ created: minutes(-5).toISOString() }))).toBe('taken');
  expect(await verdict(token({ created: minutes(5).toISOString() }))).toBe('taken');
  expect(await verdict(token({ created: '2026-11-24T12:00:00+08:00' }))).toBe('taken');
  expect(await verdict(token({ created: minutes(-5.1).toISOString() }))).toBe('E1004');
  expect(await verdict(token({ created: minutes(5.1).toISOString() }))).toBe('E1004');
});

test('Created without a zone is not taken', async () => {
  expect(await verdict(token({ created: '2026-11-24T12:00:00' }))).toBe('E1004');
  expect(await verdict(token({ created: 'now' }))).toBe('E1004');
});

test.each([
  ['no header', () => ''],
  ['an empty header', () => '<s:Header/>'],
  ['another user', () => token({ user: 'someone' })],
  ['another password', () => token({ password: 'guess' })],
  ['a digest that is not the token’s', () => token().replace(/(<w:Password [^>]*>)[^<]*/, '$1AAAA')],
  ['a password in clear', () => token().replace('#PasswordDigest', '#PasswordText')],
  ['no nonce', () => token().replace(/<w:Nonce.*?<\/w:Nonce>/, '')],
  ['two nonces', () => token().replace(/<w:Nonce.*?<\/w:Nonce>/, '$&$&')],
  ['no Created', () => token().replace(/<u:Created>.*?<\/u:Created>/, '')],
  ['Created in the wrong namespace', () => token().replaceAll('u:Created', 'w:Created')],
  ['two tokens', () => token().replace(/<w:UsernameToken.*<\/w:UsernameToken>/, '$&$&')],
  ['two headers of security', () => token().replace(/<w:Security.*<\/w:Security>/, '$&$&')],
])('%s is E1004', async (_name, header) => {
  expect(await verdict(header())).toBe('E1004');
});

test('security comes before the body: a bad request of a stranger is E1004, and one of a friend spends the nonce', async () => {
  const bad = (header: string): Promise<Answer> => cms(legacy, 'GetCardsByNumber', el('cardNo', '1'), header);
  expect((await bad('')).texts('code')).toEqual(['E1004']);
  const header = token();
  const refused = await bad(header);
  expect([refused.status, refused.texts('cmsFault')]).toEqual([400, []]);
  expect(await verdict(header)).toBe('E1004');
});

test('refused calls count under their operation too', async () => {
  legacy.cms.resetCalls();
  await read('');
  await read(token());
  await post(legacy, 'cms', cmsHeaders, cmsEnvelope('GetCardsByNumber', '<x/>', token()));
  expect([...legacy.cms.calls]).toEqual([['GetCardsByNumber', 3]]);
});
