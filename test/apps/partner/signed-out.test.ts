/** The library tells the e-book service that a reader is signed out, and the service ends their session. */
import { generateKeyPair, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { rootField } from '../../system/running-system.ts';
import { clientId, type RunningSample, startSample } from './running-sample.ts';

const card = '21852000000033';
const otherCard = '21852000000058';

let sample: RunningSample;
const idTokens: string[] = [];
/** The token endpoint's answers reach the service only after this promise has resolved. */
let tokensArrive = Promise.resolve();
beforeAll(async () => {
  sample = await startSample(async (url, options) => {
    const response = await fetch(url, options as RequestInit);
    const [, idToken] = /"id_token":"([^"]+)"/.exec(await response.clone().text()) ?? [];
    if (idToken !== undefined) {
      idTokens.push(idToken);
      await tokensArrive;
    }
    return response;
  });
}, 120_000);
afterAll(() => sample[Symbol.asyncDispose]());

/** A browser in which the reader is signed in to the service. */
async function signIn(number = card): Promise<PlainBrowser> {
  const { service, issuer } = sample;
  const browser = new PlainBrowser(service.origin, { 'sec-fetch-site': 'same-origin' }, [issuer.origin]);
  const next = await browser.send(await browser.open('/sign-in'), { number, pin: '1234' });
  const page = next.text.includes('/consent"') ? await browser.send(next, { answer: 'allow' }) : next;
  expect(page.text).toContain('All that we know of you');
  return browser;
}

const isSignedIn = async (browser: PlainBrowser): Promise<boolean> =>
  (await browser.open('/')).text.includes('All that we know of you');

const areSignedIn = (...browsers: readonly PlainBrowser[]) => Promise.all(browsers.map(isSignedIn));

async function signOutAtLibrary(browser: PlainBrowser): Promise<void> {
  const page = await browser.open(`${sample.issuer.href}/session/end`);
  expect((await browser.send(page, { logout: 'yes' })).text).toContain('You are signed out');
}

async function setNewPin(number: string): Promise<void> {
  const { system, issuer } = sample;
  const { body } = await system.ask(
    'mutation ($input: CreatePinCodeInput!) { createPinCode(input: $input) { pinCode } }',
    {
      token: await system.token({ scope: 'credentials:write' }),
      variables: { input: { reference: 'a-code', libraryCardNumber: number } },
    },
  );
  const { pinCode: code } = rootField<{ pinCode: string }>(body, 'createPinCode');
  const counter = new PlainBrowser(issuer.origin);
  const form = await counter.open(`${issuer.href}/pin`);
  const done = await counter.send(form, { number, code, newPin: '2583', newPinAgain: '2583' });
  expect(done.text).toContain('The PIN is set');
}

test('a reader who signs out at the library is signed out here, in that browser only', async () => {
  const [here, elsewhere] = [await signIn(), await signIn()];
  await signOutAtLibrary(here);
  expect(await areSignedIn(here, elsewhere)).toEqual([false, true]);
});

test('a reader who withdraws their consent is signed out of the service in every browser', async () => {
  const [here, elsewhere, ofAnother] = [await signIn(), await signIn(), await signIn(otherCard)];
  await here.send(await here.open(`${sample.issuer.href}/consents`), { client: clientId });
  expect(await areSignedIn(here, elsewhere, ofAnother)).toEqual([false, false, true]);
  // The reader consents again, in the same session at the library.
  const consent = await here.open('/sign-in');
  expect(consent.text).toContain('/consent"');
  expect((await here.send(consent, { answer: 'allow' })).text).toContain('All that we know of you');
});

test('a reader who is signed out while the library is asked stays signed out', async () => {
  const browser = await signIn();
  const arrive = Promise.withResolvers<void>();
  tokensArrive = arrive.promise;
  const before = idTokens.length;
  const asked = browser.open('/standing', { method: 'POST' });
  await expect.poll(() => idTokens.length, { timeout: 20_000 }).toBeGreaterThan(before);
  await signOutAtLibrary(browser);
  arrive.resolve();
  expect((await asked).text).toContain('Your sign-in is over');
  expect(await isSignedIn(browser)).toBe(false);
});

test('only a logout token of the library ends a session; an ID token of the reader does not', async () => {
  const browser = await signIn();
  const { issuer, service } = sample;
  const idToken = idTokens.at(-1) ?? expect.fail('there is no ID token');
  const { sid } = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
  expect(sid).toMatch(/./);
  const { keys } = (await (await fetch(`${issuer.href}/jwks`)).json()) as { keys: { kid: string }[] };
  const { privateKey } = await generateKeyPair('RS256');
  const events = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const forged = await new SignJWT({ sid, events })
    .setProtectedHeader({ alg: 'RS256', kid: keys[0]?.kid ?? '', typ: 'logout+jwt' })
    .setIssuer(issuer.href)
    .setAudience(clientId)
    .setIssuedAt()
    .sign(privateKey);
  const tell = (body: string, type = 'application/x-www-form-urlencoded') =>
    fetch(new URL('/back-channel-logout', service), {
      method: 'POST',
      headers: { 'content-type': type },
      body,
    });
  for (const token of [forged, idToken, 'x', '']) {
    expect((await tell(`logout_token=${token}`)).status, token).toBe(400);
  }
  expect((await tell('')).status).toBe(400);
  expect((await tell(JSON.stringify({ logout_token: idToken }), 'application/json')).status).toBe(400);
  expect(await isSignedIn(browser)).toBe(true);
});

test('a new PIN signs the reader out in every browser at once, and no other reader', async () => {
  const [here, elsewhere, ofAnother] = [await signIn(), await signIn(), await signIn(otherCard)];
  await setNewPin(card);
  expect(await areSignedIn(here, elsewhere, ofAnother)).toEqual([false, false, true]);
});
