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
/** The id of the client's request. The subgraph has it in its log. */
const requestIdHeader = 'x-request-id';

/** One of our own subgraphs in another process: how to call it, and whether it can be reached. */
export interface HttpSubgraph extends AsyncDisposable {
  readonly transport: Transport;
  /**
   * The states of the subgraph's own dependencies. Rejects with SubgraphFailure where it can't be reached, or refuses our
   * signature.
   */
  check(signal: AbortSignal): Promise<Readonly<Record<string, DependencyState>>>;
}

const health = z.object({ dependencies: z.record(z.string(), z.enum(dependencyStates)) });

/**
 * `url` is the subgraph's origin, with or without `/graphql`. `secret` signs the caller header. `tls` is asked for each new
 * connection; null: Node's defaults. Each class of requests has connections of its own, so that none waits for one of another.
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
      // The subgraph rejects our signature: it has another secret, or another time. The client did nothing wrong.
      unauthorizedHint: 'another SUBGRAPH_SECRET?',
    }),
  );
  const transport = withSoapCalls((request, caller, signal, callClass, ...rest) =>
    transportOf(callClass)(request, caller, signal, callClass, ...rest),
  );
  return {
    transport,
    async check(signal) {
      // Only a signed request shows that the subgraph accepts our signature.
      await pingSubgraph(name, transport, signal);
      const { body } = await poolOf('background').get('/health/dependencies', signal);
      return health.parse(parseJson(body)).dependencies;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(callClasses.map((callClass) => poolOf(callClass)[Symbol.asyncDispose]()));
    },
  };
}

/** What a subgraph is told of a request beside its body. */
interface Sender {
  readonly caller: Caller;
  readonly callClass: CallClass;
  readonly operation: AskedOperation | null;
}

/**
 * A short-lived, signed statement: who the caller is, how urgent the request is, and, for the log, the client's operation. It is valid
 * for this subgraph and this body only.
 */
function signCaller(
  { caller, callClass, operation }: Sender,
  body: string,
  subgraph: string,
  secret: Uint8Array,
): Promise<string> {
  const { authenticated, issuer, subject, patronId, clientId, partner, scopes } = caller;
  return new SignJWT({
    caller: authenticated ? { issuer, subject, patronId, clientId, partner, scopes: [...scopes] } : null,
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

/** A pseudonym of an address: the same in all gateways with this secret. Nobody else can tell the address. */
const hashedAddress = (address: string, secret: Uint8Array): string =>
  createHmac('sha256', secret).update(`address ${address}`).digest('base64url');
