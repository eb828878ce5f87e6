import { createHash, createHmac } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { type DependencyState, dependencyStates } from '../../platform/lifecycle/dependency-watch.ts';
import { type CallClass, callClasses, perClass, shareOf } from '../../platform/priority/call-classes.ts';
import { nameToShow } from '../../platform/telemetry/operation-name.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import { audienceOf, type Caller } from '../access/caller.ts';
import { parseJson } from '../executor/index.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { maxConnections, openConnectionPool } from './connection-pool.ts';
import { createGraphqlTransport } from './graphql.ts';
import { withSoapCalls } from './soap-calls.ts';
import { type AskedOperation, pingSubgraph, type Transport } from './transport.ts';

/** How long a signed caller header is valid. */
const callerLifetimeSeconds = 30;
const callerHeader = 'patron-graph-caller';
/** The id of the client's request. The subgraph logs it. */
const requestIdHeader = 'x-request-id';

/** One of our own subgraphs in another process: its transport and its health check. */
export interface HttpSubgraph extends AsyncDisposable {
  readonly transport: Transport;
  /**
   * Returns the states of the subgraph's own dependencies. Rejects with SubgraphFailure if the subgraph can't be
   * reached or refuses our signature.
   */
  check(signal: AbortSignal): Promise<Readonly<Record<string, DependencyState>>>;
}

const health = z.object({ dependencies: z.record(z.string(), z.enum(dependencyStates)) });

/**
 * Creates the client of a subgraph. Each call class has its own connections, so that no request waits for one of
 * another class.
 * @param url The subgraph's origin, with or without `/graphql`.
 * @param secret Signs the caller header.
 * @param tls The TLS settings, read for each new connection. Null: Node's defaults.
 */
export function createHttpSubgraph(
  name: string,
  url: URL,
  secret: Uint8Array,
  { maxSubgraphBytes }: Pick<Limits, 'maxSubgraphBytes'> = defaultLimits,
  tls: ClientTls | null = null,
): HttpSubgraph {
  const endpoint = url.pathname === '/' ? new URL('/graphql', url) : url;
  const poolOf = perClass((callClass) =>
    openConnectionPool(endpoint, maxSubgraphBytes, tls, shareOf(maxConnections, callClass)),
  );
  const transportOf = perClass((callClass) =>
    createGraphqlTransport(poolOf(callClass), {
      identityHeaders: async (caller, body, callClass, operation) => ({
        [callerHeader]: await signCaller({ caller, callClass, operation }, body, name, secret),
        [requestIdHeader]: caller.requestId ?? undefined,
      }),
      // A subgraph that rejects our signature has another secret or a wrong clock. It is not the client's fault.
      unauthorizedHint: 'another SUBGRAPH_SECRET?',
    }),
  );
  const transport = withSoapCalls((request, caller, signal, callClass, ...rest) =>
    transportOf(callClass)(request, caller, signal, callClass, ...rest),
  );
  return {
    transport,
    async check(signal) {
      // A signed request is the only way to find out whether the subgraph accepts our signature.
      await pingSubgraph(name, transport, signal);
      const { body } = await poolOf('background').get('/health/dependencies', signal);
      return health.parse(parseJson(body)).dependencies;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(callClasses.map((callClass) => poolOf(callClass)[Symbol.asyncDispose]()));
    },
  };
}

/** The data about a request that a subgraph gets in addition to its body. */
interface Sender {
  readonly caller: Caller;
  readonly callClass: CallClass;
  readonly operation: AskedOperation | null;
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
): Promise<string> {
  const { authenticated, issuer, subject, patronId, clientId, partner, branch, scopes } = caller;
  return new SignJWT({
    caller: authenticated
      ? { issuer, subject, patronId, clientId, partner, branch, scopes: [...scopes] }
      : null,
    language: caller.language,
    address: caller.address === null ? undefined : hashedAddress(caller.address, secret),
    callClass,
    audience: audienceOf(caller),
    operation: operation === null ? undefined : toShow(operation),
    body: createHash('sha256').update(body).digest('base64url'),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(subgraph)
    .setIssuedAt()
    .setExpirationTime(`${callerLifetimeSeconds}s`)
    .sign(secret);
}

const toShow = ({ name, hash }: AskedOperation) => ({ name: name === null ? null : nameToShow(name), hash });

/**
 * A pseudonym of an address, the same in all gateways with this secret. The address can't be found without the secret.
 */
const hashedAddress = (address: string, secret: Uint8Array): string =>
  createHmac('sha256', secret).update(`address ${address}`).digest('base64url');
