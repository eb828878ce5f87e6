import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOwnPath } from '../../server/own-path.ts';
import type { ServedArea, WebService } from '../service.ts';
import { type CookieName, clearCookie, readCookie, setCookie } from '../sessions/cookies.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { createPendingSignIns } from '../sign-in/pending-sign-ins.ts';
import { ProviderUnavailable } from '../sign-in/provider.ts';
import { SignInFailed } from '../sign-in/relying-party.ts';

interface SignInRoutesOptions extends ServedArea {
  readonly sessions: Sessions;
  readonly cookie: CookieName;
}

/** The reason why a sign-in failed. The page finds it in its URL: `/my/?signIn=cancelled`. */
type SignInEnd = 'cancelled' | 'failed' | 'unavailable';

/**
 * Adds two routes. `sign-in` redirects the browser to the provider. The provider redirects the browser to `callback`,
 * with a code.
 */
export function addSignInRoutes(
  app: FastifyInstance,
  { origin, state, log, now }: WebService,
  { area, relyingParty, sessions, cookie }: SignInRoutesOptions,
): void {
  const pendingSignIns = createPendingSignIns(state.keyFor('pending sign-ins'), area.name, now);
  const pendingCookie: CookieName = `${cookie}-sign-in`;
  const home = `${area.path}/`;

  const end = (reply: FastifyReply, how: SignInEnd) => reply.redirect(`${home}?signIn=${how}`, 303);
  const endBecause = (request: FastifyRequest, reply: FastifyReply, error: unknown) => {
    if (error instanceof SignInFailed) {
      if (error.code === 'access_denied') {
        return end(reply, 'cancelled');
      }
      log.warn({ reqId: request.id, area: area.name, code: error.code }, 'signing in failed');
      return end(reply, 'failed');
    }
    if (error instanceof ProviderUnavailable) {
      log.warn({ reqId: request.id, area: area.name }, 'the OpenID provider does not answer');
      return end(reply, 'unavailable');
    }
    throw error;
  };

  app.get(`${area.path}/sign-in`, async (request, reply) => {
    const { to, language } = request.query as Readonly<Record<string, unknown>>;
    try {
      const locale = language === 'zh-Hant' ? language : 'en';
      const { url, pending } = await relyingParty.begin(isOwnPath(to, area.path) ? to : home, locale);
      const maxAgeSeconds = pendingSignIns.lifetimeSeconds;
      setCookie(reply, pendingCookie, await pendingSignIns.seal(pending), { sameSite: 'lax', maxAgeSeconds });
      return reply.redirect(url.href, 303);
    } catch (error) {
      return endBecause(request, reply, error);
    }
  });

  app.get(`${area.path}/callback`, async (request, reply) => {
    const sealed = readCookie(request, pendingCookie);
    const pending = sealed === null ? null : await pendingSignIns.open(sealed);
    clearCookie(reply, pendingCookie);
    if (pending === null) {
      return end(reply, 'failed');
    }
    try {
      const session = await relyingParty.complete(new URL(request.url, origin), pending);
      const last = readCookie(request, cookie);
      if (last !== null) {
        await sessions.end(last);
      }
      setCookie(reply, cookie, await sessions.begin(session), { sameSite: 'lax', maxAgeSeconds: null });
      return reply.redirect(pending.to, 303);
    } catch (error) {
      return endBecause(request, reply, error);
    }
  });
}
