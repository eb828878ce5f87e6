import { dirname } from 'node:path';
import type { FastifyBaseLogger } from 'fastify';
import type { CacheStats } from '../../platform/caches/weighted-cache.ts';
import {
  type DependencyCheck,
  DependencyWatch,
  pingCheck,
} from '../../platform/lifecycle/dependency-watch.ts';
import type { ClientTls } from '../../platform/tls/client.ts';
import type { ValidateDocument } from '../access/documents/trusted-documents.ts';
import type { ByAudience } from '../audiences.ts';
import type { Configuration } from '../configuration/read-configuration.ts';
import type { WaitingByClass } from '../engine/documents/preparation-queue.ts';
import { type AnswerRequest, createHost, type Host, type SubscribeRequest } from '../engine/host.ts';
import type { Limits } from '../limits.ts';
import type { GatewayObserver } from '../observer.ts';
import { parsedSdl } from '../supergraph/parsed-sdl.ts';
import { openForeignSubgraph } from '../transport/foreign-subgraph.ts';
import { HttpFailure } from '../transport/http-failure.ts';
import type { StreamTransport } from '../transport/streams/stream-transport.ts';
import { pingSubgraph, type Transport } from '../transport/transport.ts';
import { httpUrl, readSubgraphUrls } from './subgraphs.ts';

export interface OpenSupergraphOptions {
  readonly limits: Limits;
  readonly introspection: ByAudience<boolean>;
  readonly configuration: Configuration;
  /** The TLS settings of subgraphs without TLS settings in the configuration. Null: Node's defaults. */
  readonly subgraphsTls: ClientTls | null;
  readonly observer?: GatewayObserver;
  readonly log: FastifyBaseLogger;
}

/** A supergraph that answers requests. Disposing of it closes the connections to its subgraphs. */
export interface OpenSupergraph extends AsyncDisposable {
  readonly answer: AnswerRequest;
  readonly subscribe: SubscribeRequest;
  readonly endStreams: Host['endStreams'];
  readonly validate: ValidateDocument;
  readonly known: Host['known'];
  readonly prepare: Host['prepare'];
  readonly dependencies: DependencyWatch;
  /** Returns the statistics of the caches, by the name of the cache. */
  caches(): Readonly<Record<string, CacheStats>>;
  /** Returns the number of waiting requests, by call class. */
  waiting(): WaitingByClass;
}

/**
 * Opens a supergraph that `checkSupergraph` has accepted: it can then answer requests, but has no HTTP server.
 * Subgraphs get nothing about a caller unless a rule of the configuration says so.
 * @throws Error if the configuration does not fit the supergraph.
 */
export async function openSupergraph(
  supergraphSdl: string,
  { limits, introspection, configuration, subgraphsTls, observer = {}, log }: OpenSupergraphOptions,
): Promise<OpenSupergraph> {
  await using resources = new AsyncDisposableStack();
  const transports = new Map<string, Transport>();
  const streams = new Map<string, StreamTransport>();
  const unsharedStreams = new Set<string>();
  const checks: DependencyCheck[] = [];
  const supergraph = parsedSdl(supergraphSdl);
  const urls = readSubgraphUrls(supergraph.document);
  warnOfUnknownSubgraphs(configuration, urls, log);
  const options = {
    maxBytes: limits.maxSubgraphBytes,
    tls: subgraphsTls,
    joinsCacheControl: configuration.joinCacheControl,
    observer,
    requestTimeoutMs: limits.requestTimeoutMs,
    log,
  };
  for (const [name, urlInSupergraph] of urls) {
    const settings = configuration.settingsOf(name);
    const url = settings.url ?? httpUrl(urlInSupergraph, name);
    requireTls(configuration, name, url);
    const { transport, streams: ofSubgraph } = resources.use(
      openForeignSubgraph(name, url, settings, options),
    );
    transports.set(name, transport);
    if (ofSubgraph !== null) {
      streams.set(name, ofSubgraph);
    }
    if (settings.streams?.share === false) {
      unsharedStreams.add(name);
    }
    checks.push(pingCheck(`${name} subgraph`, (signal) => reach(name, transport, signal)));
  }
  const host = resources.use(
    await createHost({
      supergraphSdl: supergraph,
      audienceSchemas: null,
      transports,
      streams,
      unsharedStreams,
      limits,
      publicTag: configuration.publicTag,
      introspection,
      observer,
      log,
    }),
  );
  const { answer, subscribe, endStreams, validate, known, prepare, caches, waiting } = host;
  const dependencies = resources.use(new DependencyWatch(checks));
  const running = resources.move();
  return {
    answer,
    subscribe,
    endStreams,
    validate,
    known,
    prepare,
    caches,
    waiting,
    dependencies,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/**
 * Warns of settings for subgraphs that the supergraph doesn't have. They are no errors, because an earlier or a later
 * supergraph may have these subgraphs.
 */
function warnOfUnknownSubgraphs(
  { namedSubgraphs, locationOf }: Configuration,
  subgraphs: ReadonlyMap<string, unknown>,
  log: FastifyBaseLogger,
): void {
  for (const name of namedSubgraphs) {
    if (!subgraphs.has(name)) {
      const known = [...subgraphs.keys()].join(', ');
      log.warn(`${locationOf(['subgraphs', name])} is no subgraph of the supergraph, which has ${known}`);
    }
  }
}

/** @throws Error if a subgraph has TLS settings, but one of its URLs has no TLS. Its requests would not be encrypted. */
function requireTls({ settingsOf }: Configuration, name: string, url: URL): void {
  const { tls, streams } = settingsOf(name);
  if (tls === null) {
    return;
  }
  // `variable` names a file of the setting, such as `NAME/ca.crt`. The message names only the setting.
  const setting = dirname(tls.ca?.variable ?? '');
  if (url.protocol !== 'https:') {
    throw new Error(`${setting} needs an https URL, and the subgraph ${name} has ${url.origin}`);
  }
  if (streams?.url != null && !/^(https|wss):$/.test(streams.url.protocol)) {
    const origin = streams.url.origin;
    throw new Error(`${setting} needs an https or wss URL, and subscriptions of ${name} have ${origin}`);
  }
}

/** A ping has no headers of a caller, so a subgraph may refuse it. Even then, the subgraph has been reached. */
async function reach(subgraph: string, transport: Transport, signal: AbortSignal): Promise<void> {
  try {
    await pingSubgraph(subgraph, transport, signal);
  } catch (error) {
    if (!(error instanceof HttpFailure && error.reason === 'refused')) {
      throw error;
    }
  }
}
