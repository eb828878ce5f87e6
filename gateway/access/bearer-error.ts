/**
 * Thrown if a token is not accepted. Status 401: the token is wrong. Status 503: the issuer's keys are not available.
 * The message never quotes the token.
 */
export class BearerError extends Error {
  override readonly name = 'BearerError';
  readonly status: 401 | 503;

  constructor(status: 401 | 503, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
