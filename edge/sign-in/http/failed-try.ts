import type { FastifyReply } from 'fastify';
import { GraphUnavailable, TooManyQuestions } from '../graph.ts';
import { retrySoonSeconds, TooManyTries } from '../limited-tries.ts';
import type { SignInOutcome } from '../observer.ts';
import type { FormError } from '../pages/layout.ts';
import type { Say } from '../pages/texts.ts';

/** The form that is shown again after a failed attempt to sign in or to set a PIN. */
interface Form {
  readonly say: Say;
  show(status: number, errors: readonly FormError[]): FastifyReply;
  observe(outcome: SignInOutcome): void;
}

/**
 * Tells the person why the sign-in or the new PIN could not be processed now.
 * @throws any `error` that isn't about too many attempts or an unavailable graph
 */
export function showFailedTry(
  error: unknown,
  reply: FastifyReply,
  { say, show, observe }: Form,
): FastifyReply {
  if (error instanceof TooManyTries || error instanceof TooManyQuestions) {
    observe('limited');
    const seconds = error instanceof TooManyTries ? error.retryAfterSeconds : retrySoonSeconds;
    reply.header('retry-after', String(seconds));
    return show(429, [{ field: null, message: say('TOO_MANY') }]);
  }
  if (error instanceof GraphUnavailable) {
    observe('unavailable');
    reply.header('retry-after', String(retrySoonSeconds));
    return show(503, [{ field: null, message: say('UNAVAILABLE') }]);
  }
  throw error;
}
