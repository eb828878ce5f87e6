import type { FastifyReply, FastifyRequest } from 'fastify';
import { answerError } from '../http/answers.ts';
import type { AreaSessions } from '../http/area-sessions.ts';
import type { Session } from '../sessions/sessions.ts';

/**
 * Staff with this scope may lend to any reader, so they may also enrol a station. A station may lend only to a reader
 * whose card is presented to it.
 */
const neededScope = 'circulation:write';

/**
 * Returns the session if it may enrol a station. The session needs the scope, and an access token that is valid or can
 * be renewed. The renewal fails if the provider has ended the session. If the result is null, the reply already has an
 * error.
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
