import type { FastifyReply } from 'fastify';

const errors = {
  BAD_REQUEST: [400, 'The body is not what is expected here.'],
  UNAUTHENTICATED: [401, 'The session is over: sign in again.'],
  CSRF_CHECK_FAILED: [403, 'This request did not come from the page itself.'],
  FORBIDDEN: [403, 'Your account lacks the scope for this.'],
  WRONG_CODE: [403, 'The code is wrong, used, or too old.'],
  QUERY_NOT_IN_SAFELIST: [400, 'A station asks what its page asks, and nothing else.'],
  TOO_MANY_REQUESTS: [429, 'Too many wrong codes. Try again later.'],
  RATE_LIMITED: [429, 'Too many of your requests are under way. Try again in a second.'],
  NOT_FOUND: [404, 'There is nothing here.'],
  NOT_BUILT: [404, 'The page is not built: run npm run build.'],
  UNAVAILABLE: [503, 'This cannot be answered now. Try again in some seconds.'],
} as const;

export type ErrorCode = keyof typeof errors;

/** The body of an error, in the form that the graph uses for rejected requests. */
export const errorBody = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });

/** Sends an error in the form that the graph uses. So a page can read errors of this server like errors of the graph. */
export function answerError(reply: FastifyReply, code: ErrorCode): FastifyReply {
  const [status, message] = errors[code];
  if ((status === 503 || status === 429) && !reply.hasHeader('retry-after')) {
    reply.header('retry-after', '1');
  }
  return reply.code(status).send(errorBody(code, message));
}
