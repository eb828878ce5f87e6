/** The pages and their identity provider: sessions that end at the provider, and the page of a reader's consents. */
import { setTimeout } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { beforeAll, expect, test } from 'vitest';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests(undefined, {}, { hasPages: true });
const staff = callerForTests(system, { scope: 'credentials:write' });
let provider: URL;
beforeAll(() => {
  provider = system.signIn ?? expect.fail('no sign-in');
});

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

test('leads a signed-in reader to their consents without another sign-in', async () => {
  const browser = await signIn();
  const page = await browser.open('/my/consents');
  expect(page.url).toBe(`${provider.href}/consents`);
  expect(page.text).toContain('this browser');
  expect(page.text).toContain('value="demonstration-my-library"');
});

test('ends no session unless the provider has signed the logout token', async () => {
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

test('ends the reader’s sessions in every browser when a PIN is set, and nobody else’s', async () => {
  const browsers = [await signIn(), await signIn()];
  const other = await signIn('21852000000066');
  const created = { libraryCardNumber: card };
  const { pinCode: code } = await system.change<{ pinCode: string }>(
    'createPinCode',
    'pinCode',
    created,
    staff,
  );
  const counter = new PlainBrowser(provider.origin);
  const form = await counter.open(`${provider.href}/pin`);
  const done = await counter.send(form, { number: card, code, newPin: '2583', newPinAgain: '2583' });
  expect(done.text).toContain('The PIN is set');
  expect(await Promise.all([...browsers, other].map(isSignedIn))).toEqual([false, false, true]);
});

test('makes the reader sign in again at the provider after staff report a card lost', async () => {
  const browser = await signIn('21852000000033');
  const isAsked = async () => (await browser.open('/my/consents')).text.includes('type="password"');
  expect(await isAsked()).toBe(false);
  // The wait is longer than the clock difference that is tolerated between two machines.
  await setTimeout(7_000);
  const lost = { libraryCardNumber: '21852000000041', onReplacement: 'CONTINUE' };
  const reported = await system.change('reportLoss', 'operation { state }', lost, staff);
  expect(reported).toMatchObject({ operation: { state: 'DONE' } });
  expect(await isAsked()).toBe(true);
});
