/** The whole flow from the sign-in page to tokens and userinfo, with `openid-client` as relying party. */
import { decodeJwt, decodeProtectedHeader } from 'jose';
import * as client from 'openid-client';
import { afterEach, describe, expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { relyingParty } from '../../support/sign-in/relying-party.ts';
import { startSignInOfTests } from '../../support/sign-in/running-sign-in.ts';
import { pin, signInAs, tokensOf } from '../../support/sign-in/sign-in-as.ts';

let now = Date.now();
const graph = madeUpReaders();
const signIn = openedForTests(() => startSignInOfTests({ graph, now: () => now }));
afterEach(() => {
  now = Date.now();
  graph.isUp = true;
  graph.standings.set('P0000001', true);
});

const newBrowser = () => new PlainBrowser(signIn.issuer.origin);

describe('an e-book service', () => {
  test('learns a pseudonym and the standing, and nothing else', async () => {
    const party = await relyingParty(signIn, 'ebooks');
    const tokens = await tokensOf(party, cards.siuMing, newBrowser());
    const { pseudonym } = await graph.standing('P0000001', 'example-ebooks');
    const claims = tokens.claims();
    const protocol = ['aud', 'exp', 'iat', 'iss', 'nonce', 'sid', 'sub', 'at_hash', 'auth_time'];
    expect(Object.keys(claims ?? {}).filter((name) => !protocol.includes(name))).toEqual([
      'library_standing',
    ]);
    expect(claims).toMatchObject({ sub: pseudonym, library_standing: 'good', aud: 'ebooks' });
    const info = await client.fetchUserInfo(party.config, tokens.access_token, pseudonym);
    expect(info).toEqual({ sub: pseudonym, library_standing: 'good' });
  });

  test('gets another pseudonym than a second service', async () => {
    const browser = newBrowser();
    const first = await tokensOf(await relyingParty(signIn, 'ebooks'), cards.siuMing, browser);
    const audiobooks = await relyingParty(signIn, 'audiobooks');
    // The reader is signed in already, so the second service only asks for consent.
    const begun = await audiobooks.begin();
    const consent = await browser.open(begun.url.href);
    expect(consent.text).toContain('Allow Example Audiobooks?');
    const { url } = await browser.send(consent, { answer: 'allow' });
    const second = await audiobooks.finish(begun, url);
    expect(second.claims()?.sub).not.toBe(first.claims()?.sub);
    expect(decodeProtectedHeader(second.id_token ?? '').alg).toBe('ES256');
    expect(decodeProtectedHeader(first.id_token ?? '').alg).toBe('RS256');
  });

  test('gets the reader who signs in after somebody else, and the content policy allows the form to it', async () => {
    const party = await relyingParty(signIn, 'ebooks');
    const browser = newBrowser();
    await tokensOf(party, cards.siuMing, browser);
    const begun = await party.begin({ prompt: 'login' });
    const page = await browser.open(begun.url.href);
    const form = await browser.send(page, { number: cards.other, pin });
    const policy = form.headers.get('content-security-policy');
    expect(policy).toContain(`form-action 'self' ${signIn.parties};`);
    // A policy with the hash of the form's script and also `'none'` would be malformed.
    expect(policy).toMatch(/;script-src 'sha256-[\w+/=]+';/);
    const consent = await browser.send(form, {});
    const { url } = await browser.send(consent, { answer: 'allow' });
    const { pseudonym } = await graph.standing('P0000002', 'example-ebooks');
    expect((await party.finish(begun, url)).claims()?.sub).toBe(pseudonym);
  });

  test('asks for consent once, also after the browser was closed', async () => {
    const party = await relyingParty(signIn, 'ebooks');
    await tokensOf(party, cards.siuMing, newBrowser());
    const begun = await party.begin();
    const browser = newBrowser();
    const { url } = await browser.send(await browser.open(begun.url.href), { number: cards.siuMing, pin });
    expect((await party.finish(begun, url)).claims()?.sub).toBeDefined();
    const again = await party.begin({ prompt: 'consent' });
    expect((await browser.open(again.url.href)).text).toContain('Allow Example E-books?');
  });

  test('is told if the reader denies or cancels', async () => {
    const party = await relyingParty(signIn, 'audiobooks');
    const browser = newBrowser();
    const begun = await party.begin();
    const consent = await browser.send(await browser.open(begun.url.href), { number: cards.other, pin });
    const { url } = await browser.send(consent, { answer: 'deny' });
    await expect(party.finish(begun, url)).rejects.toMatchObject({ error: 'access_denied' });
    const second = await party.begin({ prompt: 'login' });
    const cancelled = await browser.send(await browser.open(second.url.href), {}, '/cancel');
    await expect(party.finish(second, cancelled.url)).rejects.toMatchObject({ error: 'access_denied' });
  });

  test('sees at a refresh and in userinfo that the standing is lost, and that it is good again', async () => {
    const party = await relyingParty(signIn, 'ebooks');
    const tokens = await tokensOf(party, cards.siuMing, newBrowser());
    const sub = tokens.claims()?.sub ?? '';
    graph.standings.set('P0000001', false);
    const refreshed = await party.refresh(tokens.refresh_token);
    expect(refreshed.claims()).toMatchObject({ sub, library_standing: 'not_good' });
    expect(await client.fetchUserInfo(party.config, refreshed.access_token, sub)).toEqual({
      sub,
      library_standing: 'not_good',
    });
    graph.standings.set('P0000001', true);
    const later = await party.refresh(refreshed.refresh_token);
    expect(later.claims()).toMatchObject({ sub, library_standing: 'good' });
  });

  test('can refresh again after the graph was down, because the refresh token is not used up', async () => {
    const party = await relyingParty(signIn, 'ebooks');
    const tokens = await tokensOf(party, cards.siuMing, newBrowser());
    graph.isUp = false;
    await expect(party.refresh(tokens.refresh_token)).rejects.toMatchObject({ cause: { status: 503 } });
    graph.isUp = true;
    expect((await party.refresh(tokens.refresh_token)).claims()?.library_standing).toBe('good');
  });

  test('asks the graph once for each refresh', async () => {
    const party = await relyingParty(signIn, 'ebooks');
    const tokens = await tokensOf(party, cards.siuMing, newBrowser());
    const before = graph.standingsAsked;
    await party.refresh(tokens.refresh_token);
    expect(graph.standingsAsked - before).toBe(1);
  });
});

describe('the library’s own', () => {
  test('web app gets the patron number and a token for the graph, and asks for no consent', async () => {
    const party = await relyingParty(signIn, 'web');
    const begun = await party.begin({ scope: 'openid patron' });
    const browser = newBrowser();
    const { url } = await browser.send(await browser.open(begun.url.href), { number: cards.siuMing, pin });
    const tokens = await party.finish(begun, url);
    expect(tokens.claims()).toMatchObject({ patron_id: 'P0000001' });
    const claims = decodeJwt(tokens.access_token);
    expect(claims).toMatchObject({
      aud: 'patron-graph',
      iss: signIn.issuer.href,
      client_id: 'reader-web',
      patron_id: 'P0000001',
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(600);
    expect(claims.scope).toBeUndefined();
  });

  test('app has to send the reader to sign in again once the standing is lost, as after a lost card', async () => {
    const party = await relyingParty(signIn, 'web');
    const tokens = await tokensOf(party, cards.siuMing, newBrowser());
    graph.standings.set('P0000001', false);
    await expect(party.refresh(tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    graph.standings.set('P0000001', true);
    expect((await party.refresh(tokens.refresh_token)).access_token).toBeDefined();
  });

  test('app on a phone gets them at its own scheme', async () => {
    const party = await relyingParty(signIn, 'app');
    const begun = await party.begin();
    const url = await signInAs(cards.siuMing, begun, newBrowser());
    expect(url).toMatch(/^hk\.example\.reader:\/callback\?/);
    expect(decodeJwt((await party.finish(begun, url)).access_token).patron_id).toBe('P0000001');
  });

  test('reader’s app gets no scope of the graph, whatever it asks for', async () => {
    const party = await relyingParty(signIn, 'web');
    const tokens = await tokensOf(party, cards.siuMing, newBrowser(), { scope: 'openid patrons:read' });
    expect(decodeJwt(tokens.access_token).scope).toBeUndefined();
  });

  test('pages of staff get the scopes of their entry, no patron, and never a reader', async () => {
    const party = await relyingParty(signIn, 'staff');
    const scope = { scope: 'openid patrons:read operate' };
    const browser = newBrowser();
    // The session of a reader doesn't sign anybody in as staff.
    await tokensOf(await relyingParty(signIn, 'web'), cards.siuMing, browser);
    const begun = await party.begin(scope);
    const page = await browser.open(begun.url.href);
    expect(page.text).toContain('Sign in to Staff Pages');
    expect((await browser.send(page, { number: cards.siuMing, pin })).status).toBe(422);
    const tokens = await staffTokens();
    expect(decodeJwt(tokens.access_token)).toMatchObject({ sub: 'lee', scope: 'patrons:read' });
    expect(decodeJwt(tokens.access_token)).not.toHaveProperty('patron_id');

    async function staffTokens() {
      const again = await party.begin(scope);
      const fresh = newBrowser();
      const form = await fresh.open(again.url.href);
      const done = await fresh.send(form, { number: 'lee', pin: 'demonstration' });
      return await party.finish(again, done.url);
    }
  });
});

describe('a session', () => {
  test('ends an hour after its last use', async () => {
    const party = await relyingParty(signIn, 'web');
    const browser = newBrowser();
    await tokensOf(party, cards.siuMing, browser);
    const sessionCookie = browser.cookies.find(({ name }) => name === 'sign-in');
    expect(sessionCookie).toBeDefined();
    const silent = await party.begin();
    expect((await browser.open(silent.url.href)).url).toContain('code=');
    now += 61 * 60_000;
    const later = await party.begin();
    expect((await browser.open(later.url.href)).text).toContain('Sign in to Library Website');
  });

  test('ends with the browser, because its cookie has no expiry', async () => {
    const party = await relyingParty(signIn, 'web');
    const begun = await party.begin();
    const browser = newBrowser();
    await signInAs(cards.siuMing, begun, browser);
    const lines = browser.setCookies.filter((line) => line.startsWith('sign-in='));
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.filter((line) => /expires=|max-age=/i.test(line))).toEqual([]);
    expect(lines.filter((line) => !/httponly/i.test(line) || !/samesite=lax/i.test(line))).toEqual([]);
  });
});

describe('signing out', () => {
  test('asks, ends the session and the refresh tokens, and returns to the service', async () => {
    const party = await relyingParty(signIn, 'ebooks');
    const browser = newBrowser();
    const tokens = await tokensOf(party, cards.siuMing, browser);
    const url = client.buildEndSessionUrl(party.config, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: `${signIn.parties}/ebooks/`,
      state: 'of the service',
    });
    const page = await browser.open(url.href);
    expect(page.text).toContain('Sign out of the library?');
    const back = await browser.send(page, { logout: 'yes' });
    expect(back.url).toBe(`${signIn.parties}/ebooks/?state=of+the+service`);
    await expect(party.refresh(tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    const begun = await party.begin();
    expect((await browser.open(begun.url.href)).text).toContain('Sign in to Example E-books');
  });

  test('without a service ends on our own page', async () => {
    const browser = newBrowser();
    await tokensOf(await relyingParty(signIn, 'ebooks'), cards.siuMing, browser);
    const page = await browser.open('/sign-in/session/end');
    const done = await browser.send(page, { logout: 'yes' });
    expect(done.text).toContain('You are signed out');
  });
});

describe('a PIN', () => {
  test('is set with a code from the counter, and signs in', async () => {
    const party = await relyingParty(signIn, 'ebooks');
    const begun = await party.begin();
    const browser = newBrowser();
    const page = await browser.open(begun.url.href);
    const form = await browser.open(/href="([^"]+\/pin)"/.exec(page.text)?.[1] ?? '');
    const fields = { number: cards.withoutPin, code: '48217350', newPin: '246810', newPinAgain: '246810' };
    const short = await browser.send(form, { ...fields, newPin: '12', newPinAgain: '12' });
    expect(short.text).toContain('A PIN has 4 to 8 digits.');
    const different = await browser.send(form, { ...fields, newPinAgain: '999999' });
    expect(different.text).toContain('The two new PINs are not the same.');
    const wrong = await browser.send(form, { ...fields, code: '00000000' });
    expect(wrong.text).toContain('The number or the code is wrong');
    const consent = await browser.send(form, fields);
    const { url } = await browser.send(consent, { answer: 'allow' });
    expect((await party.finish(begun, url)).claims()?.sub).toBeDefined();
    expect(graph.pins.get(cards.withoutPin)).toBe('246810');
    for (const { text } of [short, different, wrong]) {
      expect(text).not.toContain('246810');
    }
  });

  test('can be set without a service', async () => {
    const browser = newBrowser();
    const form = await browser.open('/sign-in/pin');
    const fields = { number: cards.withoutPin, code: '48217350', newPin: '13589', newPinAgain: '13589' };
    expect((await browser.send(form, fields)).text).toContain('The PIN is set');
  });
});

test('while the graph is down, the page says so, in another sentence than for a wrong PIN', async () => {
  const party = await relyingParty(signIn, 'ebooks');
  const begun = await party.begin();
  const browser = newBrowser();
  const page = await browser.open(begun.url.href);
  graph.isUp = false;
  const answer = await browser.send(page, { number: cards.siuMing, pin });
  expect(answer.status).toBe(503);
  expect(answer.text).toContain('The library’s systems do not answer.');
});

test('the log of a flow has only routes, statuses and times', async () => {
  await tokensOf(await relyingParty(signIn, 'ebooks'), cards.siuMing, newBrowser());
  for (const line of signIn.log) {
    expect(line).not.toMatch(/2185200|P000000|"1234"|code=|state=|127\.0\.0\.1/);
  }
  expect(signIn.log.join('')).toContain('/sign-in/token');
});
