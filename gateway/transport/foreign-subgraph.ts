import type { FastifyBaseLogger } from 'fastify';
import { type ClientTls, openClientTls } from '../../platform/tls/client.ts';
import { openConnectionPool } from './connection-pool.ts';
import { createAnswerHeaders } from './foreign/answer-headers.ts';
import { createCallPolicy } from './foreign/call-policy.ts';
import { createRequestHeaders } from './foreign/request-headers.ts';
import type { TransportSettings } from './foreign/settings.ts';
import { createGraphqlTransport } from './graphql.ts';
import { openStreams } from './streams/open-streams.ts';
import type { StreamTransport } from './streams/stream-transport.ts';
import type { Transport } from './transport.ts';

export interface ForeignSubgraphOptions {
  readonly maxBytes: number;
  /** The TLS settings of subgraphs without settings of their own. Null: Node's defaults. */
  readonly tls: ClientTls | null;
  /** Whether the answer to the client gets the strictest `Cache-Control` of all subgraph answers in it. */
  readonly joinsCacheControl: boolean;
  readonly observer: {
    fetchRetried?(subgraph: string): void;
    circuitBreakerSet?(subgraph: string, isOpen: boolean): void;
  };
  /**
   * The time limit for a client's request, in ms. A stream must be open within this time if `settings` has no time
   * limit.
   */
  readonly requestTimeoutMs: number;
  readonly log: FastifyBaseLogger;
}

/** A subgraph of another graph. Disposing of it closes its connections. */
export interface ForeignSubgraph extends AsyncDisposable {
  readonly transport: Transport;
  /** Null if the gateway requests no subscriptions from the subgraph. */
  readonly streams: StreamTransport | null;
}

/**
 * Opens a subgraph of another graph. The subgraph gets nothing about a caller unless a rule of `settings` says so.
 * @throws Error that names the setting of a TLS file that can't be used.
 */
export function openForeignSubgraph(
  name: string,
  url: URL,
  settings: TransportSettings,
  { maxBytes, tls, joinsCacheControl, requestTimeoutMs, observer, log }: ForeignSubgraphOptions,
): ForeignSubgraph {
  const ownTls = settings.tls === null ? tls : openClientTls(settings.tls, log);
  const pool = openConnectionPool(url, maxBytes, ownTls, settings.connections);
  if (settings.circuitBreaker !== null) {
    observer.circuitBreakerSet?.(name, false);
  }
  const { mutation, query } = createCallPolicy(pool.post, settings, {
    onRetry: () => observer.fetchRetried?.(name),
    onBreaker(state) {
      log.warn({ subgraph: name }, `the circuit breaker is ${state}`);
      observer.circuitBreakerSet?.(name, state === 'open');
    },
  });
  const identityHeaders = createRequestHeaders(settings.requestHeaders);
  const transport = createGraphqlTransport(
    { endpoint: url, post: mutation, postQuery: query },
    {
      identityHeaders,
      answerHeaders: createAnswerHeaders(settings.responseHeaders, joinsCacheControl),
      share: settings.shareInFlight,
      acceptCompressed: settings.acceptCompressed,
    },
  );
  const streams =
    settings.streams === null
      ? null
      : openStreams(settings.streams, {
          endpoint: url,
          maxBytes,
          tls: ownTls,
          openMs: settings.timeoutMs ?? requestTimeoutMs,
          identityHeaders,
        });
  return {
    transport,
    streams: streams?.open ?? null,
    async [Symbol.asyncDispose]() {
      await streams?.[Symbol.asyncDispose]();
      await pool[Symbol.asyncDispose]();
    },
  };
}
