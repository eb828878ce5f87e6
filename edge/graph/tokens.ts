/**
 * The tokens that an edge sends to the graph. Each edge is a separate issuer. The gateway's ISSUERS_FILE lists the scopes
 * that each issuer's tokens may grant.
 */
import { readFile } from 'node:fs/promises';
import { importJWK, type JWK, SignJWT } from 'jose';
import { z } from 'zod';
import { withoutUndefined } from '../../platform/without-undefined.ts';

/** The claims of a token that depend on the client. */
export interface TokenClient {
  readonly clientId: string;
  readonly scope: string;
  /** The code of the branch where the station is. Null for clients that are not stations. */
  readonly branch: string | null;
}

export type TokenSource = (client: TokenClient) => Promise<string>;

export interface TokenIssuer {
  /** The claims `iss` and `aud` of the tokens. */
  readonly issuer: string;
  readonly audience: string;
  /** A private key for ES256. */
  readonly key: JWK;
}

/** The `aud` of all tokens for the graph: the tokens of the edges, and of the library's clients. */
export const tokenAudience = 'patron-graph';

/** The resource that a client names to an OpenID provider to get a token for the graph (RFC 8707). */
export const graphResource = 'urn:patron-graph';

/** How long each token is valid. The edge stops using a token one minute before the token expires. */
export const tokenLifetimeSeconds = 300;

const algorithm = 'ES256';

/** Signs an access token (RFC 9068) that is valid for five minutes. */
export const signToken = async (
  { clientId, scope, branch }: TokenClient,
  { issuer, audience, key }: TokenIssuer,
): Promise<string> =>
  await new SignJWT({ client_id: clientId, scope, library_branch: branch ?? undefined })
    .setProtectedHeader(withoutUndefined({ alg: algorithm, typ: 'at+jwt', kid: key.kid }))
    .setSubject(clientId)
    .setIssuer(issuer)
    .setAudience(audience)
    .setIssuedAt()
    .setExpirationTime(`${tokenLifetimeSeconds}s`)
    .sign(await importJWK(key, algorithm));

/** Reuses each token until one minute before it expires. `now` is in ms since 1970. */
export function rememberTokens(source: TokenSource, now: () => number = Date.now): TokenSource {
  const remembered = new Map<
    string,
    { readonly token: string; readonly from: number; readonly until: number }
  >();
  return async (client) => {
    const key = JSON.stringify([client.clientId, client.scope, client.branch]);
    const last = remembered.get(key);
    const from = now();
    // If the clock is put back, a remembered token seems to be from the future, and the gateway would refuse it.
    if (last !== undefined && last.from <= from && from < last.until) {
      return last.token;
    }
    const token = await source(client);
    remembered.set(key, { token, from, until: from + (tokenLifetimeSeconds - 60) * 1000 });
    return token;
  };
}

const jwk = z.looseObject({ kty: z.literal('EC'), crv: z.literal('P-256'), d: z.string() });

/** The settings of an edge that signs its own tokens. */
export interface TokenConfig extends Pick<TokenIssuer, 'issuer' | 'audience'> {
  /** The path of a private key for ES256, as a JWK. */
  readonly keyFile: string;
}

/**
 * Reads the key, and returns a source of tokens that are signed with it. `variable` is the name of the environment
 * variable that contains the file's path.
 * @throws Error if the file has no private key for ES256. The message quotes nothing of the file.
 */
export async function openTokens(
  { issuer, audience, keyFile }: TokenConfig,
  variable: string,
): Promise<TokenSource> {
  const key = await readTokenKey(keyFile, variable);
  // A bad key must make the start fail, not the first call.
  await importJWK(key, algorithm);
  return rememberTokens((client) => signToken(client, { issuer, audience, key }));
}

async function readTokenKey(file: string, variable: string): Promise<JWK> {
  const text = await readFile(file, 'utf8').catch(() => '');
  try {
    return jwk.parse(JSON.parse(text));
  } catch {
    // The parser's error would quote the key.
    throw new Error(`${variable} ${file} is no private key for ES256, as a JWK.`);
  }
}
