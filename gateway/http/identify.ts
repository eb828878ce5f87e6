import type { FastifyRequest } from 'fastify';
import { BearerError } from '../access/bearer-error.ts';
import { anonymous, type Identity } from '../access/caller.ts';
import type { Issuers } from '../access/open-issuers.ts';
import type { Allowance, RateLimiter } from '../access/rates/rate-limiter.ts';
import { type GraphQLResult, tooManyRequests } from '../engine/request.ts';

/** The issuers and rate limits that decide whether a caller is admitted. */
interface Admission {
  readonly issuers: Pick<Issuers, 'authenticate'> | null;
  /** Null if there are no rate limits. */
  readonly rates: RateLimiter | null;
}

/** The caller and their rate limits. `allowance` is null if there are no rate limits. */
interface Identified {
  readonly identity: Identity;
  readonly allowance: Allowance | null;
}

/**
 * Finds the caller by their token.
 * @throws BearerError if the token isn't accepted
 * @throws HttpError 429 if the caller must wait before any further request
 */
export async function identify(request: FastifyRequest, { issuers, rates }: Admission): Promise<Identified> {
  try {
    const identity = issuers === null ? anonymous : await issuers.authenticate(request.headers.authorization);
    return { identity, allowance: requireAllowance(rates, identity, request) };
  } catch (error) {
    if (error instanceof BearerError && error.status === 401) {
      requireAllowance(rates, anonymous, request)?.charge();
    }
    throw error;
  }
}

/** @throws HttpError 429 */
function requireAllowance(
  rates: RateLimiter | null,
  identity: Identity,
  request: FastifyRequest,
): Allowance | null {
  if (rates === null) {
    return null;
  }
  const allowance = rates.of({ identity, address: request.ip });
  const wait = allowance.wait();
  if (wait > 0) {
    throw tooManyRequests(wait);
  }
  return allowance;
}

/**
 * Returns whether a request was rejected because of its content. False if it was rejected because of a rate limit or of
 * the load.
 */
export function didNotExecute({ data, errors }: GraphQLResult): boolean {
  return (
    data === undefined &&
    errors?.every(
      ({ extensions }) => extensions?.code !== 'RATE_LIMITED' && extensions?.code !== 'UNAVAILABLE',
    ) === true
  );
}
