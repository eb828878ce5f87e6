import type { FastifyReply, FastifyRequest } from 'fastify';
import type { ServedArea, WebService } from '../service.ts';
import { clearCookie, readCookie, sessionCookie } from '../sessions/cookies.ts';
import { keepTokensFresh } from '../sessions/fresh-tokens.ts';
import { createSessions, isCsrfToken, type Session, type Sessions } from '../sessions/sessions.ts';
import { ProviderUnavailable } from '../sign-in/provider.ts';
import { answerError } from './answers.ts';
import { csrfHeader } from './csrf-header.ts';

/** A session with its id, which is the value of the cookie. */
export interface FoundSession {
  readonly id: string;
  readonly session: Session;
}

/**
 * The key of a signed-in person in the queue for the graph, in which callers take turns. A reader has the same key in
 * all of their sessions.
 */
export const callerKeyOf = ({ id, session }: FoundSession): string =>
  session.patronId ?? session.providerSession ?? id;

/**
 * A page sends this header with requests that no person caused, such as reading a list again after an event. Without this
 * header, the session of somebody who has left would never end.
 */
const unattendedHeader = 'unattended';

/** Finds the sessions of one area by the cookies of requests. */
export interface AreaSessions {
  readonly sessions: Sessions;
  /**
   * Finds the session of a request. Extends the session, unless no person caused the request (header `unattended`).
   * Null if there is no session, or if the session has ended. The reply clears a cookie that has no session.
   */
  find(request: FastifyRequest, reply: FastifyReply): Promise<FoundSession | null>;
  /** Does the same as `find`, but never extends the session. */
  peek(request: FastifyRequest, reply: FastifyReply): Promise<FoundSession | null>;
  /**
   * Returns the session with fresh tokens. Any request except `GET` must contain the session's CSRF token. Null if the
   * reply already contains an error.
   */
  require(found: FoundSession, request: FastifyRequest, reply: FastifyReply): Promise<FoundSession | null>;
  /**
   * Returns the session with fresh tokens, for a request that takes longer than a token is valid. Null if the session has
   * ended, or can't get a new token any more.
   * @throws ProviderUnavailable
   */
  refresh(found: FoundSession): Promise<FoundSession | null>;
}

export function createAreaSessions(
  { state, now }: Pick<WebService, 'state' | 'now'>,
  { area, relyingParty }: Pick<ServedArea, 'area' | 'relyingParty'>,
): AreaSessions {
  const cookie = sessionCookie(area);
  const sessions = createSessions(state, area, now);
  const withFreshTokens = keepTokensFresh({ sessions, relyingParty, now });
  const refresh = async ({ id, session }: FoundSession): Promise<FoundSession | null> => {
    const fresh = await withFreshTokens(id, session);
    return fresh === null ? null : { id, session: fresh };
  };
  const findBy =
    (read: Sessions['find']) =>
    async (request: FastifyRequest, reply: FastifyReply): Promise<FoundSession | null> => {
      const id = readCookie(request, cookie);
      if (id === null) {
        return null;
      }
      const session = await read(id);
      if (session === null) {
        clearCookie(reply, cookie);
        return null;
      }
      return { id, session };
    };
  const peek = findBy(sessions.peek);
  const use = findBy(sessions.find);
  return {
    sessions,
    refresh,
    peek,
    find: (request, reply) =>
      request.headers[unattendedHeader] === undefined ? use(request, reply) : peek(request, reply),
    async require(found, request, reply) {
      if (request.method !== 'GET' && !isCsrfToken(found.session, request.headers[csrfHeader])) {
        answerError(reply, 'CSRF_CHECK_FAILED');
        return null;
      }
      try {
        const fresh = await refresh(found);
        if (fresh !== null) {
          return fresh;
        }
        clearCookie(reply, cookie);
        answerError(reply, 'UNAUTHENTICATED');
        return null;
      } catch (error) {
        if (error instanceof ProviderUnavailable) {
          answerError(reply, 'UNAVAILABLE');
          return null;
        }
        throw error;
      }
    },
  };
}
