import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ServedArea, WebService } from '../service.ts';
import { clearCookie, readCookie, sessionCookie } from '../sessions/cookies.ts';
import { keepTokensFresh } from '../sessions/fresh-tokens.ts';
import { createSessions, isCsrfToken, type Session } from '../sessions/sessions.ts';
import { ProviderUnavailable } from '../sign-in/provider-unavailable.ts';
import { answerProblem } from './answers.ts';
import { csrfHeader } from './csrf-header.ts';
import { addProviderRoutes } from './provider-routes.ts';
import { type Asker, relay } from './relay.ts';
import { requireSameOrigin } from './same-origin.ts';
import { addSignInRoutes } from './sign-in-routes.ts';

/** A session, and the cookie's value that it was found by. */
interface FoundSession {
  readonly id: string;
  readonly session: Session;
}

/** The routes of one area: whose session it is, signing in and out, and the graph in the session's name. */
export async function addArea(app: FastifyInstance, service: WebService, served: ServedArea): Promise<void> {
  const { area, relyingParty } = served;
  const { log, now } = service;
  const cookie = sessionCookie(area);
  const sessions = createSessions(service.state, area, now);
  const withFreshTokens = keepTokensFresh({ sessions, relyingParty, now });
  const onlyOwnPages = { onRequest: requireSameOrigin(service.origin.origin) };

  const findSession = async (request: FastifyRequest, reply: FastifyReply): Promise<FoundSession | null> => {
    const id = readCookie(request, cookie);
    if (id === null) {
      return null;
    }
    const session = await sessions.find(id);
    if (session === null) {
      clearCookie(reply, cookie);
      return null;
    }
    return { id, session };
  };

  const endSession = async (reply: FastifyReply, id: string): Promise<void> => {
    await sessions.end(id);
    clearCookie(reply, cookie);
  };

  const relayAs = async (found: FoundSession | null, request: FastifyRequest, reply: FastifyReply) => {
    const asker: Asker =
      found === null
        ? { token: null, callClass: 'anonymous' }
        : { token: found.session.tokens.accessToken, callClass: area.callClass };
    const status = await relay(service, request, reply, asker);
    if (status === 401 && found !== null) {
      await sessions.end(found.id);
    }
    return reply;
  };

  addSignInRoutes(app, service, { ...served, sessions, cookie });
  await addProviderRoutes(app, served, sessions);

  app.get(`${area.path}/session`, async (request, reply) => {
    const found = await findSession(request, reply);
    if (found === null) {
      return { signedIn: false };
    }
    const { csrfToken, name, patronId } = found.session;
    return { signedIn: true, csrfToken, name, patronId, expiresAt: sessions.expiresAt(found.session) };
  });

  app.post(`${area.path}/sign-out`, onlyOwnPages, async (request, reply) => {
    const found = await findSession(request, reply);
    if (found !== null) {
      if (!isCsrfToken(found.session, request.headers[csrfHeader])) {
        return answerProblem(reply, 'FORBIDDEN');
      }
      await endSession(reply, found.id);
      const { refreshToken } = found.session.tokens;
      if (refreshToken !== null) {
        await relyingParty.revoke(refreshToken).catch(() => {
          log.warn({ reqId: request.id, area: area.name }, 'the provider did not take back a refresh token');
        });
      }
    }
    // Here it is over, whether or not the provider can be reached.
    const url = await relyingParty.signOutUrl().catch(() => new URL(`${area.path}/`, service.origin));
    return { redirectTo: url.href };
  });

  app.post(`${area.path}/graphql`, onlyOwnPages, async (request, reply) => {
    const found = await findSession(request, reply);
    if (found === null) {
      // A page that still believes in its session must not go on as somebody who isn't signed in.
      const isStranger = readCookie(request, cookie) === null && !request.headers[csrfHeader];
      return area.isOpen && isStranger
        ? await relayAs(null, request, reply)
        : answerProblem(reply, 'UNAUTHENTICATED');
    }
    if (!isCsrfToken(found.session, request.headers[csrfHeader])) {
      return answerProblem(reply, 'FORBIDDEN');
    }
    try {
      const session = await withFreshTokens(found.id, found.session);
      if (session !== null) {
        return await relayAs({ id: found.id, session }, request, reply);
      }
      clearCookie(reply, cookie);
      return answerProblem(reply, 'UNAUTHENTICATED');
    } catch (error) {
      if (error instanceof ProviderUnavailable) {
        return answerProblem(reply, 'UNAVAILABLE');
      }
      throw error;
    }
  });
}
