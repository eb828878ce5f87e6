/**
 * The reason why a token is not accepted: the token is wrong (401), or the issuer's keys are not available (503). The
 * message never quotes the token.
 */
export class BearerError extends Error {
  override readonly name = 'BearerError';
  readonly status: 401 | 503;

  constructor(status: 401 | 503, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}
