/** Sessions of the pages: signing in and out, the graph in the session's name, and what others can do with it. */
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { startSystem } from '../running-system.ts';

const system = openedForTests(() => startSystem(undefined, {}, { hasPages: true }), 60_000);

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
  const reader = { number: '2185 2000 0000 33', pin: '1234' };
  await browser.send(page, area === '/staff' ? account : reader);
  const session = JSON.parse((await browser.open(`${area}/session`)).text);
  return { browser, session };
}

const sameOrigin = { 'sec-fetch-site': 'same-origin', 'content-type': 'application/json' };
const me = JSON.stringify({ query: '{ me { id } }' });

function ask(browser: PlainBrowser, area: string, headers: Record<string, string>, body = me) {
  return browser.open(`${area}/graphql`, { method: 'POST', headers: { ...sameOrigin, ...headers }, body });
}

test('staff sign in at the provider, and ask the graph in their own name without seeing a token', async () => {
  const { browser, session } = await signIn('/staff');
  expect(session).toMatchObject({ signedIn: true, name: 'chan', patronId: null });
  const query = '{ patrons(first: 1) { edges { node { id } } } }';
  const answer = await ask(
    browser,
    '/staff',
    { 'x-csrf-token': session.csrfToken },
    JSON.stringify({ query }),
  );
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({
    data: { patrons: { edges: [{ node: { id: 'P0000001' } }] } },
  });
  expect(JSON.stringify([session, answer.text])).not.toContain('eyJ');
});

test('a reader signs in with the library card, and is the one whom the graph knows', async () => {
  const { browser, session } = await signIn('/my');
  expect(session).toMatchObject({ signedIn: true, name: null, patronId: 'P0000002' });
  const answer = await ask(browser, '/my', { 'x-csrf-token': session.csrfToken });
  expect(JSON.parse(answer.text)).toEqual({ data: { me: { id: 'P0000002' } } });
});

test('the cookie is this host’s alone, out of reach of scripts, and says nothing', async () => {
  const { browser } = await signIn('/my');
  const [cookie] = browser.setCookies.filter((line) => line.startsWith('__Host-reader='));
  expect(cookie).toMatch(/^__Host-reader=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
});

test('a signed-out page of readers may ask what is open to everybody, and a page of staff nothing', async () => {
  const query = JSON.stringify({ query: '{ branches { code } me { id } }' });
  const reader = await ask(newBrowser(), '/my', {}, query);
  expect(JSON.parse(reader.text)).toMatchObject({
    data: { branches: expect.arrayContaining([{ code: 'HKCL' }]), me: null },
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  });
  expect(await ask(newBrowser(), '/staff', {}, query)).toMatchObject({ status: 401 });
  // A page whose session is over, and that doesn't know it yet, is told.
  const over = { 'x-csrf-token': 'of a session that was there' };
  expect(await ask(newBrowser(), '/my', over, query)).toMatchObject({ status: 401 });
  expect(JSON.parse((await newBrowser().open('/staff/session')).text)).toEqual({ signedIn: false });
});

test('a request with the cookie, but from another site or without the page’s token, is refused', async () => {
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

test('a session of readers is none in the area of staff', async () => {
  const { browser, session } = await signIn('/my');
  const id = browser.cookies.find(({ name }) => name === '__Host-reader')?.value ?? '';
  browser.cookies.push({ name: '__Host-staff', value: id, path: '/' });
  const answer = await ask(browser, '/staff', { 'x-csrf-token': session.csrfToken });
  expect(answer.status).toBe(401);
});

test('signing out ends the session here and at the provider, whoever kept the cookie', async () => {
  const { browser, session } = await signIn('/staff');
  const kept = browser.cookies.map((cookie) => ({ ...cookie }));
  const headers = { ...sameOrigin, 'x-csrf-token': session.csrfToken };
  const { text } = await browser.open('/staff/sign-out', { method: 'POST', headers });
  const { redirectTo } = JSON.parse(text) as { redirectTo: string };
  expect(new URL(redirectTo).origin).toBe(system.signIn?.origin);
  expect(redirectTo).not.toContain('eyJ');
  const page = await browser.open(redirectTo);
  const last = await browser.send(page, { logout: 'yes' });
  expect(new URL(last.url).pathname).toBe('/staff/');
  const thief = newBrowser();
  thief.cookies.push(...kept);
  expect((await ask(thief, '/staff', { 'x-csrf-token': session.csrfToken })).status).toBe(401);
  // Whoever comes next is asked who they are.
  expect((await browser.open('/staff/sign-in')).text).toContain('type="password"');
});

test('readers are asked for their PIN each time, in their area alone: other services have the one sign-in', async () => {
  const { browser } = await signIn('/my');
  const isAsked = async (path: string) => (await browser.open(path)).text.includes('type="password"');
  expect([await isAsked('/my/sign-in'), await isAsked('/my/consents')]).toEqual([true, false]);
});

test('and nobody gets around that by taking it out of the address', async () => {
  const { browser } = await signIn('/my');
  // Longer than clocks may differ.
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

test('signing in leads back to the path of the area that was asked for, and to no other', async () => {
  const landing = async (to: string) => {
    const browser = newBrowser();
    const page = await browser.open(`/my/sign-in?to=${encodeURIComponent(to)}`);
    return new URL((await browser.send(page, { number: '2185 2000 0000 33', pin: '1234' })).url).pathname;
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

test('a sign-in that somebody else has begun is not completed', async () => {
  const browser = newBrowser();
  const page = await browser.open('/my/sign-in');
  browser.cookies.splice(
    browser.cookies.findIndex(({ name }) => name === '__Host-reader-sign-in'),
    1,
  );
  const last = await browser.send(page, { number: '2185 2000 0000 33', pin: '1234' });
  expect(new URL(last.url).search).toBe('?signIn=failed');
  expect(JSON.parse((await browser.open('/my/session')).text)).toEqual({ signedIn: false });
});

test('no line of the log has a token, a code, a card number or a query', async () => {
  const lines = system.log.join('\n');
  expect(lines).not.toMatch(/eyJ|code=|state=|21852000000033/);
});
