/** From the sign-in page to tokens and userinfo, with `openid-client` as relying party. */
import { decodeJwt } from 'jose';
import * as client from 'openid-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PlainBrowser } from '../../support/sign-in/browser.ts';
import { cards, type MadeUpReaders, madeUpReaders } from '../../support/sign-in/made-up-readers.ts';
import {
  type Begun,
  type RelyingParty,
  relyingParty,
  type Tokens,
} from '../../support/sign-in/relying-party.ts';
import { type RunningSignIn, startSignInOfTests } from '../../support/sign-in/running-sign-in.ts';

let graph: MadeUpReaders;
let signIn: RunningSignIn;
beforeAll(async () => {
  graph = madeUpReaders();
  signIn = await startSignInOfTests({ graph });
});
afterAll(() => signIn[Symbol.asyncDispose]());

const newBrowser = () => new PlainBrowser(signIn.issuer.origin);

/** Signs in and agrees. Resolves to where the browser is sent back. */
async function signInAs(number: string, { url }: Begun, browser = newBrowser()): Promise<string> {
  const page = await browser.open(url.href);
  const next = await browser.send(page, { number, pin: '1234' });
  const last = next.text.includes('/consent"') ? await browser.send(next, { answer: 'allow' }) : next;
  return last.url;
}

async function tokensOf(party: RelyingParty, number: string, browser = newBrowser()): Promise<Tokens> {
  const begun = await party.begin();
  return await party.finish(begun, await signInAs(number, begun, browser));
}

test('a reader signs in to an e-book service, which learns a pseudonym and the standing', async () => {
  const party = await relyingParty(signIn, 'ebooks');
  const tokens = await tokensOf(party, cards.siuMing);
  const { pseudonym } = await graph.standing('P0000001', 'example-ebooks');
  expect(tokens.claims()).toMatchObject({ sub: pseudonym, library_standing: 'good', aud: 'ebooks' });
  const info = await client.fetchUserInfo(party.config, tokens.access_token, pseudonym);
  expect(info).toEqual({ sub: pseudonym, library_standing: 'good' });
});

test('a first-party app gets the patron number and an access token for the graph', async () => {
  const party = await relyingParty(signIn, 'web');
  const begun = await party.begin({ scope: 'openid patron' });
  const tokens = await party.finish(begun, await signInAs(cards.siuMing, begun));
  expect(tokens.claims()).toMatchObject({ patron_id: 'P0000001' });
  expect(decodeJwt(tokens.access_token)).toMatchObject({
    aud: 'patron-graph',
    iss: signIn.issuer.href,
    client_id: 'reader-web',
    patron_id: 'P0000001',
  });
});
