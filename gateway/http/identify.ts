import type { FastifyRequest } from 'fastify';
import { requestIdHeader } from '../../platform/http/request-id.ts';
import { networksOf } from '../../platform/lifecycle/network.ts';
import { BearerError } from '../access/bearer-error.ts';
import { anonymous, type Caller, type Identity, type Language } from '../access/caller.ts';
import type { Issuers } from '../access/open-issuers.ts';
import type { Allowance, RateLimiter } from '../access/rates/rate-limiter.ts';
import { type GraphQLResult, tooManyRequests } from '../engine/request.ts';
import { clientOf } from '../usage/client.ts';
import type { CountUsage, UsageCounter } from '../usage/usage-counter.ts';

/** The parts that identify callers, and decide whether they are admitted. */
export interface Admission {
  /** The issuers whose tokens are accepted. Null if every caller is anonymous. */
  readonly issuers: Pick<Issuers, 'authenticate'> | null;
  /** The rate limits of callers. Null if there are none. */
  readonly rates: RateLimiter | null;
  /** Counts the fields that clients use. Null if usage is not recorded. */
  readonly usage: Pick<UsageCounter, 'count'> | null;
  /** The names of the client's headers that subgraphs may get, in lower case. */
  readonly forwardedHeaders: readonly string[];
}

/** The caller, their rate limits, and their client. `allowance` is null if there are no rate limits. */
export interface Identified {
  readonly caller: Caller;
  readonly allowance: Allowance | null;
  /** Counts an operation of the client. Undefined if usage is not recorded. */
  readonly countUsage: CountUsage | undefined;
}

/**
 * Finds the caller by their token. `authorization` is the header, or the value that replaces it over a WebSocket.
 * @throws BearerError if the token isn't accepted
 * @throws HttpError 429 if the caller must wait before any further request
 */
export async function identify(
  request: FastifyRequest,
  language: Language,
  { issuers, rates, usage, forwardedHeaders }: Admission,
  authorization: string | undefined = request.headers.authorization,
): Promise<Identified> {
  try {
    const identity = issuers === null ? anonymous : await issuers.authenticate(authorization);
    const allowance = requireAllowance(rates, identity, request);
    return {
      caller: callerOf(identity, language, request, forwardedHeaders),
      allowance,
      countUsage: usage === null ? undefined : countFor(identity, request, usage),
    };
  } catch (error) {
    if (error instanceof BearerError && error.status === 401) {
      requireAllowance(rates, anonymous, request)?.charge();
    }
    throw error;
  }
}

function callerOf(
  identity: Identity,
  language: Language,
  request: FastifyRequest,
  forwardedHeaders: readonly string[],
): Caller {
  const [address, ...widerNetworks] = networksOf(request.ip);
  return {
    ...identity,
    language,
    requestId: request.id,
    address: identity.authenticated ? null : address,
    widerNetworks: identity.authenticated ? [] : widerNetworks,
    accessReason: identity.authenticated ? accessReasonOf(request) : null,
    forwarded: headersToForward(request, forwardedHeaders),
  };
}

/** The code of the reason for the access, from the header `Access-Reason`. Null if it is absent or has another form. */
function accessReasonOf({ headers }: FastifyRequest): string | null {
  const sent = headers['access-reason'];
  return typeof sent === 'string' && /^[A-Z_]{1,32}$/.test(sent) ? sent : null;
}

/**
 * Returns the headers that may be forwarded. The request id is the client's id or else the generated id. The same id is
 * in the answer and in the log. A header that the client names in `Connection` is only for this connection, and is left
 * out (RFC 9110, 7.6.1).
 */
function headersToForward(
  { headers, id }: FastifyRequest,
  names: readonly string[],
): Readonly<Record<string, string>> {
  const forwarded: Record<string, string> = {};
  const { connection = '' } = headers;
  for (const name of names) {
    const value = name === requestIdHeader ? id : headers[name];
    if (typeof value === 'string' && !isListed(name, connection)) {
      forwarded[name] = value;
    }
  }
  return forwarded;
}

/** `list` is the value of `Connection`. It is usually `keep-alive` or `close`, so it rarely has to be parsed. */
const isListed = (name: string, list: string): boolean =>
  list !== 'keep-alive' &&
  list !== 'close' &&
  list
    .toLowerCase()
    .split(/[\s,]+/)
    .includes(name);

function countFor(
  identity: Identity,
  { headers }: FastifyRequest,
  usage: Pick<UsageCounter, 'count'>,
): CountUsage {
  const client = clientOf(identity, headers);
  return (operation, requested) => usage.count(client, operation, requested);
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
  requireBudget(allowance);
  return allowance;
}

/**
 * Throws if the caller must wait before any further request. `allowance` is null if there are no rate limits.
 * @throws HttpError 429
 */
export function requireBudget(allowance: Allowance | null): void {
  const wait = allowance?.wait() ?? 0;
  if (wait > 0) {
    throw tooManyRequests(wait);
  }
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
