import * as client from 'openid-client';
import { PlainBrowser } from '../../../support/sign-in/browser.ts';
import type { FloodedSystem } from '../system.ts';
import { honestCallers } from './measure-shape.ts';
import type { ShapeName, ShapeTarget } from './shapes.ts';

const redirectUri = 'http://127.0.0.1:8080/callback';
const secret = 'demonstration-demonstration-demonstration';
/** The number of readers who sign in at the same time. */
const atOnce = 10;

/** Gets the tokens of as many callers as the shape needs. */
export async function openTarget(
  { urls, signIn, cards, issuer }: FloodedSystem,
  shape: ShapeName,
  callers: number,
): Promise<ShapeTarget> {
  const [url = ''] = urls;
  const count = callers + honestCallers;
  const partner = (_: unknown, number: number) => {
    const name = `partner-${number}`;
    return issuer.sign({ subject: name, clientId: name, scope: 'partner:verify' }, 3600);
  };
  const ofPartners = shape === 'verifications' ? count : 0;
  return {
    origin: new URL(url).origin,
    signIn,
    partners: await Promise.all(Array.from({ length: ofPartners }, partner)),
    readers: shape === 'userinfo' ? await signInReaders(signIn, cards, count) : [],
    cards,
  };
}

/** Signs readers in at the demonstration's e-book service. Resolves to their access tokens. */
async function signInReaders(signIn: string, cards: readonly string[], count: number) {
  const config = await client.discovery(
    new URL(signIn),
    'demonstration-ebooks',
    {},
    client.ClientSecretBasic(secret),
    { execute: [client.allowInsecureRequests] },
  );
  const tokens: string[] = [];
  const remaining = [...cards];
  const work = async () => {
    while (tokens.length < count) {
      const card = remaining.shift();
      if (card === undefined) {
        throw new Error(`only ${tokens.length} readers can sign in`);
      }
      const token = await signInReader(config, signIn, card, remaining.length);
      if (token !== null) {
        tokens.push(token);
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return tokens;
}

/** Signs a reader in at the e-book service. Resolves to the access token. Null if this card may not sign in. */
async function signInReader(
  config: client.Configuration,
  signIn: string,
  card: string,
  caller: number,
): Promise<string | null> {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: 'openid',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const address = `172.16.${(caller >> 8) & 255}.${caller & 255}`;
  const browser = new PlainBrowser(new URL(signIn).origin, { 'x-forwarded-for': address });
  const page = await browser.open(url.href);
  const next = await browser.send(page, { number: card, pin: '1234' });
  if (!next.text.includes('/consent"')) {
    return null;
  }
  const last = await browser.send(next, { answer: 'allow' });
  const { access_token: token } = await client.authorizationCodeGrant(config, new URL(last.url), {
    pkceCodeVerifier,
  });
  return token;
}
