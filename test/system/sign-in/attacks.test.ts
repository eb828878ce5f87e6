/** Attacks against an OpenID provider (RFC 9700, RFC 6819), each with a test of its own. All are refused. */
import * as client from 'openid-client';
import { beforeAll, describe, expect, test } from 'vitest';
import { maxBegunPerMinute } from '../../../edge/sign-in/sign-in-rate.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { type Page, PlainBrowser } from '../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { type Begun, type RelyingParty, relyingParty } from '../../support/sign-in/relying-party.ts';
import { callbacksAt, secrets, startSignInOfTests } from '../../support/sign-in/running-sign-in.ts';
import { pin, signInAs, tokensOf } from '../../support/sign-in/sign-in-as.ts';

const graph = madeUpReaders();
const signIn = openedForTests(() => startSignInOfTests({ graph, trustedProxies: ['127.0.0.1'] }));
let ebooks: RelyingParty;
beforeAll(async () => {
  ebooks = await relyingParty(signIn, 'ebooks');
});

const newBrowser = (headers?: Readonly<Record<string, string>>) =>
  new PlainBrowser(signIn.issuer.origin, headers);
const callback = () => callbacksAt(signIn.parties).ebooks;

/** The URL of an authorization request with changed parameters. Undefined removes a parameter. */
async function changed(parameters: Readonly<Record<string, string | undefined>>): Promise<URL> {
  const { url } = await ebooks.begin();
  for (const [name, value] of Object.entries(parameters)) {
    if (value === undefined) {
      url.searchParams.delete(name);
    } else {
      url.searchParams.set(name, value);
    }
  }
  return url;
}

/** Sends a request to the token endpoint. The default authorization is the e-book service's secret. */
function tokenRequest(body: Readonly<Record<string, string>>, authorization?: string): Promise<Response> {
  return fetch(`${signIn.issuer.href}/token`, {
    method: 'POST',
    headers: {
      authorization: authorization ?? `Basic ${btoa(`ebooks:${encodeURIComponent(secrets.ebooks)}`)}`,
    },
    body: new URLSearchParams(body),
  });
}

const grantOf = (begun: Begun, code: string) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: callback(),
  code_verifier: begun.checks.pkceCodeVerifier,
});
const exchange = (begun: Begun, code: string, change: Readonly<Record<string, string>> = {}) =>
  tokenRequest({ ...grantOf(begun, code), ...change });

async function codeOf(begun: Begun, browser = newBrowser()): Promise<string> {
  const url = new URL(await signInAs(cards.siuMing, begun, browser));
  return url.searchParams.get('code') ?? expect.fail(`no code: ${url}`);
}

describe('a redirect URI that is not the registered one', () => {
  test.each([
    ['another host', 'https://attacker.example/callback'],
    ['a path below it', '/ebooks/callback/../../attacker'],
    ['a deeper path', '/ebooks/callback/more'],
    ['a query', '/ebooks/callback?next=https://attacker.example'],
    ['a fragment', '/ebooks/callback#part'],
    ['another port', 'http://127.0.0.1:10/ebooks/callback'],
    ['a login', 'http://127.0.0.1:9@attacker.example/ebooks/callback'],
    ['a look-alike host', 'https://ebooks.example.attacker.example/callback'],
    ['an encoded dot', '/ebooks/%2e%2e/attacker'],
    ['other letters', '/EBOOKS/callback'],
    ['a script', 'javascript:alert(1)'],
    ['that of another client', '/audiobooks/callback'],
  ])('%s: an error on our page, and no redirect', async (_, uri) => {
    const redirectUri = uri.startsWith('/') ? `${signIn.parties}${uri}` : uri;
    const page = await newBrowser().open((await changed({ redirect_uri: redirectUri })).href);
    expect(page.status).toBe(400);
    expect(new URL(page.url).origin).toBe(signIn.issuer.origin);
    expect(page.text).toContain('invalid_redirect_uri');
    expect(page.text).not.toContain('href="javascript');
  });

  test('none: no redirect', async () => {
    const page = await newBrowser().open((await changed({ redirect_uri: undefined })).href);
    expect(page.status).toBe(400);
    expect(new URL(page.url).origin).toBe(signIn.issuer.origin);
  });

  test('two of them: no redirect', async () => {
    const url = await changed({});
    url.searchParams.append('redirect_uri', 'https://attacker.example/');
    const page = await newBrowser().open(url.href);
    expect(page.status).toBe(400);
    expect(new URL(page.url).origin).toBe(signIn.issuer.origin);
  });
});

