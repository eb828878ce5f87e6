import { errors } from 'oidc-provider';
import { retrySoonSeconds } from '../limited-tries.ts';

/**
 * RFC 6749 defines this code for redirects. At the token endpoint it has the status 503, so that the client tries
 * again.
 */
export const temporarilyUnavailable = (reason: string): errors.OIDCProviderError =>
  withStatus(new errors.TemporarilyUnavailable(reason), 503);

/** Whether the same request may succeed later. */
export const isTemporary = (status: number): boolean => status === 429 || status === 503;

/** Resolves when `work` is done, or if it could not be done now. Rejects with its other errors. */
export const unlessTemporary = async (work: unknown): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof errors.TemporarilyUnavailable)) {
      throw error;
    }
  }
};

/** Too many requests for one reader are under way. RFC 6749 has no code of its own for this. */
export const tooManyRequests = (): errors.OIDCProviderError =>
  withStatus(new errors.TemporarilyUnavailable('too many requests for one reader'), 429);

function withStatus(error: errors.OIDCProviderError, status: number): errors.OIDCProviderError {
  // Where no error handler of the provider runs, Koa answers with these headers.
  return Object.assign(error, {
    status,
    statusCode: status,
    headers: { 'retry-after': String(retrySoonSeconds) },
  });
}
