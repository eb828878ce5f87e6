import { createHash } from 'node:crypto';
import { SignJWT } from 'jose';
import { errors, Pool } from 'undici';
import { z } from 'zod';
import { anonymous, type Caller } from '../auth/caller.ts';
import { SubgraphFailure, type SubgraphResponse } from '../executor/index.ts';
import type { Transport } from './transport.ts';

/** Connections to one subgraph; further requests wait for one. */
const connections = 64;
/** Bytes of one answer. */
const maxResponseSize = 8 * 1024 * 1024;
/** Seconds that a caller header holds. */
const callerLifetime = 30;
const callerHeader = 'patron-graph-caller';

const answer = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        path: z.array(z.union([z.string(), z.number()])).exactOptional(),
        extensions: z.record(z.string(), z.unknown()).exactOptional(),
      }),
    )
    .optional(),
});

/** A subgraph in another process, and whether it is ready. */
export interface HttpSubgraph extends AsyncDisposable {
  readonly transport: Transport;
  /** The parts that the subgraph itself names, up or down. Rejects where it can't be reached or isn't ready. */
  health(signal: AbortSignal): Promise<Readonly<Record<string, 'up' | 'down'>>>;
}

/** `url` is the subgraph's origin, or that and `/graphql`. `secret` signs who asks. */
export function createHttpSubgraph(name: string, url: URL, secret: Uint8Array): HttpSubgraph {
  const pool = new Pool(url.origin, { connections, maxResponseSize });
  const path = url.pathname === '/' ? '/graphql' : url.pathname;
  const transport: Transport = async (request, caller, signal) => {
    const body = JSON.stringify({
      query: request.operation,
      variables: request.variables,
      operationName: request.operationName,
    });
    const header = await signCaller(caller, body, request.subgraph, secret);
    try {
      const response = await pool.request({
        method: 'POST',
        path,
        headers: { 'content-type': 'application/json', [callerHeader]: header },
        body,
        signal,
      });
      return parseAnswer(response.statusCode, await response.body.text(), request.subgraph);
    } catch (error) {
      throw failure(error, request.subgraph, signal);
    }
  };
  return {
    transport,
    async health(signal) {
      // Only a signed request shows that it takes our word for who asks.
      await transport(
        { subgraph: name, operation: '{ __typename }', kind: 'query', variables: {} },
        anonymous,
        signal,
      );
      const response = await pool.request({ method: 'GET', path: '/health/ready', signal });
      const { ready, parts } = z
        .object({ ready: z.boolean(), parts: z.record(z.string(), z.enum(['up', 'down'])) })
        .parse(await response.body.json());
      if (!ready) {
        throw new Error('the subgraph is not ready');
      }
      return parts;
    },
    [Symbol.asyncDispose]: () => pool.close(),
  };
}

/** Who asks, anonymity too: signed, short-lived, and bound to this subgraph and this body. */
function signCaller(caller: Caller, body: string, subgraph: string, secret: Uint8Array): Promise<string> {
  const { authenticated, subject, patronId, clientId, scopes } = caller;
  return new SignJWT({
    caller: authenticated ? { subject, patronId, clientId, scopes: [...scopes] } : null,
    body: createHash('sha256').update(body).digest('base64url'),
  })
    .setProtectedHeader({ alg: 'HS256' })
    .setAudience(subgraph)
    .setExpirationTime(`${callerLifetime}s`)
    .sign(secret);
}

function parseAnswer(status: number, text: string, subgraph: string): SubgraphResponse {
  const parsed = answer.safeParse(parseJson(text));
  // GraphQL over HTTP: a request error is a 4xx with `errors`; what has neither `data` nor `errors` is no answer.
  if (status === 401 || status === 403) {
    // It doesn't take our word for who asks: another secret, or clocks that differ. No fault of the client's.
    throw new SubgraphFailure(
      subgraph,
      'SUBGRAPH_UNAVAILABLE',
      new Error(`HTTP ${status}: another SUBGRAPH_SECRET?`),
    );
  }
  if (!parsed.success || (parsed.data.data === undefined && parsed.data.errors === undefined)) {
    throw new SubgraphFailure(subgraph, status >= 500 ? 'SUBGRAPH_UNAVAILABLE' : 'SUBGRAPH_INVALID_RESPONSE');
  }
  const { data, errors: failures } = parsed.data;
  return { ...(data !== undefined && { data }), ...(failures !== undefined && { errors: failures }) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function failure(error: unknown, subgraph: string, signal: AbortSignal): SubgraphFailure {
  if (error instanceof SubgraphFailure) {
    return error;
  }
  if (signal.aborted) {
    return new SubgraphFailure(subgraph, 'SUBGRAPH_TIMEOUT', error);
  }
  return new SubgraphFailure(
    subgraph,
    error instanceof errors.ResponseExceededMaxSizeError
      ? 'SUBGRAPH_INVALID_RESPONSE'
      : 'SUBGRAPH_UNAVAILABLE',
    error,
  );
}
