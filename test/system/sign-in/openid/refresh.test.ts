/** Refresh tokens that several requests use at the same time, and one that a thief uses later (RFC 9700, section 4.14). */
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { PlainBrowser } from '../../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../../support/sign-in/made-up-readers.ts';
import { type RelyingParty, relyingParty, type Tokens } from '../../../support/sign-in/relying-party.ts';
import { startSignInOfTests } from '../../../support/sign-in/running-sign-in.ts';
import { tokensOf } from '../../../support/sign-in/sign-in-as.ts';

let now = Date.now();
const graph = madeUpReaders();
const signIn = openedForTests(() => startSignInOfTests({ graph, now: () => now }));
let browser: PlainBrowser;
let app: RelyingParty;
let ebooks: RelyingParty;
beforeAll(async () => {
  browser = new PlainBrowser(signIn.issuer.origin);
  [app, ebooks] = await Promise.all([relyingParty(signIn, 'web'), relyingParty(signIn, 'ebooks')]);
});
afterEach(() => {
  now = Date.now();
  graph.isUp = true;
  vi.useRealTimers();
});

const signInTo = (party: RelyingParty) => tokensOf(party, cards.siuMing, browser);
const atOnce = (count: number, send: () => Promise<Tokens>): Promise<readonly Tokens[]> =>
  Promise.all(Array.from({ length: count }, send));
const refusal = { error: 'invalid_grant' };

describe('a service with a secret', () => {
  test('may send six requests at once with one refresh token, and keeps it', async () => {
    const { refresh_token: token } = await signInTo(ebooks);
    const answers = await atOnce(6, () => ebooks.refresh(token));
    expect(new Set(answers.map((answer) => answer.refresh_token))).toEqual(new Set([token]));
    expect((await ebooks.refresh(token)).claims()?.library_standing).toBe('good');
  });

  test('gets a new one near the end of its life, all of six requests the same, and the old one is used up', async () => {
    const { refresh_token: token } = await signInTo(ebooks);
    const signedInAt = Date.now();
    const goTo = (days: number) => {
      now = signedInAt + days * 24 * 60 * 60_000;
      // The provider reads the machine's clock for the age of a token.
      vi.useFakeTimers({ toFake: ['Date'], now });
    };
    goTo(20);
    expect((await ebooks.refresh(token)).refresh_token).toBe(token);
    goTo(22);
    const answers = await atOnce(6, () => ebooks.refresh(token));
    const [next] = answers;
    expect(next?.refresh_token).not.toBe(token);
    expect(new Set(answers.map((answer) => answer.access_token)).size).toBe(1);
    now += 11_000;
    await expect(ebooks.refresh(token)).rejects.toMatchObject(refusal);
    await expect(ebooks.refresh(next?.refresh_token)).rejects.toMatchObject(refusal);
  });
});

describe('an app without a secret', () => {
  test('gets a new token at each refresh, and ten requests at once get the same one', async () => {
    const { refresh_token: token } = await signInTo(app);
    const answers = await atOnce(10, () => app.refresh(token));
    const [first] = answers;
    expect(first?.refresh_token).not.toBe(token);
    expect(
      new Set(answers.map(({ access_token, refresh_token }) => `${access_token} ${refresh_token}`)).size,
    ).toBe(1);
    const next = await app.refresh(first?.refresh_token);
    expect(next.claims()?.library_standing).toBe('good');
  });

  test('that lost an answer gets it again within seconds, and goes on', async () => {
    const { refresh_token: token } = await signInTo(app);
    const lost = await app.refresh(token);
    now += 5_000;
    const again = await app.refresh(token);
    expect(again.refresh_token).toBe(lost.refresh_token);
    expect((await app.refresh(again.refresh_token)).token_type).toBe('bearer');
  });

  test('loses everything if somebody uses an old token later: it was stolen', async () => {
    const { refresh_token: token } = await signInTo(app);
    const next = await app.refresh(token);
    now += 11_000;
    await expect(app.refresh(token)).rejects.toMatchObject(refusal);
    await expect(app.refresh(next.refresh_token)).rejects.toMatchObject(refusal);
  });

  test('and a thief who sent the token at the same time are found out at the next use', async () => {
    const { refresh_token: token } = await signInTo(app);
    const [mine, theirs] = await atOnce(2, () => app.refresh(token));
    await app.refresh(theirs?.refresh_token);
    now += 11_000;
    await expect(app.refresh(mine?.refresh_token)).rejects.toMatchObject(refusal);
  });

  test('gets no stored answer after it signed out', async () => {
    const { refresh_token: token } = await signInTo(app);
    await app.refresh(token);
    await browser.send(await browser.open('/sign-in/session/end'), { logout: 'yes' });
    await expect(app.refresh(token)).rejects.toMatchObject(refusal);
  });

  test('keeps its token while the graph is away', async () => {
    const { refresh_token: token } = await signInTo(app);
    graph.isUp = false;
    await expect(app.refresh(token)).rejects.toMatchObject({ cause: { status: 503 } });
    graph.isUp = true;
    expect((await app.refresh(token)).token_type).toBe('bearer');
  });
});