describe('a code', () => {
  test('that is replayed is refused, and its tokens are revoked', async () => {
    const begun = await ebooks.begin();
    const code = await codeOf(begun);
    const first = await exchange(begun, code);
    const tokens = (await first.json()) as { access_token: string; refresh_token: string };
    expect(first.status).toBe(200);
    const second = await exchange(begun, code);
    expect(second.status).toBe(400);
    expect(await second.json()).toMatchObject({ error: 'invalid_grant' });
    await expect(ebooks.refresh(tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
    const info = await fetch(`${signIn.issuer.href}/me`, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(info.status).toBe(401);
  });

  test('that is sent ten times at once gives no tokens that work', async () => {
    const begun = await ebooks.begin();
    const code = await codeOf(begun);
    const answers = await Promise.all(Array.from({ length: 10 }, () => exchange(begun, code)));
    const given = answers.filter(({ status }) => status === 200);
    expect(given.length).toBeLessThanOrEqual(1);
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    for (const answer of given) {
      const tokens = (await answer.json()) as { access_token: string; refresh_token: string };
      await expect(ebooks.refresh(tokens.refresh_token)).rejects.toMatchObject({ error: 'invalid_grant' });
      const headers = { authorization: `Bearer ${tokens.access_token}` };
      expect((await fetch(`${signIn.issuer.href}/me`, { headers })).status).toBe(401);
    }
  });

  test('of another client is refused', async () => {
    const begun = await ebooks.begin();
    const code = await codeOf(begun);
    const other = `Basic ${btoa(`audiobooks:${encodeURIComponent(secrets.audiobooks)}`)}`;
    expect((await tokenRequest(grantOf(begun, code), other)).status).toBe(400);
  });

  test.each([
    ['another redirect URI', { redirect_uri: 'https://ebooks.example/callback' }],
    ['another verifier', { code_verifier: client.randomPKCECodeVerifier() }],
    ['an empty verifier', { code_verifier: '' }],
  ])('with %s is refused', async (_, change) => {
    const begun = await ebooks.begin();
    expect((await exchange(begun, await codeOf(begun), change)).status).toBe(400);
  });

  test('without the secret, or with another one, is refused', async () => {
    const begun = await ebooks.begin();
    const code = await codeOf(begun);
    const body = grantOf(begun, code);
    expect((await tokenRequest(body, `Basic ${btoa('ebooks:wrong')}`)).status).toBe(401);
    expect((await tokenRequest({ ...body, client_id: 'ebooks' }, 'None')).status).toBeGreaterThanOrEqual(400);
  });

  test('from another browser is refused by the relying party, which checks nonce and state', async () => {
    const mine = await ebooks.begin();
    const theirs = await ebooks.begin();
    const url = await signInAs(cards.other, theirs, newBrowser());
    await expect(ebooks.finish(mine, url)).rejects.toThrow();
  });
});

describe('PKCE', () => {
  test.each([
    ['none', { code_challenge: undefined, code_challenge_method: undefined }],
    ['plain', { code_challenge_method: 'plain' }],
    ['no method, which would be plain', { code_challenge_method: undefined }],
    ['an unknown method', { code_challenge_method: 'S1' }],
  ])('%s: no code', async (_, parameters) => {
    const { url } = await newBrowser().open((await changed(parameters)).href);
    expect(url).toMatch(/error=invalid_request/);
    expect(url).not.toContain('code=');
  });
});

describe('disabled flows', () => {
  test.each(['token', 'id_token', 'code id_token', 'code token', 'none'])('%s', async (responseType) => {
    const { url } = await newBrowser().open((await changed({ response_type: responseType })).href);
    expect(url).toMatch(/error=(unsupported_response_type|unauthorized_client|invalid_request)/);
  });

  test.each(['client_credentials', 'password', 'implicit', 'urn:ietf:params:oauth:grant-type:device_code'])(
    'the grant %s',
    async (grantType) => {
      const answer = await tokenRequest({ grant_type: grantType, username: cards.siuMing, password: pin });
      expect(answer.status).toBe(400);
    },
  );

  test('a request object, by value and by reference', async () => {
    const byValue = await newBrowser().open((await changed({ request: 'eyJhbGciOiJub25lIn0.e30.' })).href);
    const byReference = await newBrowser().open(
      (await changed({ request_uri: 'https://attacker.example/request' })).href,
    );
    expect(byValue.url + byValue.text).toMatch(/request_not_supported/);
    expect(byReference.url + byReference.text).toMatch(/request_uri_not_supported/);
  });

  test.each(['/reg', '/token/introspection', '/device', '/device/auth', '/backchannel'])(
    'the path %s',
    async (path) => {
      const answer = await fetch(`${signIn.issuer.href}${path}`, { method: 'POST', body: '{}' });
      expect(answer.status).toBe(404);
    },
  );

  test('discovery doesn’t offer them', async () => {
    const { registration_endpoint: registration, ...said } = (await (
      await fetch(`${signIn.issuer.href}/.well-known/openid-configuration`)
    ).json()) as Record<string, unknown>;
    expect(registration).toBeUndefined();
    expect(said).toMatchObject({
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      subject_types_supported: ['pairwise'],
      authorization_response_iss_parameter_supported: true,
    });
  });
});

test('mix-up: each redirect names the issuer, and the relying party refuses another issuer', async () => {
  const begun = await ebooks.begin();
  const url = new URL(await signInAs(cards.siuMing, begun, newBrowser()));
  expect(url.searchParams.get('iss')).toBe(signIn.issuer.href);
  url.searchParams.set('iss', 'https://attacker.example');
  await expect(ebooks.finish(begun, url.href)).rejects.toThrow();
  const refused = await newBrowser().open((await changed({ code_challenge: undefined })).href);
  expect(new URL(refused.url).searchParams.get('iss')).toBe(signIn.issuer.href);
});

describe('CSRF', () => {
  async function formOf(browser: PlainBrowser): Promise<Page> {
    return await browser.open((await ebooks.begin()).url.href);
  }
  const send = (page: Page, browser: PlainBrowser, headers: Readonly<Record<string, string>>) =>
    browser.open(page.url, {
      method: 'POST',
      headers,
      body: new URLSearchParams({ number: cards.siuMing, pin }),
    });

  test.each([
    ['another site', { origin: 'https://attacker.example' }],
    ['another site, by Sec-Fetch-Site', { 'sec-fetch-site': 'cross-site' }],
    ['a neighbour', { 'sec-fetch-site': 'same-site', origin: 'https://other.library.example' }],
    ['a sandboxed frame', { origin: 'null' }],
    ['an unknown origin', {}],
  ])('a form from %s is refused before the graph is asked', async (_, headers) => {
    const browser = newBrowser();
    const page = await formOf(browser);
    const asked = graph.presented.length;
    expect((await send(page, browser, headers)).status).toBe(403);
    expect(graph.presented.length).toBe(asked);
  });

  test('login CSRF: a page of one browser accepts no form from another', async () => {
    const page = await formOf(newBrowser());
    const victim = newBrowser();
    const answer = await send(page, victim, { origin: signIn.issuer.origin });
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('This page has expired');
    expect(victim.cookies.filter(({ name }) => name === 'sign-in')).toEqual([]);
  });

  test('signing out needs the page’s own form', async () => {
    const browser = newBrowser();
    await tokensOf(ebooks, cards.siuMing, browser);
    await browser.open('/sign-in/session/end/confirm', {
      method: 'POST',
      headers: { origin: 'https://attacker.example' },
      body: new URLSearchParams({ logout: 'yes', xsrf: 'guessed' }),
    });
    const { url } = await browser.open((await ebooks.begin()).url.href);
    expect(url).toContain('code=');
  });
});

test('clickjacking: none of our pages can be framed, run a script or be cached', async () => {
  const browser = newBrowser();
  const page = await browser.open((await ebooks.begin()).url.href);
  const consent = await browser.send(page, { number: cards.other, pin });
  const failure = await browser.open((await changed({ redirect_uri: 'https://attacker.example' })).href);
  const pages = [page, consent, failure, await browser.open('/sign-in'), await browser.open('/sign-in/pin')];
  pages.push(await browser.open('/sign-in/session/end'), await browser.open('/sign-in/nothing'));
  for (const { headers, text } of pages) {
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cache-control')).toMatch(/no-store/);
    expect(text).not.toMatch(/<script|<style|style="|onload=|<iframe/);
  }
});

test('fixation: a planted session is not the one that is signed in', async () => {
  const attacker = newBrowser();
  const begun = await ebooks.begin();
  await attacker.open(begun.url.href);
  // The attacker begins to sign in, and plants all cookies in the victim's browser. Then the victim signs in.
  const victim = newBrowser();
  victim.cookies.push(...attacker.cookies);
  const planted = victim.cookies.map(({ name, value }) => `${name}=${value}`);
  await signInAs(cards.siuMing, await ebooks.begin(), victim);
  const own = victim.cookies.find(({ name }) => name === 'sign-in');
  expect(own).toBeDefined();
  expect(planted).not.toContain(`sign-in=${own?.value}`);
  const { text } = await attacker.open((await ebooks.begin()).url.href);
  expect(text).toContain('Sign in to Example E-books');
});

test('a session gets a new id at each sign-in', async () => {
  const browser = newBrowser();
  await signInAs(cards.siuMing, await ebooks.begin(), browser);
  const before = browser.cookies.find(({ name }) => name === 'sign-in')?.value;
  await signInAs(cards.siuMing, await ebooks.begin({ prompt: 'login' }), browser);
  const after = browser.cookies.find(({ name }) => name === 'sign-in')?.value;
  expect(after).not.toBe(before);
});

describe('open redirect', () => {
  test.each([
    'https://attacker.example/',
    '//attacker.example/',
    '/sign-in//attacker.example',
    '/sign-in/..//attacker.example',
    '/sign-in@attacker.example',
    '/sign-in\\@attacker.example',
    '/sign-inside',
    '/graphql',
  ])('the switch of languages does not lead to %s', async (back) => {
    const answer = await fetch(
      `${signIn.issuer.href}/language?${new URLSearchParams({ to: 'zh-Hant', back })}`,
      { redirect: 'manual' },
    );
    expect(answer.headers.get('location')).toBe('/sign-in');
  });

  test('signing out does not lead to a URL that is not registered', async () => {
    const browser = newBrowser();
    const { id_token: hint = '' } = await tokensOf(ebooks, cards.siuMing, browser);
    const query = new URLSearchParams({
      id_token_hint: hint,
      post_logout_redirect_uri: 'https://attacker.example/',
    });
    const page = await browser.open(`/sign-in/session/end?${query}`);
    expect(page.status).toBe(400);
    expect(page.text).not.toContain('href="https://attacker.example');
  });
});

describe('PINs', () => {
  test('wrong, unknown and locked are one answer, to the letter', async () => {
    const texts = new Set<string>();
    const browser = newBrowser();
    const page = await browser.open((await ebooks.begin()).url.href);
    const tries = [cards.withoutPin, '21852000009992', '00000000000000', 'abc', cards.other];
    for (const number of [...tries, cards.other, cards.other, cards.other, cards.other]) {
      const answer = await browser.send(page, { number, pin: '9999' });
      expect(answer.status).toBe(422);
      texts.add(answer.text.replace(/value="[^"]*"/g, ''));
    }
    // Now the number is locked, so even the right PIN is refused.
    const locked = await browser.send(page, { number: cards.other, pin });
    texts.add(locked.text.replace(/value="[^"]*"/g, ''));
    expect(texts.size).toBe(1);
  });

  test('spraying: each try tells the graph from which network it came, and the address itself is not told', async () => {
    const from = async (address: string): Promise<string> => {
      const browser = newBrowser({ 'x-forwarded-for': address });
      const page = await browser.open((await ebooks.begin()).url.href);
      await browser.send(page, { number: '21852000009992', pin: '1111' });
      return graph.presented.at(-1)?.address ?? '';
    };
    const one = await from('203.0.113.7');
    expect(one).toMatch(/^[\w-]{43}$/);
    expect(await from('203.0.113.7')).toBe(one);
    expect(await from('203.0.113.8')).not.toBe(one);
    // A client can add addresses before the address that the trusted proxy saw. The added addresses are ignored.
    expect(await from('198.51.100.1, 203.0.113.7')).toBe(one);
    const network = await from('2001:db8:1:2::1');
    expect(await from('2001:db8:1:2:ffff::9')).toBe(network);
    expect(await from('2001:db8:1:3::1')).not.toBe(network);
  });

  test('a PIN is never on a page, not even in the form that comes back', async () => {
    const browser = newBrowser();
    const page = await browser.open((await ebooks.begin()).url.href);
    const answer = await browser.send(page, { number: '21852000009992', pin: '86420975' });
    expect(answer.text).not.toContain('86420975');
    expect(answer.text).toContain('21852000009992');
  });

  test('a number is text, whatever it is', async () => {
    const browser = newBrowser();
    const page = await browser.open((await ebooks.begin()).url.href);
    const answer = await browser.send(page, { number: '"><script>alert(1)</script>', pin: '1' });
    expect(answer.text).not.toContain('<script>');
    expect(answer.text).toContain('&quot;&gt;&lt;script&gt;');
  });
});

describe('tokens', () => {
  test('an e-book service gets no token for the graph, and no patron number', async () => {
    const resource = await newBrowser().open((await changed({ resource: 'urn:patron-graph' })).href);
    expect(resource.url).toContain('error=invalid_target');
    const patron = await newBrowser().open((await changed({ scope: 'openid patron' })).href);
    expect(patron.url).toContain('error=invalid_scope');
  });

  test('an access token in a URL is not accepted', async () => {
    const { access_token: token } = await tokensOf(ebooks, cards.siuMing, newBrowser());
    expect((await fetch(`${signIn.issuer.href}/me?access_token=${token}`)).status).toBe(400);
  });
});

test('a forwarded host is not used in our URLs', async () => {
  const answer = await fetch(`${signIn.issuer.href}/.well-known/openid-configuration`, {
    headers: {
      'x-forwarded-host': 'attacker.example',
      'x-forwarded-proto': 'https',
      forwarded: 'host=attacker.example',
    },
  });
  expect(await answer.text()).not.toContain('attacker.example');
});

describe('size limits', () => {
  test('a form that is too large is refused', async () => {
    const browser = newBrowser();
    const page = await browser.open((await ebooks.begin()).url.href);
    const answer = await browser.send(page, { number: 'x'.repeat(20_000), pin });
    expect(answer.status).toBe(413);
  });

  test('a field that is too long counts as missing', async () => {
    const browser = newBrowser();
    const page = await browser.open((await ebooks.begin()).url.href);
    const asked = graph.presented.length;
    const answer = await browser.send(page, { number: '2'.repeat(101), pin });
    expect(answer.text).toContain('Enter the library card number.');
    expect(graph.presented.length).toBe(asked);
  });
});

test('a network that begins too many sign-ins must wait, and others needn’t', async () => {
  const begin = async (address: string) =>
    (await fetch((await ebooks.begin()).url, { redirect: 'manual', headers: { 'x-forwarded-for': address } }))
      .status;
  const statuses = new Set<number>();
  for (let count = 0; count <= maxBegunPerMinute; count += 50) {
    const batch = Array.from({ length: 50 }, () => begin('203.0.113.99'));
    for (const status of await Promise.all(batch)) {
      statuses.add(status);
    }
  }
  expect([...statuses].sort()).toEqual([303, 429]);
  expect(await begin('203.0.113.98')).toBe(303);
}, 30_000);
