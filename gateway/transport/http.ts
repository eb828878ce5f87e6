import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { anonymous, type Caller } from '../access/caller.ts';
import { defaultLimits, type Limits } from '../limits.ts';
import { openConnections } from './exchange.ts';
import { createGraphqlTransport } from './graphql.ts';
import type { Transport } from './transport.ts';

/** Seconds that a caller header holds. */
const callerLifetime = 30;
const callerHeader = 'patron-graph-caller';

/** A subgraph of ours in another process, and whether it is ready. */
export interface HttpSubgraph extends AsyncDisposable {
  readonly transport: Transport;
  /** The parts that the subgraph itself names, up or down. Rejects where it can't be reached or isn't ready. */
  health(signal: AbortSignal): Promise<Readonly<Record<string, 'up' | 'down'>>>;
}

const readiness = z.object({ ready: z.boolean(), parts: z.record(z.string(), z.enum(['up', 'down'])) });

/** `url` is the subgraph's origin, or that and `/graphql`. `secret` signs who asks. */
export function createHttpSubgraph(
  name: string,
  url: URL,
  secret: Uint8Array,
  { maxSubgraphBytes }: Pick<Limits, 'maxSubgraphBytes'> = defaultLimits,
): HttpSubgraph {
  const endpoint = url.pathname === '/' ? new URL('/graphql', url) : url;
  const connections = openConnections(endpoint, maxSubgraphBytes);
  const transport = createGraphqlTransport(connections, {
    introduce: async (caller, body) => ({ [callerHeader]: await signCaller(caller, body, name, secret) }),
    // It doesn't take our word for who asks: another secret, or clocks that differ. No fault of the client's.
    notLetIn: 'another SUBGRAPH_SECRET?',
  });
  return {
    transport,
    async health(signal) {
      // Only a signed request shows that it takes our word for who asks.
      await transport(
        { subgraph: name, operation: '{ __typename }', kind: 'query', variables: {} },
        anonymous,
        signal,
      );
      const { text } = await connections.get('/health/ready', signal);
      const { ready, parts } = readiness.parse(JSON.parse(text));
      if (!ready) {
        throw new Error('the subgraph is not ready');
      }
      return parts;
    },
    [Symbol.asyncDispose]: () => connections[Symbol.asyncDispose](),
  };
}

/** Who asks, anonymity too: signed, short-lived, and bound to this subgraph and this body. */
function signCaller(caller: Caller, body: string, subgraph: string, secret: Uint8Array): Promise<string> {
  const { authenticated, issuer, subject, patronId, clientId, scopes } = caller;
  return new SignJWT({
    caller: authenticated ? { issuer, subject, patronId, clientId, scopes: [...scopes] } : null,
    language: caller.language,
    body: createHash('sha256').update(body).digest('base64url'),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(subgraph)
    .setIssuedAt()
    .setExpirationTime(`${callerLifetime}s`)
    .sign(secret);
}
