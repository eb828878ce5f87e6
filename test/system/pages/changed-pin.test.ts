/**
 * The effects of a new PIN on a reader's sign-ins: those in other browsers, and the one in which the PIN was changed.
 */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { mutationOf } from '../../support/mutation.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { systemForEachTest } from '../system-for-tests.ts';

const system = systemForEachTest(undefined, {}, { hasPages: true });
const libraryCardNumber = '21852000000033';

async function signIn(): Promise<PlainBrowser> {
  const browser = new PlainBrowser(system.url, {}, [system.signIn?.origin ?? '']);
  await browser.send(await browser.open('/my/sign-in'), { number: libraryCardNumber, pin: '1234' });
  return browser;
}

/** Sends a request of the readers' page. Resolves to its status and data. */
async function ask(browser: PlainBrowser, query: string, variables: object = {}) {
  const { csrfToken = '' } = JSON.parse((await browser.open('/my/session')).text);
  const { status, text } = await browser.open('/my/graphql', {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'sec-fetch-site': 'same-origin',
      'x-csrf-token': csrfToken,
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status, data: JSON.parse(text).data };
}

const me = '{ me { id } }';
const signedIn = { status: 200, data: { me: { id: 'P0000002' } } };

test('ends the other sign-ins within two seconds, and not its own', async () => {
  const thief = await signIn();
  // The server distinguishes the two sign-ins by the second in which they began.
  await setTimeout(1_100);
  const reader = await signIn();
  expect([await ask(thief, me), await ask(reader, me)]).toEqual([signedIn, signedIn]);
  const input = { reference: 'new', libraryCardNumber, newPin: '2583' };
  const changed = await ask(reader, mutationOf('setPin', 'operation { state }'), { input });
  expect(changed.data).toEqual({ setPin: { operation: { state: 'DONE' } } });
  await expect.poll(async () => (await ask(thief, me)).status, { timeout: 2_000, interval: 50 }).toBe(401);
  await setTimeout(1_500);
  expect(await ask(reader, me)).toEqual(signedIn);
});

test('by staff, ends all of them', async () => {
  const reader = await signIn();
  expect(await ask(reader, me)).toEqual(signedIn);
  await setTimeout(1_100);
  const token = await system.token({ scope: 'credentials:write' });
  await system.change('setPin', 'operation { state }', { libraryCardNumber, newPin: '2583' }, { token });
  await expect.poll(async () => (await ask(reader, me)).status, { timeout: 2_000, interval: 50 }).toBe(401);
});

test('by staff, stands against a thief who sets another one at the same moment', async () => {
  const thief = await signIn();
  expect(await ask(thief, me)).toEqual(signedIn);
  await setTimeout(1_100);
  const token = await system.token({ scope: 'credentials:write' });
  await system.change('setPin', 'operation { state }', { libraryCardNumber, newPin: '2583' }, { token });
  const input = { reference: 'thief', libraryCardNumber, newPin: '8261' };
  const stolen = await ask(thief, mutationOf('setPin', 'operation { state }'), { input });
  expect(stolen.data?.setPin?.operation.state).not.toBe('DONE');
  // 401 while the session ends, and then 400: without a session the graph has no `me`.
  await expect
    .poll(async () => (await ask(thief, me)).status, { timeout: 2_000, interval: 50 })
    .not.toBe(200);
  const consents = `${system.signIn?.origin}/sign-in/consents`;
  expect((await thief.open(consents)).text).toContain('name="pin"');
});
