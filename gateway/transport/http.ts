import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { type DependencyState, dependencyStates } from '../../adapters/lifecycle/dependency-watch.ts';
import type { ClientTls } from '../../adapters/tls/client.ts';
import { anonymous, type Caller } from '../access/caller.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { openConnectionPool } from './connection-pool.ts';
import { createGraphqlTransport } from './graphql.ts';
import { withSoapCalls } from './soap-calls.ts';
import type { Transport } from './transport.ts';

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
 * connection; null: Node's defaults.
 */
export function createHttpSubgraph(
  name: string,
  url: URL,
  secret: Uint8Array,
  { maxSubgraphBytes }: Pick<Limits, 'maxSubgraphBytes'> = defaultLimits,
  tls: ClientTls | null = null,
): HttpSubgraph {
  const endpoint = url.pathname === '/' ? new URL('/graphql', url) : url;
  const connections = openConnectionPool(endpoint, maxSubgraphBytes, tls);
  const graphql = createGraphqlTransport(connections, {
    identityHeaders: async (caller, body) => ({
      [callerHeader]: await signCaller(caller, body, name, secret),
      ...(caller.requestId !== undefined && { [requestIdHeader]: caller.requestId }),
    }),
    // The subgraph rejects our signature: it has another secret, or another time. The client did nothing wrong.
    unauthorizedHint: 'another SUBGRAPH_SECRET?',
  });
  const transport = withSoapCalls(graphql);
  return {
    transport,
    async check(signal) {
      // Only a signed request shows that the subgraph accepts our signature.
      await transport(
        { subgraph: name, operation: '{ __typename }', kind: 'query', variables: {} },
        anonymous,
        signal,
      );
      const { text } = await connections.get('/health/dependencies', signal);
      return health.parse(JSON.parse(text)).dependencies;
    },
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  };
}

/** A short-lived, signed statement of who the caller is, if anybody. It is valid for this subgraph and body only. */
function signCaller(caller: Caller, body: string, subgraph: string, secret: Uint8Array): Promise<string> {
  const { authenticated, issuer, subject, patronId, clientId, partner, scopes } = caller;
  return new SignJWT({
    caller: authenticated ? { issuer, subject, patronId, clientId, partner, scopes: [...scopes] } : null,
    language: caller.language,
    body: createHash('sha256').update(body).digest('base64url'),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(subgraph)
    .setIssuedAt()
    .setExpirationTime(`${callerLifetimeSeconds}s`)
    .sign(secret);
}
