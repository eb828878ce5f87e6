/** The services that a reader has allowed, and the two ways in which a consent ends: withdrawal, and a new PIN. */
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { fetchUserInfo } from 'openid-client';
import { beforeEach, expect, test } from 'vitest';
import { listenOnLoopback } from '../../support/servers/loopback.ts';
import { openedForEachTest, openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { type Page, PlainBrowser } from '../../support/sign-in/browser.ts';
import { cards, type MadeUpReaders, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { relyingParty } from '../../support/sign-in/relying-party.ts';
import { startSignInOfTests } from '../../support/sign-in/running-sign-in.ts';
import { pin, signInAs, tokensOf } from '../../support/sign-in/sign-in-as.ts';

/** The requests that the e-book service received, and the status of its answers. */
let told: URLSearchParams[];
let answers: number;
const services = openedForTests(() =>
  listenOnLoopback(
    createServer(async (request, response) => {
      told.push(new URLSearchParams(await text(request)));
      response.writeHead(answers).end();
    }),
  ),
);
let graph: MadeUpReaders;
const signIn = openedForEachTest(() => {
  told = [];
  answers = 204;
  graph = madeUpReaders();
  return startSignInOfTests({ graph, parties: services.origin });
});
let browser: PlainBrowser;
let consents: string;
beforeEach(() => {
  browser = new PlainBrowser(signIn.issuer.origin);
  consents = `${signIn.issuer.href}/consents`;
});

/** The reader sets a new PIN with a one-time code, in another browser. */
async function setPinElsewhere(): Promise<Page> {
  const other = new PlainBrowser(signIn.issuer.origin);
  const form = await other.open(`${signIn.issuer.href}/pin`);
  return await other.send(form, { number: cards.siuMing, code: '11112222', ...newPin });
}

const newPin = { newPin: '2583', newPinAgain: '2583' };
const refusal = { error: 'invalid_grant' };

test('a reader signs in first, and sees the allowed services; no code stays in the address', async () => {
  const ebooks = await relyingParty(signIn, 'ebooks');
  await tokensOf(ebooks, cards.siuMing, browser);
  const other = new PlainBrowser(signIn.issuer.origin);
  const form = await other.open(consents);
  expect(form.text).toContain('Sign in to see where you are signed in');
  const list = await other.send(form, { number: cards.siuMing, pin });
  expect(list.url).toBe(consents);
  expect(list.text).toContain('Example E-books');
  expect(list.text).not.toContain('Example Audiobooks');
});

test('a withdrawn service learns nothing more from any browser, and has to ask again', async () => {
  const ebooks = await relyingParty(signIn, 'ebooks');
  const audiobooks = await relyingParty(signIn, 'audiobooks');
  const phone = new PlainBrowser(signIn.issuer.origin);
  const onPhone = await tokensOf(ebooks, cards.siuMing, phone);
  const here = await tokensOf(ebooks, cards.siuMing, browser);
  const heard = await audiobooks.begin();
  const agreed = await browser.send(await browser.open(heard.url.href), { answer: 'allow' });
  const listening = await audiobooks.finish(heard, agreed.url);
  const ofAnother = await tokensOf(ebooks, cards.other, new PlainBrowser(signIn.issuer.origin));

  const left = await browser.send(await browser.open(consents), { client: 'ebooks' });
  expect(left.text).toContain('Example E-books learns nothing more about you.');
  expect(left.text).not.toContain('Withdraw from Example E-books');
  expect(left.text).toContain('Withdraw from Example Audiobooks');
  await expect(ebooks.refresh(onPhone.refresh_token)).rejects.toMatchObject(refusal);
  await expect(ebooks.refresh(here.refresh_token)).rejects.toMatchObject(refusal);
  expect(told).toHaveLength(2);
  await audiobooks.refresh(listening.refresh_token);
  await ebooks.refresh(ofAnother.refresh_token);
  const again = await browser.open((await ebooks.begin()).url.href);
  expect(again.text).toContain('Allow Example E-books?');
});

test('a reader sees the browsers in which they are signed in, and signs another one out', async () => {
  const ebooks = await relyingParty(signIn, 'ebooks');
  const phone = new PlainBrowser(signIn.issuer.origin);
  const onPhone = await tokensOf(ebooks, cards.siuMing, phone);
  const here = await tokensOf(ebooks, cards.siuMing, browser);
  const ofAnother = await tokensOf(ebooks, cards.other, new PlainBrowser(signIn.issuer.origin));
  const page = await browser.open(consents);
  const rows = page.text.match(/<li>.*?name="session".*?<\/li>/gs) ?? [];
  expect(rows).toHaveLength(2);
  expect(rows.filter((row) => row.includes('this browser'))).toHaveLength(1);
  const [, elsewhere = ''] =
    /value="([^"]+)"/.exec(rows.find((row) => !row.includes('this browser')) ?? '') ?? [];

  const left = await browser.send(page, { session: elsewhere });
  expect(left.text).toContain('That browser is signed out.');
  expect(left.text.match(/name="session"/g)).toHaveLength(1);
  await expect(ebooks.refresh(onPhone.refresh_token)).rejects.toMatchObject(refusal);
  expect(told).toHaveLength(1);
  expect((await phone.open(consents)).text).toContain('Library card number');
  await ebooks.refresh(here.refresh_token);
  await ebooks.refresh(ofAnother.refresh_token);
});

