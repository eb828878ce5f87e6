/** Sign-in recognises a known browser on a reader's own device, and sends this fact to the graph. */
import { beforeEach, expect, test } from 'vitest';
import { openedForEachTest } from '../../support/set-up/opened-for-tests.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { cards, type MadeUpReaders, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { relyingParty } from '../../support/sign-in/relying-party.ts';
import { startSignInOfTests } from '../../support/sign-in/running-sign-in.ts';
import { pin } from '../../support/sign-in/sign-in-as.ts';

const home = '198.51.100.7';
const library = '192.0.2.8';
const name = 'sign-in-known';

let now: number;
let graph: MadeUpReaders;
const signIn = openedForEachTest(() => {
  now = Date.now();
  graph = madeUpReaders();
  const libraryAddresses = ['192.0.2.0/24'];
  return startSignInOfTests({ graph, trustedProxies: ['127.0.0.1'], libraryAddresses, now: () => now });
});

/** A browser at the address. It has the known-browser cookie of another browser, if one is given. */
function browserAt(address: string, from: PlainBrowser | null = null): PlainBrowser {
  const browser = new PlainBrowser(signIn.issuer.origin, { 'x-forwarded-for': address });
  browser.cookies.push(...(from?.cookies ?? []).filter((cookie) => cookie.name === name));
  return browser;
}

const formIn = async (browser: PlainBrowser) =>
  await browser.open((await (await relyingParty(signIn, 'web')).begin({ prompt: 'login' })).url.href);

/** Signs in, and resolves to whether sign-in sent the graph that it knows the browser. */
async function isKnown(browser: PlainBrowser, number: string, more: Readonly<Record<string, string>> = {}) {
  await browser.send(await formIn(browser), { number, pin, ...more });
  return graph.presented.at(-1)?.knownBrowser;
}
const chosen = { ownDevice: 'yes' };

let browser: PlainBrowser;
beforeEach(() => {
  browser = browserAt(home);
});

test('is known from the sign-in at which its reader chose it, for the number of the card', async () => {
  expect(await isKnown(browser, cards.siuMing)).toBe(false);
  expect(browser.cookies.some((cookie) => cookie.name === name)).toBe(false);
  expect(await isKnown(browser, cards.siuMing, chosen)).toBe(false);
  expect(await isKnown(browserAt(home, browser), cards.siuMing.replace(/(.{4})/g, '$1 '), chosen)).toBe(true);
  expect(await isKnown(browserAt(home, browser), cards.other)).toBe(false);
  const set = browser.setCookies.find((cookie) => cookie.startsWith(name)) ?? '';
  expect(set).toMatch(/^sign-in-known=[\w.-]+; Path=\/sign-in; Max-Age=15552000; SameSite=Lax; HttpOnly$/);
  expect(Buffer.from(set, 'base64url').toString()).not.toContain(cards.siuMing);
});

test('is known to each reader of a family, and a wrong PIN makes it known to nobody', async () => {
  await isKnown(browser, cards.siuMing, chosen);
  await isKnown(browser, cards.other, chosen);
  for (const number of [cards.siuMing, cards.other]) {
    expect(await isKnown(browserAt(home, browser), number, chosen)).toBe(true);
  }
  const stranger = browserAt(home);
  await stranger.send(await formIn(stranger), { number: cards.siuMing, pin: '9999', ...chosen });
  expect(stranger.cookies.some((cookie) => cookie.name === name)).toBe(false);
});

test('is forgotten when its reader signs in without the choice, after 180 days, and with a forged cookie', async () => {
  await isKnown(browser, cards.siuMing, chosen);
  const later = browserAt(home, browser);
  expect((await formIn(later)).text).toMatch(/<input id="ownDevice"[^>]* checked>/);
  const forged = browserAt(home);
  forged.cookies.push({ name, value: 'ey.forged', path: '/sign-in' });
  expect(await isKnown(forged, cards.siuMing)).toBe(false);
  now += 180 * 24 * 60 * 60_000 + 1_000;
  expect(await isKnown(browserAt(home, browser), cards.siuMing)).toBe(false);
  now = Date.now();
  expect(await isKnown(later, cards.siuMing)).toBe(true);
  expect(later.cookies.some((cookie) => cookie.name === name)).toBe(false);
});

test('is never known, nor asked, in the library’s network', async () => {
  expect((await formIn(browser)).text).toContain('name="ownDevice"');
  await isKnown(browser, cards.siuMing, chosen);
  const inLibrary = browserAt(library, browser);
  expect((await formIn(inLibrary)).text).not.toContain('ownDevice');
  expect(await isKnown(inLibrary, cards.siuMing, chosen)).toBe(false);
  expect(inLibrary.setCookies.some((cookie) => cookie.startsWith(name))).toBe(false);
});

test('tells the graph all networks of its address, as hashes', async () => {
  const networksFrom = async (address: string) => {
    await isKnown(browserAt(address), cards.other);
    const { address: narrowest = '', widerNetworks = [] } = graph.presented.at(-1) ?? {};
    return [narrowest, ...widerNetworks];
  };
  const one = await networksFrom('2001:db8:1:101::1');
  const sameHome = await networksFrom('2001:db8:1:102::1');
  const sameSite = await networksFrom('2001:db8:1:201::1');
  expect(one).toEqual(Array(3).fill(expect.stringMatching(/^[\w-]{43}$/)));
  expect(one.map((network, index) => network === sameHome[index])).toEqual([false, true, true]);
  expect(one.map((network, index) => network === sameSite[index])).toEqual([false, false, true]);
  expect(await networksFrom(home)).toHaveLength(1);
});
