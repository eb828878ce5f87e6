import { errors } from 'oidc-provider';

/**
 * RFC 6749 defines this code for redirects. At the token endpoint it has the status 503, so that the client tries
 * again.
 */
export function temporarilyUnavailable(reason: string): errors.OIDCProviderError {
  const error = new errors.TemporarilyUnavailable(reason);
  error.status = 503;
  error.statusCode = 503;
  return error;
}
