import { setTimeout } from 'node:timers/promises';
import { ProviderUnavailable } from '../sign-in/provider.ts';
import { type RelyingParty, SignInFailed } from '../sign-in/relying-party.ts';
import type { Session, Sessions } from './sessions.ts';

/** A token is renewed this long before it expires, in ms, so that it stays valid during the longest request. */
export const renewedAheadMs = 30_000;
/**
 * The longest time for which a request waits while another process renews the token, in ms. It checks every `lookingMs`
 * whether there is a new token. The renewal may take longer, but people don't wait so long.
 */
const waitingMs = 10_000;
const lookingMs = 100;

interface FreshTokensOptions {
  readonly sessions: Sessions;
  readonly relyingParty: Pick<RelyingParty, 'refresh'>;
  readonly now: () => number;
}

/**
 * Returns a function that resolves to the session with a valid access token. It resolves to null in three cases:
 * - The session has ended here.
 * - The provider has ended its session. The session here then ends, too.
 * - The token has expired, and there is no refresh token.
 *
 * All requests of all processes share one renewal, because the provider treats a refresh token that is used twice as
 * stolen.
 * @throws ProviderUnavailable if the token has expired, and nobody renews it in time
 */
export function keepTokensFresh({ sessions, relyingParty, now }: FreshTokensOptions) {
  const underWay = new Map<string, Promise<Session | null>>();
  const isGood = ({ tokens }: Session, aheadMs: number) => tokens.accessExpiresAt - now() > aheadMs;

  const renew = async (id: string, session: Session, refreshToken: string): Promise<Session | null> => {
    try {
      const tokens = await relyingParty.refresh(refreshToken, session.tokens.scopes);
      // If the session ended during the renewal, it remains ended.
      return (await sessions.replaceTokens(id, session, tokens)) ? { ...session, tokens } : null;
    } catch (error) {
      if (error instanceof SignInFailed) {
        await sessions.end(id);
        return null;
      }
      if (error instanceof ProviderUnavailable && isGood(session, 0)) {
        return session;
      }
      throw error;
    }
  };

  const renewOnce = async (id: string): Promise<Session | null> => {
    const until = performance.now() + waitingMs;
    let old: Session | null = null;
    for (; performance.now() < until; await setTimeout(lookingMs)) {
      await using lock = await sessions.lockRefresh(id);
      // `peek` doesn't extend the session. If the request counts as a use, `find` has already extended it.
      const session = await sessions.peek(id);
      if (session === null || isGood(session, renewedAheadMs)) {
        return session;
      }
      const { refreshToken } = session.tokens;
      if (refreshToken === null) {
        return isGood(session, 0) ? session : null;
      }
      if (lock !== null) {
        return await renew(id, session, refreshToken);
      }
      old = session;
    }
    if (old !== null && isGood(old, 0)) {
      return old;
    }
    throw new ProviderUnavailable('another process does not get an answer');
  };

  return async (id: string, session: Session): Promise<Session | null> => {
    if (isGood(session, renewedAheadMs)) {
      return session;
    }
    const renewal = underWay.get(id) ?? renewOnce(id).finally(() => underWay.delete(id));
    underWay.set(id, renewal);
    return await renewal;
  };
}
