/** Sessions of the pages: signing in and out, queries in a session, and attacks on a session. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { systemForTests } from '../system-for-tests.ts';

const system = systemForTests(undefined, {}, { hasPages: true });

const reader = { number: '2185 2000 0000 33', pin: '1234' };

interface SignedIn {
  readonly browser: PlainBrowser;
  readonly session: {
    readonly csrfToken: string;
    readonly name: string | null;
    readonly patronId: string | null;
  };
}

const newBrowser = () => new PlainBrowser(system.url, {}, [system.signIn?.origin ?? '']);

async function signIn(area: '/staff' | '/my'): Promise<SignedIn> {
  const browser = newBrowser();
  const page = await browser.open(`${area}/sign-in`);
  const account = { number: 'chan', pin: 'demonstration' };
  await browser.send(page, area === '/staff' ? account : reader);
  const session = JSON.parse((await browser.open(`${area}/session`)).text);
  return { browser, session };
}

const sameOrigin = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
const me = JSON.stringify({ query: '{ me { id } }' });

function ask(browser: PlainBrowser, area: string, headers: Record<string, string>, body = me) {
  return browser.open(`${area}/graphql`, { method: 'POST', headers: { ...sameOrigin, ...headers }, body });
}

test('lets staff sign in at the provider and ask the graph as themselves, without showing them a token', async () => {
  const { browser, session } = await signIn('/staff');
  expect(session).toMatchObject({ signedIn: true, name: 'chan', patronId: null });
  const query = '{ patrons(first: 1) { edges { node { id } } } }';
  const headers = { 'x-csrf-token': session.csrfToken };
  const answer = await ask(browser, '/staff', headers, JSON.stringify({ query }));
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({
    data: { patrons: { edges: [{ node: { id: 'P0000001' } }] } },
  });
  expect(JSON.stringify([session, answer.text])).not.toContain('eyJ');
});

test('lets a reader sign in with the library card and ask the graph as themselves', async () => {
  const { browser, session } = await signIn('/my');
  expect(session).toMatchObject({ signedIn: true, name: null, patronId: 'P0000002' });
  const answer = await ask(browser, '/my', { 'x-csrf-token': session.csrfToken });
  expect(JSON.parse(answer.text)).toEqual({ data: { me: { id: 'P0000002' } } });
});

test('sets a cookie for this host only, which scripts cannot read and which holds no data', async () => {
  const { browser } = await signIn('/my');
  const [cookie] = browser.setCookies.filter((line) => line.startsWith('__Host-reader='));
  expect(cookie).toMatch(/^__Host-reader=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
});

test('answers public questions of a signed-out page of readers, and none of a page of staff', async () => {
  const query = JSON.stringify({ query: '{ branches { code } }' });
  const answer = await ask(newBrowser(), '/my', {}, query);
  expect(JSON.parse(answer.text)).toEqual({
    data: { branches: expect.arrayContaining([{ code: 'HKCL' }]) },
  });
  const refused = await ask(newBrowser(), '/my', {}, JSON.stringify({ query: '{ me { id } }' }));
  expect(JSON.parse(refused.text)).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });
  expect(await ask(newBrowser(), '/staff', {}, query)).toMatchObject({ status: 401 });
  // A page whose session has ended learns that from the answer.
  const over = { 'x-csrf-token': 'of a session that was there' };
  expect(await ask(newBrowser(), '/my', over, query)).toMatchObject({ status: 401 });
  expect(JSON.parse((await newBrowser().open('/staff/session')).text)).toEqual({ signedIn: false });
});

test('refuses a request with the cookie from another site or without the CSRF token', async () => {
  const { browser, session } = await signIn('/my');
  const right = { 'x-csrf-token': session.csrfToken };
  const refused: readonly Record<string, string>[] = [
    {},
    { 'x-csrf-token': `${session.csrfToken}x` },
    { ...right, 'sec-fetch-site': 'cross-site' },
    { ...right, 'sec-fetch-site': 'same-site' },
    { ...right, 'sec-fetch-site': 'none' },
  ];
  for (const headers of refused) {
    expect((await ask(browser, '/my', headers)).status, JSON.stringify(headers)).toBe(403);
  }
  const old = { 'content-type': 'application/json', ...right };
  const send = (headers: Record<string, string>) =>
    browser.open('/my/graphql', { method: 'POST', headers: { ...old, ...headers }, body: me });
  expect((await send({})).status).toBe(403);
  expect((await send({ origin: 'https://evil.example' })).status).toBe(403);
  expect((await send({ origin: system.url })).status).toBe(200);
  const signOut = await browser.open('/my/sign-out', { method: 'POST', headers: sameOrigin });
  expect(signOut.status).toBe(403);
});

test('does not accept a reader’s session in the staff area', async () => {
  const { browser, session } = await signIn('/my');
  const id = browser.cookies.find(({ name }) => name === '__Host-reader')?.value ?? '';
  browser.cookies.push({ name: '__Host-staff', value: id, path: '/' });
  const answer = await ask(browser, '/staff', { 'x-csrf-token': session.csrfToken });
  expect(answer.status).toBe(401);
});

test('ends the session here and at the provider on sign-out, also for a copied cookie', async () => {
  const { browser, session } = await signIn('/staff');
  const kept = browser.cookies.map((cookie) => ({ ...cookie }));
  const headers = { ...sameOrigin, 'x-csrf-token': session.csrfToken };
  const { text, headers: answered } = await browser.open('/staff/sign-out', { method: 'POST', headers });
  expect(answered.get('clear-site-data')).toBe('"cache"');
  const { redirectTo } = JSON.parse(text) as { redirectTo: string };
  expect(new URL(redirectTo).origin).toBe(system.signIn?.origin);
  expect(redirectTo).not.toContain('eyJ');
  const page = await browser.open(redirectTo);
  const last = await browser.send(page, { logout: 'yes' });
  expect(new URL(last.url).pathname).toBe('/staff/');
  const thief = newBrowser();
  thief.cookies.push(...kept);
  expect((await ask(thief, '/staff', { 'x-csrf-token': session.csrfToken })).status).toBe(401);
  // The next user of the same browser must sign in.
  expect((await browser.open('/staff/sign-in')).text).toContain('type="password"');
});

test.each([
  ['/staff/', "'none'"],
  // This policy gives the address of the service worker, and nothing else.
  ['/my/', 'service-worker'],
  ['/station/', "'none'"],
])('lets no script of %s turn text into HTML or script', async (path, policies) => {
  const { headers } = await newBrowser().open(path);
  const policy = headers.get('content-security-policy') ?? '';
  expect(policy.split('; ').slice(-2)).toEqual([
    "require-trusted-types-for 'script'",
    `trusted-types ${policies}`,
  ]);
});

test('asks readers for their PIN each time in their area, and not for other services', async () => {
  const { browser } = await signIn('/my');
  const isAsked = async (path: string) => (await browser.open(path)).text.includes('type="password"');
  expect([await isAsked('/my/sign-in'), await isAsked('/my/consents')]).toEqual([true, false]);
});

test('rejects a sign-in whose address was stripped of the demand for a PIN', async () => {
  const { browser } = await signIn('/my');
  // The wait is longer than the clock difference that is tolerated between two machines.
  await setTimeout(7_000);
  for (const parameters of [['prompt'], ['prompt', 'max_age']]) {
    const begun = await fetch(`${system.url}/my/sign-in`, { redirect: 'manual' });
    const next = new PlainBrowser(system.url, {}, [system.signIn?.origin ?? '']);
    next.cookies.push(...browser.cookies.filter(({ name }) => !name.startsWith('__Host-')));
    const [line = ''] = begun.headers.getSetCookie();
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    next.cookies.push({ name, value, path: '/' });
    const address = new URL(begun.headers.get('location') ?? '');
    for (const parameter of parameters) {
      expect(address.searchParams.has(parameter)).toBe(true);
      address.searchParams.delete(parameter);
    }
    const page = await next.open(address.href);
    expect(page.url, page.text).toContain('/my/?signIn=failed');
    expect(JSON.parse((await next.open('/my/session')).text)).toMatchObject({ signedIn: false });
  }
}, 60_000);

test('leads back to the requested path after sign-in, if it is in the area', async () => {
  const landing = async (to: string) => {
    const browser = newBrowser();
    const page = await browser.open(`/my/sign-in?to=${encodeURIComponent(to)}`);
    return new URL((await browser.send(page, reader)).url).pathname;
  };
  expect(await landing('/my/cards')).toBe('/my/cards');
  for (const elsewhere of [
    '/staff/',
    '//evil.example/',
    '/my/../staff/',
    'https://evil.example/my/',
    '/my/?x=1',
  ]) {
    expect(await landing(elsewhere), elsewhere).toBe('/my/');
  }
});

test('does not complete a sign-in that another browser has begun', async () => {
  const browser = newBrowser();
  const page = await browser.open('/my/sign-in');
  browser.cookies.splice(
    browser.cookies.findIndex(({ name }) => name === '__Host-reader-sign-in'),
    1,
  );
  const last = await browser.send(page, reader);
  expect(new URL(last.url).search).toBe('?signIn=failed');
  expect(JSON.parse((await browser.open('/my/session')).text)).toEqual({ signedIn: false });
});

test('logs no token, code, card number or query', async () => {
  const lines = system.log.join('\n');
  expect(lines).not.toMatch(/eyJ|code=|state=|21852000000033/);
});