test('a reader signs out this browser, and nobody else’s', async () => {
  const ebooks = await relyingParty(signIn, 'ebooks');
  await tokensOf(ebooks, cards.siuMing, browser);
  const other = new PlainBrowser(signIn.issuer.origin);
  await tokensOf(ebooks, cards.other, other);
  const sessionIn = (page: Page) => /name="session" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  const page = await browser.open(consents);
  await browser.send(page, { session: sessionIn(await other.open(consents)) });
  expect((await other.open(consents)).text).not.toContain('Library card number');
  expect((await browser.send(page, { session: sessionIn(page) })).text).toContain('Library card number');
});

test('an app of the library that has tokens is listed, and ends there', async () => {
  const app = await relyingParty(signIn, 'app');
  const { refresh_token: token } = await tokensOf(app, cards.siuMing, new PlainBrowser(signIn.issuer.origin));
  const ebooks = await relyingParty(signIn, 'ebooks');
  const here = await tokensOf(ebooks, cards.siuMing, browser);
  const page = await browser.open(consents);
  expect(page.text).toContain('name="client" value="reader-app"');
  const left = await browser.send(page, { client: 'reader-app' });
  expect(left.text).not.toContain('name="client" value="reader-app"');
  await expect(app.refresh(token)).rejects.toMatchObject(refusal);
  await ebooks.refresh(here.refresh_token);
});

test('another site can’t withdraw for a reader, and a client without consent can’t be withdrawn', async () => {
  const ebooks = await relyingParty(signIn, 'ebooks');
  const { refresh_token: token } = await tokensOf(ebooks, cards.siuMing, browser);
  const fromElsewhere = await browser.open(consents, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams({ client: 'ebooks' }),
  });
  expect(fromElsewhere.status).toBe(403);
  const page = await browser.open(consents);
  for (const client of ['reader-web', 'sign-in-consents', 'nobody']) {
    await browser.send(page, { client });
  }
  await ebooks.refresh(token);
});

test('staff can’t see readers’ consents', async () => {
  const staff = await relyingParty(signIn, 'staff');
  const form = await browser.open((await staff.begin()).url.href);
  await browser.send(form, { number: 'chan', pin: 'demonstration' });
  expect((await browser.open(consents)).text).toContain('Library card number');
});

test('a new PIN ends all sessions and tokens of that reader only, and services that want it are told', async () => {
  const ebooks = await relyingParty(signIn, 'ebooks');
  graph.codes.set(cards.siuMing, '11112222');
  const tokens = await tokensOf(ebooks, cards.siuMing, browser);
  const sid = tokens.claims()?.sid;
  const other = new PlainBrowser(signIn.issuer.origin);
  const ofAnother = await tokensOf(ebooks, cards.other, other);

  const done = await setPinElsewhere();
  expect(done.text).toContain('The PIN is set');

  await expect(ebooks.refresh(tokens.refresh_token)).rejects.toMatchObject(refusal);
  expect((await browser.open((await ebooks.begin()).url.href)).text).toContain('Sign in to Example E-books');
  await ebooks.refresh(ofAnother.refresh_token);
  expect((await other.open(consents)).text).toContain('Withdraw from Example E-books');

  expect(told).toHaveLength(1);
  const keys = createRemoteJWKSet(new URL(`${signIn.issuer.href}/jwks`));
  const { payload } = await jwtVerify(told[0]?.get('logout_token') ?? '', keys, {
    issuer: signIn.issuer.href,
    audience: 'ebooks',
    typ: 'logout+jwt',
  });
  const { pseudonym } = await graph.standing('P0000001', 'example-ebooks');
  expect(payload).toMatchObject({
    sub: pseudonym,
    sid,
    events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
  });
  expect(sid).toEqual(expect.any(String));
});

