import type { FastifyRequest } from 'fastify';
import { BearerError } from '../access/bearer-error.ts';
import { anonymous, type Identity } from '../access/caller.ts';
import type { Issuers } from '../access/open-issuers.ts';
import type { Allowance, RateLimiter } from '../access/rates/rate-limiter.ts';
import { type GraphQLResult, tooManyRequests } from '../engine/request.ts';

/** What admits callers. */
interface Admission {
  readonly issuers: Pick<Issuers, 'authenticate'> | null;
  /** Null where nothing is counted. */
  readonly rates: RateLimiter | null;
}

/** The caller, and what they may ask for; null: it is not limited. */
interface Identified {
  readonly identity: Identity;
  readonly allowance: Allowance | null;
}

/**
 * The caller, by their token.
 * @throws BearerError for a token that isn't accepted. HttpError 429 where the caller must wait before anything else.
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

/** Whether a request was rejected for what is in it. A rejection for its caller's rate, or for load, doesn't count. */
export function didNotExecute({ data, errors }: GraphQLResult): boolean {
  return (
    data === undefined &&
    errors?.every(
      ({ extensions }) => extensions?.code !== 'RATE_LIMITED' && extensions?.code !== 'UNAVAILABLE',
    ) === true
  );
}
