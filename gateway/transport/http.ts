import { hash } from 'node:crypto';
import { z } from 'zod';
import { hmacSha256 } from '../../platform/hmac.ts';
import { type DependencyState, dependencyStates } from '../../platform/lifecycle/dependency-watch.ts';
import { Bulkhead } from '../../platform/priority/bulkhead.ts';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import { queueKeyOf } from '../../platform/priority/queue-key.ts';
import { signToken } from '../../platform/signed-token.ts';
import { nameToShow } from '../../platform/telemetry/operation-name.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import { audienceOf, type Caller } from '../access/caller.ts';
import { parseJson, SubgraphFailure } from '../executor/index.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { openConnectionPool } from './connection-pool.ts';
import { createGraphqlTransport, type GraphqlTransportOptions } from './graphql.ts';
import { withNotes } from './own-response.ts';
import { openStreams } from './streams/open-streams.ts';
import type { StreamTransport } from './streams/stream-transport.ts';
import { type ClientOperation, pingSubgraph, type Transport } from './transport.ts';

/** How long a signed caller header is valid. */
const callerLifetimeSeconds = 30;
const callerHeader = 'patron-graph-caller';
/** The id of the client's request. The subgraph logs it. */
const requestIdHeader = 'x-request-id';

/** One of our own subgraphs in another process: its transport and its health check. */
export interface HttpSubgraph extends AsyncDisposable {
  readonly transport: Transport;
  /** Opens a subscription by Server-Sent Events. The signed caller header is valid for this one request. */
  readonly openStream: StreamTransport;
  /**
   * Returns the states of the subgraph's own dependencies, such as its legacy systems. Rejects with `SubgraphFailure`
   * if the subgraph can't be reached or rejects the gateway's signature.
   */
  check(signal: AbortSignal): Promise<Readonly<Record<string, DependencyState>>>;
}

/**
 * The maximum number of requests to one subgraph at a time. Each request has its own connection. A quarter is kept for
 * the call class `lending` (`Bulkhead`).
 */
const maxConnections = 128;
/**
 * The maximum number of requests to one subgraph that wait. A gateway has up to a thousand operations in progress, and
 * each may make a few requests at once.
 */
const maxWaiting = 4_000;

/**
 * The maximum number of open streams from one subgraph. A stream doesn't count as a request. Callers with equal rights
 * share a stream.
 */
const maxStreams = 10_000;
/** The longest time without an event or a heartbeat, in ms. Our subgraphs send heartbeats more often. */
const streamSilenceMs = 30_000;

const health = z.object({ dependencies: z.record(z.string(), z.enum(dependencyStates)) });

/**
 * Creates the client of a subgraph. Free connections go to the most urgent call class first. Within a class, the callers
 * take turns.
 * @param url The subgraph's origin, with or without `/graphql`.
 * @param secret Signs the caller header.
 * @param tls The TLS settings, read for each new connection. Null: Node's defaults.
 */
export function createHttpSubgraph(
  name: string,
  url: URL,
  secret: Uint8Array,
  {
    maxSubgraphBytes,
    requestTimeoutMs,
  }: Pick<Limits, 'maxSubgraphBytes' | 'requestTimeoutMs'> = defaultLimits,
  tls: ClientTls | null = null,
): HttpSubgraph {
  const endpoint = url.pathname === '/' ? new URL('/graphql', url) : url;
  // One more connection is for the GET of the health check, which doesn't wait in the queue.
  const pool = openConnectionPool(endpoint, maxSubgraphBytes, tls, maxConnections + 1);
  const identityHeaders: GraphqlTransportOptions['identityHeaders'] = (
    caller,
    body,
    callClass,
    operation,
  ) => ({
    [callerHeader]: signCaller({ caller, callClass, operation }, body, name, secret),
    [requestIdHeader]: caller.requestId ?? undefined,
  });
  const post = createGraphqlTransport(pool, {
    identityHeaders,
    // A subgraph that rejects our signature has another secret or a wrong clock. The client has done nothing wrong.
    unauthorizedHint: 'another SUBGRAPH_SECRET?',
  });
  const transport = withNotes(inTurn(name, post));
  const streams = openStreams(
    { protocol: 'sse', url: null, silenceMs: streamSilenceMs, connections: maxStreams },
    { endpoint, maxBytes: maxSubgraphBytes, tls, openMs: requestTimeoutMs, identityHeaders },
  );
  return {
    transport,
    openStream: streams.open,
    async check(signal) {
      // A signed request is the only way to find out whether the subgraph accepts our signature.
      await pingSubgraph(name, transport, signal);
      const { body } = await pool.get('/health/dependencies', signal);
      return health.parse(parseJson(body)).dependencies;
    },
    async [Symbol.asyncDispose]() {
      await streams[Symbol.asyncDispose]();
      await pool[Symbol.asyncDispose]();
    },
  };
}

/** Limits the requests to a subgraph that run at the same time. Further requests wait in the queue of their class. */
function inTurn(subgraph: string, post: Transport): Transport {
  const tooMany = () =>
    new SubgraphFailure(subgraph, 'SUBGRAPH_UNAVAILABLE', undefined, 'has too many requests waiting');
  const turns = new Bulkhead(maxConnections, maxWaiting, {
    full: tooMany,
    overShare: tooMany,
    aborted: ({ reason }) => new SubgraphFailure(subgraph, 'SUBGRAPH_TIMEOUT', reason),
  });
  return async (request, caller, signal, callClass, ...rest) => {
    const turn = { callClass, caller: queueKeyOf(caller) };
    const isTurn = turns.enter(turn, signal);
    // The value is awaited only if it is a promise, because `await` costs a microtask.
    if (isTurn !== null) {
      await isTurn;
    }
    try {
      return await post(request, caller, signal, callClass, ...rest);
    } finally {
      turns.leave(turn);
    }
  };
}

/** The data about a request that a subgraph gets in addition to its body. */
interface Sender {
  readonly caller: Caller;
  readonly callClass: CallClass;
  readonly operation: ClientOperation | null;
}

/**
 * Signs a short-lived statement of the caller, the urgency of the request and, for the log, the client's operation. It
 * is valid only for this subgraph and this body.
 */
function signCaller(
  { caller, callClass, operation }: Sender,
  body: string,
  subgraph: string,
  secret: Uint8Array,
): string {
  const {
    authenticated,
    issuer,
    subject,
    patronId,
    signedInAt,
    signInId,
    clientId,
    partner,
    branch,
    scopes,
  } = caller;
  const iat = Math.floor(Date.now() / 1000);
  const claims = {
    caller: authenticated
      ? { issuer, subject, patronId, signedInAt, signInId, clientId, partner, branch, scopes: [...scopes] }
      : null,
    language: caller.language,
    address: caller.address === null ? undefined : hashedAddress(caller.address, secret),
    accessReason: caller.accessReason ?? undefined,
    widerNetworks: caller.widerNetworks.map((network) => hashedAddress(network, secret)),
    callClass,
    audience: audienceOf(caller),
    operation: operation === null ? undefined : toShow(operation),
    body: hash('sha256', body, 'base64url'),
    aud: subgraph,
    iat,
    exp: iat + callerLifetimeSeconds,
  };
  return signToken(claims, secret);
}

const toShow = ({ name, hash }: ClientOperation) => ({ name: name === null ? null : nameToShow(name), hash });

/**
 * A pseudonym of an address, the same in all gateways with this secret. The address can't be found without the secret.
 */
const hashedAddress = (address: string, secret: Uint8Array): string =>
  hmacSha256(secret).update(`address ${address}`).digest('base64url');
