import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { siteOf } from '../../../platform/lifecycle/network.ts';
import { forgetPages } from '../../server/forget-pages.ts';
import type { ServedArea, WebService } from '../service.ts';
import { clearCookie, readCookie, sessionCookie } from '../sessions/cookies.ts';
import { isCsrfToken } from '../sessions/sessions.ts';
import { addMyData } from './add-my-data.ts';
import { answerError } from './answers.ts';
import { type AreaSessions, callerKeyOf, type FoundSession } from './area-sessions.ts';
import { csrfHeader } from './csrf-header.ts';
import { addProviderRoutes } from './provider-routes.ts';
import { type RelayCaller, relay } from './relay.ts';
import { requireSameOrigin } from './same-origin.ts';
import { addSignInRoutes } from './sign-in-routes.ts';

/** Adds the routes of one area: its session, signing in and out, and requests to the graph. */
export async function addArea(
  app: FastifyInstance,
  service: WebService,
  served: ServedArea,
  areaSessions: AreaSessions,
): Promise<void> {
  const { area, relyingParty } = served;
  const { log } = service;
  const { sessions } = areaSessions;
  const cookie = sessionCookie(area);
  const onlyOwnPages = { onRequest: requireSameOrigin(service.origin.origin) };

  const endSession = async (reply: FastifyReply, id: string): Promise<void> => {
    await sessions.end(id);
    clearCookie(reply, cookie);
  };

  const relayAs = async (found: FoundSession | null, request: FastifyRequest, reply: FastifyReply) => {
    const caller = found === null ? anonymousAt(request.ip) : callerOf(found, area);
    const status = await relay(service, request, reply, caller);
    if (status === 401 && found !== null) {
      await sessions.end(found.id);
    }
    return reply;
  };

  addSignInRoutes(app, service, { ...served, sessions, cookie });
  await addProviderRoutes(app, served, sessions);
  if (area.hasData) {
    addMyData(app, service, served, areaSessions);
  }

  app.get(`${area.path}/session`, async (request, reply) => {
    const found = await areaSessions.find(request, reply);
    if (found === null) {
      return { signedIn: false };
    }
    const { csrfToken, name, patronId, tokens } = found.session;
    const expiresAt = sessions.expiresAt(found.session);
    return { signedIn: true, csrfToken, name, patronId, scopes: tokens.scopes, expiresAt };
  });

  app.post(`${area.path}/sign-out`, onlyOwnPages, async (request, reply) => {
    const found = await areaSessions.find(request, reply);
    if (found !== null) {
      if (!isCsrfToken(found.session, request.headers[csrfHeader])) {
        return answerError(reply, 'CSRF_CHECK_FAILED');
      }
      await endSession(reply, found.id);
      const { refreshToken } = found.session.tokens;
      if (refreshToken !== null) {
        await relyingParty.revoke(refreshToken).catch(() => {
          log.warn({ reqId: request.id, area: area.name }, 'the provider did not take back a refresh token');
        });
      }
    }
    // Even if the provider can't be reached, this server has already ended the session.
    const url = await relyingParty.signOutUrl().catch(() => new URL(`${area.path}/`, service.origin));
    reply.headers(forgetPages);
    return { redirectTo: url.href };
  });

  app.post(`${area.path}/graphql`, onlyOwnPages, async (request, reply) => {
    const found = await areaSessions.find(request, reply);
    if (found === null) {
      // A page whose session has ended still sends its cookie or its CSRF token. Such a page must get an error, and
      // must not go on as an anonymous caller.
      const isAnonymous = readCookie(request, cookie) === null && !request.headers[csrfHeader];
      return area.isOpen && isAnonymous
        ? await relayAs(null, request, reply)
        : answerError(reply, 'UNAUTHENTICATED');
    }
    const signedIn = await areaSessions.require(found, request, reply);
    return signedIn === null ? reply : await relayAs(signedIn, request, reply);
  });
}

const anonymousAt = (address: string): RelayCaller => ({
  token: null,
  callClass: 'anonymous',
  caller: siteOf(address),
});

const callerOf = (found: FoundSession, { callClass }: ServedArea['area']): RelayCaller => ({
  token: found.session.tokens.accessToken,
  callClass,
  caller: callerKeyOf(found),
});
