import { errors } from 'oidc-provider';

/** RFC 6749 has the code for redirects. At the token endpoint it comes with 503, so that the client asks again. */
export function temporarilyUnavailable(reason: string): errors.OIDCProviderError {
  const error = new errors.TemporarilyUnavailable(reason);
  error.status = 503;
  error.statusCode = 503;
  return error;
}
