import type { FastifyRequest } from 'fastify';
import { BearerError } from '../access/bearer-error.ts';
import { anonymous, type Identity } from '../access/caller.ts';
import type { Issuers } from '../access/issuers/open-issuers.ts';
import type { RatedCaller, RateLimiter } from '../access/rates/rate-limiter.ts';
import { type GraphQLResult, tooManyRequests } from '../engine/request.ts';

/** What decides who may come in. */
interface Door {
  readonly issuers: Pick<Issuers, 'authenticate'> | null;
  readonly rates: RateLimiter;
}

/**
 * Who asks, as their token says.
 * @throws BearerError for a token that isn't accepted. HttpError 429 where the caller must wait before anything else.
 */
export async function identify(
  request: FastifyRequest,
  { issuers, rates }: Door,
): Promise<RatedCaller & { readonly identity: Identity }> {
  const address = request.ip;
  const stranger = { identity: anonymous, address };
  try {
    const identity = issuers === null ? anonymous : await issuers.authenticate(request.headers.authorization);
    const caller = { identity, address };
    requireAllowance(rates, caller);
    return caller;
  } catch (error) {
    if (error instanceof BearerError && error.status === 401) {
      requireAllowance(rates, stranger);
      rates.charge(stranger);
    }
    throw error;
  }
}

/** @throws HttpError 429 */
function requireAllowance(rates: RateLimiter, caller: RatedCaller): void {
  const wait = rates.wait(caller);
  if (wait > 0) {
    throw tooManyRequests(wait);
  }
}

/** A request that was read, and then refused for what is in it. One that was refused for its caller or for load has done nothing. */
export function cameToNothing({ data, errors }: GraphQLResult): boolean {
  return (
    data === undefined &&
    errors?.every(
      ({ extensions }) => extensions?.code !== 'RATE_LIMITED' && extensions?.code !== 'UNAVAILABLE',
    ) === true
  );
}
