import { errors } from 'oidc-provider';
import { retrySoonSeconds } from '../limited-tries.ts';

/**
 * RFC 6749 defines the error code `temporarily_unavailable` for redirects. Here the token endpoint also answers with this
 * code, and with the status 503, so that the client tries again.
 */
export const temporarilyUnavailable = (reason: string): errors.OIDCProviderError =>
  withStatus(new errors.TemporarilyUnavailable(reason), 503);

/** Whether the same request may succeed later. */
export const isTemporary = (status: number): boolean => status === 429 || status === 503;

/** Resolves when `work` is done, or when `work` fails with a temporary error. Rejects with any other error. */
export const unlessTemporary = async (work: unknown): Promise<void> => {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof errors.TemporarilyUnavailable)) {
      throw error;
    }
  }
};

/**
 * The error for too many requests under way for one reader, or too many sign-ins begun from one network. RFC 6749 has
 * no error code for either case.
 */
export const tooManyRequests = (): errors.OIDCProviderError =>
  withStatus(new errors.TemporarilyUnavailable('too many requests of this reader or network'), 429);

function withStatus(error: errors.OIDCProviderError, status: number): errors.OIDCProviderError {
  // If no error handler of the provider runs, Koa answers with the error's status and headers.
  return Object.assign(error, {
    status,
    statusCode: status,
    headers: { 'retry-after': String(retrySoonSeconds) },
  });
}
