import type { FastifyBaseLogger } from 'fastify';
import { parse } from 'graphql';
import type { CacheStats } from '../../platform/caches/weighted-cache.ts';
import {
  type DependencyCheck,
  DependencyWatch,
  pingCheck,
} from '../../platform/lifecycle/dependency-watch.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import type { ValidateDocument } from '../access/documents/trusted-documents.ts';
import type { ByAudience } from '../audiences.ts';
import type { WaitingByClass } from '../engine/documents/preparation-queue.ts';
import { type AnswerRequest, createHost } from '../engine/host.ts';
import type { Limits } from '../limits.ts';
import type { GatewayObserver } from '../observer.ts';
import { openConnectionPool } from '../transport/connection-pool.ts';
import { createGraphqlTransport } from '../transport/graphql.ts';
import { HttpFailure } from '../transport/http-failure.ts';
import { pingSubgraph, type Transport } from '../transport/transport.ts';
import { readSubgraphUrls } from './subgraphs.ts';

export interface OpenSupergraphOptions {
  readonly limits: Limits;
  /** Whether an audience may ask for the schema. */
  readonly introspection: ByAudience<boolean>;
  /** Whether simultaneous identical queries of one caller are sent to a subgraph only once. */
  readonly shareInFlight: boolean;
  /** Whether subgraphs are asked for compressed answers. */
  readonly acceptCompressed: boolean;
  /** The name of the `@tag` on the fields that GET serves. Null if GET serves every query. */
  readonly publicTag: string | null;
  /** The TLS settings for https subgraphs. They are read for each new connection. Null: Node's defaults. */
  readonly subgraphsTls: ClientTls | null;
  readonly observer?: GatewayObserver;
  readonly log: FastifyBaseLogger;
}

/** A supergraph that answers requests. Disposing of it closes the connections to its subgraphs. */
export interface OpenSupergraph extends AsyncDisposable {
  readonly answer: AnswerRequest;
  readonly validate: ValidateDocument;
  /** The health watch of the subgraphs. */
  readonly dependencies: DependencyWatch;
  /** Returns the statistics of the caches, by the name of the cache. */
  caches(): Readonly<Record<string, CacheStats>>;
  /** Returns the number of waiting requests, by class. */
  waiting(): WaitingByClass;
}

/**
 * Opens a supergraph that `checkSupergraph` has accepted: it can then answer requests, but has no HTTP server.
 * Subgraphs get nothing about a caller except the forwarded headers.
 */
export async function openSupergraph(
  supergraphSdl: string,
  {
    limits,
    introspection,
    shareInFlight,
    acceptCompressed,
    publicTag,
    subgraphsTls,
    observer = {},
    log,
  }: OpenSupergraphOptions,
): Promise<OpenSupergraph> {
  await using resources = new AsyncDisposableStack();
  const transports = new Map<string, Transport>();
  const checks: DependencyCheck[] = [];
  for (const [name, url] of readSubgraphUrls(parse(supergraphSdl, { noLocation: true }))) {
    const transport = createGraphqlTransport(
      resources.use(openConnectionPool(url, limits.maxSubgraphBytes, subgraphsTls)),
      {
        identityHeaders: ({ forwarded }) => forwarded,
        share: shareInFlight,
        acceptCompressed,
      },
    );
    transports.set(name, transport);
    checks.push(pingCheck(`${name} subgraph`, (signal) => reach(name, transport, signal)));
  }
  const host = resources.use(
    await createHost({
      supergraphSdl,
      audienceSchemas: null,
      transports,
      limits,
      publicTag,
      introspection,
      observer,
      log,
    }),
  );
  const { answer, validate, caches, waiting } = host;
  const dependencies = resources.use(new DependencyWatch(checks));
  const running = resources.move();
  return {
    answer,
    validate,
    caches,
    waiting,
    dependencies,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A ping has no headers of a caller. A subgraph that refuses it for that reason has been reached. */
async function reach(subgraph: string, transport: Transport, signal: AbortSignal): Promise<void> {
  try {
    await pingSubgraph(subgraph, transport, signal);
  } catch (error) {
    if (!(error instanceof HttpFailure && error.reason === 'refused')) {
      throw error;
    }
  }
}
