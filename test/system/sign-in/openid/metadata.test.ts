/**
 * Asks for everything that the metadata advertises: each endpoint, response mode, way of authentication, algorithm,
 * grant, scope and claim. A member of the metadata that no test asks for fails the last test.
 */
import { generateKeyPair, SignJWT } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { openedForTests } from '../../../support/set-up/opened-for-tests.ts';
import { PlainBrowser } from '../../../support/sign-in/browser.ts';
import { formIn } from '../../../support/sign-in/form-post.ts';
import { cards, madeUpReaders } from '../../../support/sign-in/made-up-readers.ts';
import { relyingParty } from '../../../support/sign-in/relying-party.ts';
import {
  callbacksAt,
  magazinesKey,
  secrets,
  startSignInOfTests,
} from '../../../support/sign-in/running-sign-in.ts';
import { signInAs, tokensOf } from '../../../support/sign-in/sign-in-as.ts';

const signIn = openedForTests(() => startSignInOfTests({ graph: madeUpReaders() }));
/** A reader signs in once, and consents once to each service, because each PIN takes 0.4 s. */
let browser: PlainBrowser;
beforeAll(() => {
  browser = new PlainBrowser(signIn.issuer.origin);
});

const texts = z.array(z.string());
const metadataShape = z.strictObject({
  issuer: z.string(),
  authorization_endpoint: z.string(),
  token_endpoint: z.string(),
  pushed_authorization_request_endpoint: z.string(),
  userinfo_endpoint: z.string(),
  jwks_uri: z.string(),
  revocation_endpoint: z.string(),
  end_session_endpoint: z.string(),
  response_modes_supported: texts,
  response_types_supported: texts,
  grant_types_supported: texts,
  scopes_supported: texts,
  claims_supported: texts,
  claim_types_supported: texts,
  subject_types_supported: texts,
  code_challenge_methods_supported: texts,
  token_endpoint_auth_methods_supported: texts,
  token_endpoint_auth_signing_alg_values_supported: texts,
  id_token_signing_alg_values_supported: texts,
  claims_parameter_supported: z.literal(true),
  request_uri_parameter_supported: z.literal(false),
  authorization_response_iss_parameter_supported: z.literal(true),
  backchannel_logout_supported: z.literal(true),
  backchannel_logout_session_supported: z.literal(true),
});

const metadataAt = async (url: string) => {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return metadataShape.parse(await response.json());
};
const metadata = () => metadataAt(`${signIn.issuer.href}/.well-known/openid-configuration`);

const basic = (id: string, secret: string) => ({
  authorization: `Basic ${btoa(`${id}:${encodeURIComponent(secret)}`)}`,
});
const ebooks = () => basic('ebooks', secrets.ebooks);

test('the metadata is the same at all addresses: of OpenID Connect Discovery, and of RFC 8414', async () => {
  const { origin, pathname } = signIn.issuer;
  const expected = await metadata();
  for (const path of ['oauth-authorization-server', 'openid-configuration']) {
    expect(await metadataAt(`${origin}/.well-known/${path}${pathname}`)).toEqual(expected);
    expect(await metadataAt(`${origin}${pathname}/.well-known/${path}`)).toEqual(expected);
  }
  expect(expected.issuer).toBe(signIn.issuer.href);
});

describe('each endpoint answers', () => {
  test.each([
    ['authorization_endpoint', 'GET', 400],
    ['authorization_endpoint', 'POST', 303],
    ['token_endpoint', 'POST', 400],
    ['pushed_authorization_request_endpoint', 'POST', 400],
    ['userinfo_endpoint', 'GET', 401],
    ['userinfo_endpoint', 'POST', 401],
    ['revocation_endpoint', 'POST', 400],
    ['end_session_endpoint', 'GET', 200],
    ['end_session_endpoint', 'POST', 303],
    ['jwks_uri', 'GET', 200],
  ] as const)('%s, %s: %i', async (endpoint, method, status) => {
    const body = method === 'POST' ? new URLSearchParams() : null;
    const headers = endpoint.startsWith('pushed') || /^(token|revocation)/.test(endpoint) ? ebooks() : {};
    const url = (await metadata())[endpoint];
    expect((await fetch(url, { method, body, headers, redirect: 'manual' })).status).toBe(status);
  });

  test('and every advertised endpoint is in this table', async () => {
    const endpoints = Object.keys(await metadata()).filter((name) => /_(?:endpoint|uri)$/.test(name));
    expect(endpoints.sort()).toEqual([
      'authorization_endpoint',
      'end_session_endpoint',
      'jwks_uri',
      'pushed_authorization_request_endpoint',
      'revocation_endpoint',
      'token_endpoint',
      'userinfo_endpoint',
    ]);
  });
});

test('each response mode brings a code, before and after there is a session', async () => {
  const { response_modes_supported: modes } = await metadata();
  expect([...modes].sort()).toEqual(['form_post', 'fragment', 'query']);
  const party = await relyingParty(signIn, 'ebooks');
  for (const mode of modes.flatMap((each) => [each, each])) {
    const begun = await party.begin({ response_mode: mode });
    const page = await browser.open(begun.url.href);
    const done = page.text.includes('name="pin"')
      ? await browser.send(page, { number: cards.siuMing, pin: '1234' })
      : page;
    const last = done.text.includes('/consent"') ? await browser.send(done, { answer: 'allow' }) : done;
    const callback = new URL(mode === 'form_post' ? formIn(last).action : last.url);
    const parameters =
      mode === 'form_post'
        ? formIn(last).fields
        : new URLSearchParams(mode === 'query' ? callback.search : callback.hash.slice(1));
    callback.search = parameters.toString();
    callback.hash = '';
    expect([mode, (await party.finish(begun, callback.href)).token_type]).toEqual([mode, 'bearer']);
  }
});

