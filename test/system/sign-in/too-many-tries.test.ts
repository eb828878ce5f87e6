/** PINs and codes are tried faster than people type, while the graph is slow. */
import { afterEach, expect, test } from 'vitest';
import { maxTriesAtOnce, maxTriesPerMinute, maxWaitingTries } from '../../../edge/sign-in/limited-tries.ts';
import { openedForEachTest } from '../../support/set-up/opened-for-tests.ts';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import { relyingParty } from '../../support/sign-in/relying-party.ts';
import { startSignInOfTests } from '../../support/sign-in/running-sign-in.ts';

/** The number of tries that reached the graph. */
let asked: number;
/** Resolving this lets the graph answer. */
let answers: PromiseWithResolvers<void>;
let now: number;
const signIn = openedForEachTest(() => {
  asked = 0;
  now = Date.now();
  answers = Promise.withResolvers();
  const wait = async () => {
    asked += 1;
    await answers.promise;
  };
  const graph = {
    ...madeUpReaders(),
    async authenticate() {
      await wait();
      return null;
    },
    async setPin() {
      await wait();
      return { kind: 'refused' } as const;
    },
  };
  return startSignInOfTests({ graph, trustedProxies: ['127.0.0.1'], now: () => now });
});
afterEach(() => answers.resolve());

/** Sets a PIN with a code, from this address. Resolves to the status. */
async function setPin(address: string): Promise<number> {
  const { status, body, headers } = await fetch(`${signIn.issuer.href}/pin`, {
    method: 'POST',
    headers: { origin: signIn.issuer.origin, 'x-forwarded-for': address },
    body: new URLSearchParams({
      number: '21852000000033',
      code: '00000000',
      newPin: '2583',
      newPinAgain: '2583',
    }),
  });
  await body?.cancel();
  expect(headers.has('retry-after')).toBe(status === 429);
  return status;
}

const times = <Value>(count: number, make: () => Value) => Array.from({ length: count }, make);

test('a class behind one address can sign in, a few at a time', async () => {
  const tries = times(30, () => setPin('203.0.113.9'));
  await expect.poll(() => asked).toBe(maxTriesAtOnce);
  answers.resolve();
  expect(new Set(await Promise.all(tries))).toEqual(new Set([422]));
});

test('one network may have a limited number of pending tries, of codes and PINs together', async () => {
  const statuses: number[] = [];
  const tries = times(maxTriesAtOnce + maxWaitingTries + 4, async () =>
    statuses.push(await setPin('2001:db8:1:2::1')),
  );
  await expect.poll(() => statuses).toEqual([429, 429, 429, 429]);
  expect(asked).toBe(maxTriesAtOnce);

  const browser = new PlainBrowser(signIn.issuer.origin, { 'x-forwarded-for': '2001:db8:1:2::ffff' });
  const form = await browser.open((await (await relyingParty(signIn, 'ebooks')).begin()).url.href);
  const page = await browser.send(form, { number: '21852000000033', pin: '1234' });
  expect([page.status, page.headers.get('retry-after')]).toEqual([429, '2']);
  expect(page.text).toContain('Too many people are signing in from your network.');
  expect(page.text).toContain('21852000000033');

  const other = setPin('2001:db8:2:3::1');
  await expect.poll(() => asked).toBe(maxTriesAtOnce + 1);
  // Tries that wait are refused after some seconds.
  await expect.poll(() => statuses).toHaveLength(4 + maxWaitingTries);
  expect(new Set(statuses)).toEqual(new Set([429]));
  answers.resolve();
  await Promise.all(tries);
  expect([await other, await setPin('2001:db8:1:2::1')]).toEqual([422, 422]);
});

test('the ports that a proxy reports do not make one network many', async () => {
  const statuses: number[] = [];
  const tries = Array.from({ length: maxTriesAtOnce + maxWaitingTries + 4 }, async (_, index) =>
    statuses.push(await setPin(`203.0.113.90:${1024 + index}`)),
  );
  await expect.poll(() => statuses).toEqual([429, 429, 429, 429]);
  answers.resolve();
  await Promise.all(tries);
});

/** Each try takes 400 ms or more, so several are made at once. */
const atOnce = 20;

test('one network may make a limited number of tries per minute', async () => {
  answers.resolve();
  for (let tries = 0; tries < maxTriesPerMinute; tries += atOnce) {
    const statuses = await Promise.all(times(atOnce, () => setPin('203.0.113.7')));
    expect(new Set(statuses)).toEqual(new Set([422]));
  }
  expect(await setPin('203.0.113.7')).toBe(429);
  expect(await setPin('203.0.113.8')).toBe(422);
  now += 60_000;
  expect(await setPin('203.0.113.7')).toBe(422);
}, 60_000);

test('a home with a /56 may make twice as many, from however many networks', async () => {
  answers.resolve();
  const networkOf = (tries: number) => `2001:db8:1:1${(tries % 256).toString(16).padStart(2, '0')}::1`;
  for (let tries = 0; tries < 2 * maxTriesPerMinute; tries += atOnce) {
    const statuses = await Promise.all(
      Array.from({ length: atOnce }, (_, index) => setPin(networkOf(tries + index))),
    );
    expect(new Set(statuses)).toEqual(new Set([422]));
  }
  expect(await setPin(networkOf(0))).toBe(429);
  expect(await setPin('2001:db8:1:200::1')).toBe(422);
}, 60_000);

test('a refusal takes 400 ms or more, and meanwhile its place is free for others', async () => {
  answers.resolve();
  const startedAt = performance.now();
  const tries = times(maxTriesAtOnce, async () => {
    const status = await setPin('203.0.113.9');
    return { status, ms: performance.now() - startedAt };
  });
  await expect.poll(() => asked).toBe(maxTriesAtOnce);
  const more = times(maxTriesAtOnce, () => setPin('203.0.113.10'));
  await expect.poll(() => asked, { timeout: 300 }).toBe(2 * maxTriesAtOnce);
  for (const { status, ms } of await Promise.all(tries)) {
    expect(status).toBe(422);
    expect(ms).toBeGreaterThanOrEqual(395);
  }
  expect(new Set(await Promise.all(more))).toEqual(new Set([422]));
});

test('while twelve networks try as often as they can, another one is served', async () => {
  const statuses: number[] = [];
  const tries = Array.from({ length: 12 }, (_, network) =>
    times(20, async () => statuses.push(await setPin(`203.0.113.${network}`))),
  ).flat();
  await expect.poll(() => statuses.length).toBeGreaterThan(0);
  expect(new Set(statuses)).toEqual(new Set([429]));
  const other = setPin('198.51.100.1');
  answers.resolve();
  expect(await other).toBe(422);
  await Promise.all(tries);
});
