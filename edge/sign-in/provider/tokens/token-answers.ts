import { type Adapter, errors, type KoaContextWithOIDC, type Provider } from 'oidc-provider';
import { z } from 'zod';
import { unlessTemporary } from '../errors.ts';
import { times } from '../times.ts';

type OIDCContext = KoaContextWithOIDC['oidc'];

const answer = z.record(z.string(), z.unknown());

/**
 * Completes the token endpoint's answers:
 * - `scope` gets all scopes that were requested and granted (RFC 6749, section 5.1). For the library's own clients, the
 *   provider names only the graph's scopes, and tokens of readers have none of them.
 * - The library's own clients get JWTs for the graph. The provider doesn't store these, and userinfo would refuse them.
 *   So an opaque token is stored for each JWT: its twin, which userinfo accepts. The twin's id is the `jti` of the JWT.
 *
 * `now` is in ms since 1970.
 */
export function completeTokenAnswers(
  provider: Provider,
  accessTokens: Pick<Adapter, 'upsert'>,
  now: () => number,
): void {
  provider.use(async (ctx, next) => {
    await next();
    const oidc: OIDCContext | undefined = ctx.oidc;
    const { AccessToken: token, Grant: grant, Client: client } = oidc?.entities ?? {};
    if (oidc?.route !== 'token' || ctx.status !== 200 || token === undefined || grant === undefined) {
      return;
    }
    const scope = grant.getOIDCScopeFiltered(requestedIn(oidc));
    const all = new Set(`${scope} ${token.scope ?? ''}`.split(' ').filter((one) => one !== ''));
    ctx.body = { ...answer.parse(ctx.body), scope: [...all].join(' ') };
    if (token.aud !== undefined && client !== undefined) {
      const { jti, accountId, grantId, gty, sessionUid, sid } = token;
      const iat = Math.floor(now() / 1000);
      const exp = iat + times.accessToken;
      const belongsTo = { accountId, clientId: client.clientId, grantId, sessionUid, sid };
      const twin = { kind: 'AccessToken', jti, iat, exp, gty, scope, ...belongsTo };
      try {
        // The twin makes userinfo accept this access token. If the twin can't be stored, the token is valid only at the
        // graph. The answer is still sent, because otherwise the client would lose its new refresh token.
        await unlessTemporary(accessTokens.upsert(jti, twin, exp - iat));
      } catch (error) {
        answerRefusal(ctx, error);
      }
    }
  });
}

/**
 * Answers that the grant is invalid, because it ended while the tokens were made.
 * @throws `error` if it is not an InvalidGrant
 */
function answerRefusal(ctx: { status: number; body: unknown }, error: unknown): void {
  if (!(error instanceof errors.InvalidGrant)) {
    throw error;
  }
  ctx.status = error.status;
  ctx.body = { error: error.error, error_description: error.error_description };
}

/** The scopes that were requested. A refresh may request fewer scopes than the reader has granted. */
function requestedIn({ entities, params }: OIDCContext): Set<string> {
  const { RefreshToken: refreshToken, AuthorizationCode: code } = entities;
  const scope = params?.scope ?? refreshToken?.scope ?? code?.scope;
  return new Set(typeof scope === 'string' ? scope.split(' ') : []);
}

/**
 * Replaces a JWT in the `Authorization` header with the id of its twin: the opaque token that the provider has stored
 * for it. Any other header stays as it is. The id is as hard to guess as any opaque token, and only the JWT contains
 * it. So the JWT's signature need not be verified.
 */
export function withTwin(authorization: string | undefined): string | undefined {
  const [, payload = ''] = /^Bearer [\w-]+\.([\w-]+)\.[\w-]+$/i.exec(authorization ?? '') ?? [];
  const jti = payload === '' ? undefined : jtiIn(payload);
  return jti === undefined ? authorization : `Bearer ${jti}`;
}

const withId = z.object({ jti: z.string().regex(/^[\w-]{20,100}$/) });

function jtiIn(payload: string): string | undefined {
  try {
    return withId.safeParse(JSON.parse(Buffer.from(payload, 'base64url').toString())).data?.jti;
  } catch {
    return undefined;
  }
}