describe('each way of authentication', () => {
  test('is in this table', async () => {
    const said = await metadata();
    expect([...said.token_endpoint_auth_methods_supported].sort()).toEqual([
      'client_secret_basic',
      'client_secret_post',
      'none',
      'private_key_jwt',
    ]);
    expect([...said.token_endpoint_auth_signing_alg_values_supported].sort()).toEqual([
      'ES256',
      'PS256',
      'RS256',
    ]);
  });

  /** Sends the request for tokens by hand, so that the test decides how the client is authenticated. */
  async function exchange(
    party: 'ebooks' | 'web' | 'magazines',
    authentication: (audience: string) => Promise<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<number> {
    const relying = await relyingParty(signIn, party);
    const begun = await relying.begin();
    const callback = new URL(await signInAs(cards.siuMing, begun, browser));
    const body = new URLSearchParams({
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: callbacksAt(signIn.parties)[party],
      code_verifier: begun.checks.pkceCodeVerifier,
      ...(await authentication(signIn.issuer.href)),
    });
    return (await fetch(`${signIn.issuer.href}/token`, { method: 'POST', body, headers })).status;
  }

  test('client_secret_basic', async () => {
    expect(await exchange('ebooks', async () => ({}), ebooks())).toBe(200);
  });

  test('client_secret_post', async () => {
    const fields = { client_id: 'ebooks', client_secret: secrets.ebooks };
    expect(await exchange('ebooks', async () => fields)).toBe(200);
  });

  test('none, for a public client', async () => {
    expect(await exchange('web', async () => ({ client_id: 'reader-web' }))).toBe(200);
  });

  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  const assertion = async (
    audience: string,
    change: { jti?: string; lifetime?: string; key?: CryptoKey } = {},
  ) => ({
    client_assertion_type: type,
    client_assertion: await new SignJWT()
      .setProtectedHeader({ alg: 'ES256', kid: 'magazines' })
      .setIssuer('magazines')
      .setSubject('magazines')
      .setAudience(audience)
      .setIssuedAt()
      .setJti(change.jti ?? crypto.randomUUID())
      .setExpirationTime(change.lifetime ?? '1m')
      .sign(change.key ?? magazinesKey.privateKey),
  });

  test('private_key_jwt, and an assertion works once', async () => {
    const jti = crypto.randomUUID();
    expect(await exchange('magazines', (audience) => assertion(audience, { jti }))).toBe(200);
    expect(await exchange('magazines', (audience) => assertion(audience, { jti }))).toBe(401);
  });

  test('private_key_jwt: one of ten requests at once may use an assertion', async () => {
    const party = await relyingParty(signIn, 'magazines');
    const { url } = await party.begin();
    const signed = await assertion(signIn.issuer.href);
    const push = () =>
      fetch(`${signIn.issuer.href}/request`, {
        method: 'POST',
        body: new URLSearchParams({ ...Object.fromEntries(url.searchParams), ...signed }),
      });
    const answers = await Promise.all(Array.from({ length: 10 }, push));
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array.from({ length: 9 }, () => 401),
    ]);
  });

  test.each([
    ['another key', async () => ({ key: (await generateKeyPair('ES256')).privateKey })],
    ['a life of an hour', async () => ({ lifetime: '1h' })],
  ] as const)('private_key_jwt with %s is refused', async (_, change) => {
    expect(await exchange('magazines', async (audience) => assertion(audience, await change()))).toBe(401);
  });

  test('private_key_jwt with openid-client', async () => {
    const tokens = await tokensOf(await relyingParty(signIn, 'magazines'), cards.siuMing, browser);
    expect(tokens.claims()?.library_standing).toBe('good');
  });
});

test('each algorithm of ID tokens has a key and a client', async () => {
  const { id_token_signing_alg_values_supported: algorithms, jwks_uri: url } = await metadata();
  expect([...algorithms].sort()).toEqual(['ES256', 'RS256']);
  const { keys } = z
    .object({ keys: z.array(z.object({ alg: z.string() })) })
    .parse(await (await fetch(url)).json());
  expect(new Set(keys.map(({ alg }) => alg))).toEqual(new Set(algorithms));
  await tokensOf(await relyingParty(signIn, 'ebooks'), cards.siuMing, browser);
  await tokensOf(await relyingParty(signIn, 'audiobooks'), cards.siuMing, browser);
});

test('each grant, scope and claim can be had', async () => {
  const said = await metadata();
  expect([...said.grant_types_supported].sort()).toEqual(['authorization_code', 'refresh_token']);
  expect([...said.scopes_supported].sort()).toEqual(['age_band', 'offline_access', 'openid', 'patron']);
  const comics = await relyingParty(signIn, 'comics');
  const ofPartner = await tokensOf(comics, cards.siuMing, browser, {
    scope: 'openid offline_access age_band',
    prompt: 'consent',
    max_age: '10000',
  });
  expect(ofPartner.scope).toBe('openid offline_access age_band');
  const refreshed = await comics.refresh(ofPartner.refresh_token);
  const ebooksTokens = await tokensOf(await relyingParty(signIn, 'ebooks'), cards.siuMing, browser);
  const app = await relyingParty(signIn, 'web');
  const ofReader = await tokensOf(app, cards.siuMing, browser, { scope: 'openid patron' });
  expect(ofReader.scope).toBe('openid patron');
  const seen = [ofPartner, refreshed, ebooksTokens, ofReader].flatMap((one) =>
    Object.keys(one.claims() ?? {}),
  );
  expect(said.claims_supported.filter((claim) => !seen.includes(claim))).toEqual([]);
});
