/** Unmodified clients from npm. Each is a server of its own, and a reader signs in to it with a browser. */
import { createServer } from 'node:http';
import express from 'express';
import openIdConnect from 'express-openid-connect';
import session from 'express-session';
import { OidcClient, type StateStore } from 'oidc-client-ts';
import passport from 'passport';
import { Strategy } from 'passport-openidconnect';
import { beforeAll, describe, expect, test } from 'vitest';
import { listenOnLoopback } from '../../../../support/servers/loopback.ts';
import { openedForTests } from '../../../../support/set-up/opened-for-tests.ts';
import { type Page, PlainBrowser } from '../../../../support/sign-in/browser.ts';
import { formIn } from '../../../../support/sign-in/form-post.ts';
import { cards, madeUpReaders } from '../../../../support/sign-in/made-up-readers.ts';
import { callbacksAt, secrets, startSignInOfTests } from '../../../../support/sign-in/running-sign-in.ts';
import { pin } from '../../../../support/sign-in/sign-in-as.ts';

const graph = madeUpReaders();
const app = express();
const services = openedForTests(() => listenOnLoopback(createServer(app)));
const signIn = openedForTests(() => startSignInOfTests({ graph, parties: services.origin }));

/** Opens a page of a service, and signs in and consents at the library. Resolves to the page that comes then. */
async function signInFrom(url: string): Promise<{ readonly page: Page; readonly browser: PlainBrowser }> {
  const browser = new PlainBrowser(signIn.issuer.origin, {}, [services.origin]);
  const form = await browser.open(url);
  const consent = await browser.send(form, { number: cards.siuMing, pin });
  return { browser, page: await browser.send(consent, { answer: 'allow' }) };
}

const pseudonymFor = async (partner: string) => (await graph.standing('P0000001', partner)).pseudonym;

describe('express-openid-connect', () => {
  beforeAll(() => {
    app.use(
      '/ebooks',
      openIdConnect.auth({
        issuerBaseURL: signIn.issuer.href,
        baseURL: `${services.origin}/ebooks`,
        clientID: 'ebooks',
        clientSecret: secrets.ebooks,
        secret: 'a secret of the cookies of this service',
        idpLogout: true,
        authRequired: false,
        pushedAuthorizationRequests: true,
        authorizationParams: { response_type: 'code', response_mode: 'form_post', scope: 'openid' },
      }),
    );
    app.get('/ebooks/me', (request, response) => {
      response.json(request.oidc.idTokenClaims ?? null);
    });
  });

  test('pushes its request, and gets the code by form_post', async () => {
    const { page, browser } = await signInFrom(`${services.origin}/ebooks/login`);
    const { action, fields } = formIn(page);
    expect(action).toBe(callbacksAt(services.origin).ebooks);
    const pushes = signIn.log.filter((line) => line.includes('"route":"/sign-in/request"'));
    expect(pushes.map((line) => JSON.parse(line))).toMatchObject([{ status: 201 }]);
    await browser.open(action, { method: 'POST', body: fields });
    const me = await browser.open(`${services.origin}/ebooks/me`);
    expect(JSON.parse(me.text)).toMatchObject({
      sub: await pseudonymFor('example-ebooks'),
      library_standing: 'good',
    });
  });
});

describe('passport-openidconnect', () => {
  beforeAll(() => {
    const strategy = new Strategy(
      {
        issuer: signIn.issuer.href,
        authorizationURL: `${signIn.issuer.href}/auth`,
        tokenURL: `${signIn.issuer.href}/token`,
        userInfoURL: `${signIn.issuer.href}/me`,
        clientID: 'turnstile',
        clientSecret: secrets.turnstile,
        callbackURL: callbacksAt(services.origin).turnstile,
        // It can't do PKCE, so its entry says that a nonce is enough.
        nonce: 'yes',
      },
      (_issuer: string, profile: passport.Profile, done: (error: null, user: object) => void) =>
        done(null, { id: profile.id }),
    );
    const ofPassport = new passport.Passport();
    ofPassport.use('library', strategy);
    const authenticate = ofPassport.authenticate('library', { session: false });
    app.use(
      '/turnstile',
      session({ secret: 'a secret of this service', resave: false, saveUninitialized: true }),
    );
    app.get('/turnstile/login', authenticate);
    app.get('/turnstile/callback', authenticate, (request, response) => {
      response.json(request.user ?? null);
    });
  });

  test('signs a reader in, and asks userinfo', async () => {
    const { page } = await signInFrom(`${services.origin}/turnstile/login`);
    expect(JSON.parse(page.text)).toEqual({ id: await pseudonymFor('turnstile') });
  });
});

describe('oidc-client-ts', () => {
  test('signs a reader in to a page without a server, renews, and signs out', async () => {
    const store = new Map<string, string>();
    const stateStore: StateStore = {
      set: async (key, value) => void store.set(key, value),
      get: async (key) => store.get(key) ?? null,
      async remove(key) {
        const value = store.get(key) ?? null;
        store.delete(key);
        return value;
      },
      getAllKeys: async () => [...store.keys()],
    };
    const client = new OidcClient({
      authority: signIn.issuer.href,
      client_id: 'reader-web',
      redirect_uri: callbacksAt(services.origin).web,
      scope: 'openid patron',
      loadUserInfo: true,
      stateStore,
    });
    const { url } = await client.createSigninRequest({});
    const browser = new PlainBrowser(signIn.issuer.origin);
    const back = await browser.send(await browser.open(url), { number: cards.siuMing, pin });
    const answer = await client.processSigninResponse(back.url);
    expect(answer.profile).toMatchObject({ patron_id: 'P0000001', library_standing: 'good' });
    expect(answer.scope).toBe('openid patron');
    const { refresh_token: token = '', id_token: hint = '', profile, session_state } = answer;
    const state = { refresh_token: token, id_token: hint, profile, session_state };
    const renewed = await client.useRefreshToken({ state });
    expect(renewed.profile).toMatchObject({ sub: answer.profile.sub, library_standing: 'good' });
    const signOut = await client.createSignoutRequest({ id_token_hint: hint });
    const page = await browser.open(signOut.url);
    expect((await browser.send(page, { logout: 'yes' })).text).toContain('You are signed out');
    await expect(client.useRefreshToken({ state })).rejects.toMatchObject({ error: 'invalid_grant' });
  });
});