test('a new PIN during sign-in: the sign-in continues, and former tokens end', async () => {
  const ebooks = await relyingParty(signIn, 'ebooks');
  const before = await tokensOf(ebooks, cards.siuMing, browser);
  graph.codes.set(cards.siuMing, '11112222');
  const begun = await ebooks.begin({ prompt: 'login' });
  const form = await browser.open(begun.url.href);
  const forgotten = await browser.open(`${form.url}/pin`);
  const last = await browser.send(forgotten, { number: cards.siuMing, code: '11112222', ...newPin });
  const tokens = await ebooks.finish(begun, last.url);
  await ebooks.refresh(tokens.refresh_token);
  await expect(ebooks.refresh(before.refresh_token)).rejects.toMatchObject(refusal);
});

test('a failure to tell a service is logged without the reader', async () => {
  answers = 500;
  const ebooks = await relyingParty(signIn, 'ebooks');
  graph.codes.set(cards.siuMing, '11112222');
  await signInAs(cards.siuMing, await ebooks.begin(), browser);
  await setPinElsewhere();
  const line = signIn.log.find((one) => one.includes('was not told'));
  expect(line).toContain('ebooks');
  expect(signIn.log.join('\n')).not.toContain('P0000001');
});

test('after a PIN was set or a card was lost elsewhere, the reader has to sign in again', async () => {
  const ebooks = await relyingParty(signIn, 'ebooks');
  const before = await tokensOf(ebooks, cards.siuMing, browser);
  const ofAnother = await tokensOf(ebooks, cards.other, new PlainBrowser(signIn.issuer.origin));
  // Sign-ins in the second of the change have ended, too.
  graph.signInAgainSince.set('P0000001', Date.now());
  await expect(ebooks.refresh(before.refresh_token)).rejects.toMatchObject(refusal);
  expect(told).toHaveLength(1);
  expect((await browser.open(consents)).text).toContain('Library card number');
  expect((await browser.open((await ebooks.begin()).url.href)).text).toContain('Sign in to Example E-books');
  await ebooks.refresh(ofAnother.refresh_token);
  graph.signInAgainSince.set('P0000001', Date.now() - 1_000);
  const after = await tokensOf(ebooks, cards.siuMing, browser);
  await ebooks.refresh(after.refresh_token);
});

test('the sign-in with which the reader set the PIN goes on, and no other', async () => {
  const app = await relyingParty(signIn, 'app');
  // Both may begin in one second: the server distinguishes them by their sessions, too.
  const elsewhere = await tokensOf(app, cards.siuMing, new PlainBrowser(signIn.issuer.origin));
  const own = await tokensOf(app, cards.siuMing, browser);
  const { sid, auth_time: at } = decodeJwt(own.access_token);
  graph.signInAgainSince.set('P0000001', Date.now() + 1_000);
  graph.exceptSignInId.set('P0000001', `${sid} ${at}`);
  await expect(app.refresh(elsewhere.refresh_token)).rejects.toMatchObject(refusal);
  await app.refresh(own.refresh_token);
  expect((await browser.open(consents)).text).not.toContain('Library card number');
});

test('a sign-in began before its PIN was checked, however late the answer is', async () => {
  const app = await relyingParty(signIn, 'app');
  const check = graph.authenticate.bind(graph);
  graph.authenticate = async (presented) => {
    const patronId = await check(presented);
    await setTimeout(2_100);
    return patronId;
  };
  const latest = Math.ceil(Date.now() / 1000);
  const tokens = await tokensOf(app, cards.siuMing, browser);
  expect(decodeJwt(tokens.access_token).auth_time).toBeLessThanOrEqual(latest);
});

test('a service learns nothing more with a token of a sign-in that has ended', async () => {
  const ebooks = await relyingParty(signIn, 'ebooks');
  const { access_token: token, claims } = await tokensOf(ebooks, cards.siuMing, browser);
  const userinfo = () => fetchUserInfo(ebooks.config, token, claims()?.sub ?? '');
  await expect(userinfo()).resolves.toMatchObject({ library_standing: 'good' });
  graph.signInAgainSince.set('P0000001', Date.now() + 1_000);
  await expect(userinfo()).rejects.toThrow();
});
