/** What the provider tells the pages, and where they lead to it: sessions that are over there, and what a reader allows. */
import { setTimeout } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { type RunningSystem, rootField, startSystem } from '../running-system.ts';

let system: RunningSystem;
let provider: URL;
beforeAll(async () => {
  system = await startSystem(undefined, {}, { hasPages: true });
  provider = system.signIn ?? expect.fail('no sign-in');
}, 60_000);
afterAll(() => system[Symbol.asyncDispose]());

const card = '21852000000058';

async function signIn(number = card): Promise<PlainBrowser> {
  const browser = new PlainBrowser(system.url, {}, [provider.origin]);
  await browser.send(await browser.open('/my/sign-in'), { number, pin: '1234' });
  return browser;
}

const isSignedIn = async (browser: PlainBrowser): Promise<boolean> =>
  JSON.parse((await browser.open('/my/session')).text).signedIn;

const tell = (body: string, type = 'application/x-www-form-urlencoded') =>
  fetch(`${system.url}/my/signed-out`, { method: 'POST', headers: { 'content-type': type }, body });

test('from the page a reader comes to the services that they allow, without signing in once more', async () => {
  const browser = await signIn();
  const page = await browser.open('/my/consents');
  expect(page.url).toBe(`${provider.href}/consents`);
  expect(page.text).toContain('You allow no service.');
});

test('what is no logout token of the provider ends nothing', async () => {
  const browser = await signIn();
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const { keys } = (await (await fetch(`${provider.href}/jwks`)).json()) as { keys: { kid: string }[] };
  const forged = await new SignJWT({
    sid: 'any',
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  })
    .setProtectedHeader({
      alg: 'RS256',
      kid: keys[0]?.kid ?? '',
      typ: 'logout+jwt',
      jwk: await exportJWK(publicKey),
    })
    .setIssuer(provider.href)
    .setAudience('demonstration-my-library')
    .setIssuedAt()
    .sign(privateKey);
  for (const body of [`logout_token=${forged}`, 'logout_token=x', 'logout_token=', '', 'x=1']) {
    expect((await tell(body)).status, body).toBe(400);
  }
  expect((await tell('{}', 'application/json')).status).toBe(400);
  expect(await isSignedIn(browser)).toBe(true);
});

test('a new PIN ends the reader’s sessions on the pages at once, in every browser, and nobody else’s', async () => {
  const browsers = [await signIn(), await signIn()];
  const other = await signIn('21852000000066');
  const { body } = await system.ask(
    'mutation ($input: CreatePinCodeInput!) { createPinCode(input: $input) { pinCode } }',
    {
      token: await system.token({ scope: 'credentials:write' }),
      variables: { input: { reference: 'a-code', libraryCardNumber: card } },
    },
  );
  const { pinCode: code } = rootField<{ pinCode: string }>(body, 'createPinCode');
  const counter = new PlainBrowser(provider.origin);
  const form = await counter.open(`${provider.href}/pin`);
  const done = await counter.send(form, { number: card, code, newPin: '2580', newPinAgain: '2580' });
  expect(done.text).toContain('The PIN is set');
  expect(await Promise.all([...browsers, other].map(isSignedIn))).toEqual([false, false, true]);
});

test('a card that staff report lost: at the provider, too, the reader has to sign in again', async () => {
  const browser = await signIn('21852000000033');
  const isAsked = async () => (await browser.open('/my/consents')).text.includes('type="password"');
  expect(await isAsked()).toBe(false);
  // More than clocks of several machines may differ.
  await setTimeout(7_000);
  const { body } = await system.ask(
    'mutation ($input: ReportLossInput!) { reportLoss(input: $input) { operation { state } } }',
    {
      token: await system.token({ scope: 'credentials:write' }),
      variables: {
        input: { reference: 'a-loss', libraryCardNumber: '21852000000041', onReplacement: 'CONTINUE' },
      },
    },
  );
  expect(body).toMatchObject({ data: { reportLoss: { operation: { state: 'DONE' } } } });
  expect(await isAsked()).toBe(true);
});
