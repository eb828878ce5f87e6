import type { FastifyReply } from 'fastify';

const problems = {
  BAD_REQUEST: [400, 'The body is not what is expected here.'],
  UNAUTHENTICATED: [401, 'The session is over: sign in again.'],
  FORBIDDEN: [403, 'This request did not come from the page itself.'],
  SCOPE_NEEDED: [403, 'This takes a right that you do not have.'],
  WRONG_CODE: [403, 'The code is wrong, used, or too old.'],
  QUERY_NOT_IN_SAFELIST: [400, 'A station asks what its page asks, and nothing else.'],
  TOO_MANY_REQUESTS: [429, 'There were too many. Try again later.'],
  NOT_FOUND: [404, 'There is nothing here.'],
  NOT_BUILT: [404, 'The page is not built: run npm run build.'],
  UNAVAILABLE: [503, 'This can not be answered now. Try again in some seconds.'],
} as const;

export type ProblemCode = keyof typeof problems;

/** The form in which the graph answers a request that it rejects. */
export const problem = (code: string, message: string) => ({ errors: [{ message, extensions: { code } }] });

/** Answers as the graph answers a request that it rejects, so that a page reads both in one way. */
export function answerProblem(reply: FastifyReply, code: ProblemCode): FastifyReply {
  const [status, message] = problems[code];
  if (status === 503) {
    reply.header('retry-after', '1');
  }
  return reply.code(status).send(problem(code, message));
}
