/** The age group (R28): only for a service whose entry allows it, and only after the reader has agreed. */
import * as client from 'openid-client';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openSqliteState } from '../../../../store/shared-state/sqlite/sealed-state.ts';
import { freePort } from '../../../support/processes.ts';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { openTemporaryFolder } from '../../../support/set-up/temporary-folder.ts';
import { PlainBrowser } from '../../../support/sign-in/browser.ts';
import { cards, madeUpReaders } from '../../../support/sign-in/made-up-readers.ts';
import { type RelyingParty, relyingParty } from '../../../support/sign-in/relying-party.ts';
import { startServer, startSignInOfTests } from '../../../support/sign-in/running-sign-in.ts';
import { pin, tokensOf } from '../../../support/sign-in/sign-in-as.ts';

const graph = madeUpReaders();
const signIn = openedForTests(() => startSignInOfTests({ graph }));
const newBrowser = () => new PlainBrowser(signIn.issuer.origin);
let comics: RelyingParty;
let ebooks: RelyingParty;
beforeAll(async () => {
  [comics, ebooks] = await Promise.all([relyingParty(signIn, 'comics'), relyingParty(signIn, 'ebooks')]);
});
afterEach(() => {
  graph.ageBands.set('P0000001', 'FROM_11_TO_17');
});

const withAge = { scope: 'openid age_band' };
const ageLine = 'your age group: under 11, 11 to 17, or 18 and older';

describe('a service that may ask for the age group', () => {
  test('learns it once the reader has agreed, in ID tokens and userinfo, and as it is at each refresh', async () => {
    const begun = await comics.begin(withAge);
    const browser = newBrowser();
    const consent = await browser.send(await browser.open(begun.url.href), { number: cards.siuMing, pin });
    expect(consent.text).toContain(ageLine);
    const { url } = await browser.send(consent, { answer: 'allow' });
    const tokens = await comics.finish(begun, url);
    const { sub = '' } = tokens.claims() ?? {};
    expect(tokens.scope).toBe('openid age_band');
    expect(tokens.claims()).toMatchObject({ age_band: '11_to_17' });
    expect(await client.fetchUserInfo(comics.config, tokens.access_token, sub)).toEqual({
      sub,
      library_standing: 'good',
      age_band: '11_to_17',
    });
    graph.ageBands.set('P0000001', 'ADULT');
    expect((await comics.refresh(tokens.refresh_token)).claims()).toMatchObject({ age_band: 'adult' });
  });

  test('asks again if the reader has agreed only to the rest', async () => {
    const browser = newBrowser();
    const before = await tokensOf(comics, cards.other, browser);
    expect(before.claims()).not.toHaveProperty('age_band');
    const begun = await comics.begin(withAge);
    const consent = await browser.open(begun.url.href);
    expect(consent.text).toContain(ageLine);
    const denied = await browser.send(consent, { answer: 'deny' });
    await expect(comics.finish(begun, denied.url)).rejects.toMatchObject({ error: 'access_denied' });
    expect((await comics.refresh(before.refresh_token)).claims()).not.toHaveProperty('age_band');
  });

  test('learns it by the parameter `claims`, with the same consent', async () => {
    const claims = JSON.stringify({ id_token: { age_band: { essential: true } }, unknown: 1 });
    const begun = await comics.begin({ claims });
    const browser = newBrowser();
    const page = await browser.send(await browser.open(begun.url.href), { number: cards.siuMing, pin });
    // This reader has agreed in the first test.
    const last = page.text.includes('/consent"') ? await browser.send(page, { answer: 'allow' }) : page;
    const tokens = await comics.finish(begun, last.url);
    expect(tokens.claims()).toMatchObject({ age_band: '11_to_17', library_standing: 'good' });
    const info = await client.fetchUserInfo(comics.config, tokens.access_token, tokens.claims()?.sub ?? '');
    expect(info).not.toHaveProperty('age_band');
  });

  test('learns none if the registry has no date of birth', async () => {
    graph.ageBands.delete('P0000001');
    const tokens = await tokensOf(comics, cards.siuMing, newBrowser(), withAge);
    expect(tokens.claims()).not.toHaveProperty('age_band');
  });
});

describe('any other service', () => {
  test('is refused the scope, and the claim is ignored', async () => {
    const refused = await newBrowser().open((await ebooks.begin(withAge)).url.href);
    expect(refused.url).toContain('error=invalid_scope');
    const claims = JSON.stringify({
      id_token: { age_band: null },
      userinfo: { age_band: null, email: null },
    });
    const browser = newBrowser();
    const begun = await ebooks.begin({ claims });
    const consent = await browser.send(await browser.open(begun.url.href), { number: cards.siuMing, pin });
    expect(consent.text).not.toContain(ageLine);
    const { url } = await browser.send(consent, { answer: 'allow' });
    const tokens = await ebooks.finish(begun, url);
    expect(tokens.claims()).not.toHaveProperty('age_band');
    const { sub = '' } = tokens.claims() ?? {};
    expect(await client.fetchUserInfo(ebooks.config, tokens.access_token, sub)).toEqual({
      sub,
      library_standing: 'good',
    });
  });

  test('of the library’s own doesn’t ask the graph for it', async () => {
    const app = await relyingParty(signIn, 'web');
    const refused = await newBrowser().open((await app.begin(withAge)).url.href);
    expect(refused.url).toContain('error=invalid_scope');
  });
});

test('a service that asked before its entry allowed it has to ask again', async () => {
  await using folder = await openTemporaryFolder();
  const claims = JSON.stringify({ id_token: { age_band: null } });
  const start = async (ageBand: boolean) => {
    const state = await openSqliteState({
      owner: 'sign-in',
      path: `${folder.path}/sign-in.sqlite`,
      secrets: [new TextEncoder().encode('a secret of the tests, long enough')],
      holder: 'test',
    });
    return await startServer({ graph, state, issuer, port, comicsMayAskAge: ageBand });
  };
  const port = await freePort();
  const issuer = new URL(`http://127.0.0.1:${port}/sign-in`);
  let token: string | undefined;
  {
    await using before = await start(false);
    const party = await relyingParty(before, 'comics');
    const tokens = await tokensOf(party, cards.siuMing, new PlainBrowser(issuer.origin), { claims });
    token = tokens.refresh_token;
    expect(tokens.claims()).not.toHaveProperty('age_band');
  }
  await using after = await start(true);
  const party = await relyingParty(after, 'comics');
  expect((await party.refresh(token)).claims()).not.toHaveProperty('age_band');
  const begun = await party.begin({ claims });
  const browser = new PlainBrowser(issuer.origin);
  const consent = await browser.send(await browser.open(begun.url.href), { number: cards.siuMing, pin });
  expect(consent.text).toContain(ageLine);
});
