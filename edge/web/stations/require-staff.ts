import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from '../http/answers.ts';
import type { AreaSessions } from '../http/area-sessions.ts';
import type { Session } from '../sessions/sessions.ts';

/**
 * Staff with this scope may lend to any reader, so they may also enrol a machine. A station may only lend to the card
 * that it is shown.
 */
const neededScope = 'circulation:write';

/**
 * The session, if it has the needed scope. The tokens are refreshed first, because a station outlives the session
 * that enrols it. If null, the reply already has an error.
 */
export async function requireStaff(
  staff: AreaSessions,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<Session | null> {
  const found = await staff.find(request, reply);
  if (found === null) {
    answerError(reply, 'UNAUTHENTICATED');
    return null;
  }
  const signedIn = await staff.require(found, request, reply);
  if (signedIn === null) {
    return null;
  }
  const { session } = signedIn;
  if (!session.tokens.scopes.includes(neededScope)) {
    answerError(reply, 'FORBIDDEN');
    return null;
  }
  return session;
}
