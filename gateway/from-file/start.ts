import type { FastifyBaseLogger } from 'fastify';
import { answerWith } from '../../platform/lifecycle/workers/worker.ts';
import { listenAt } from '../../platform/ports/listen.ts';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import { openServerTls } from '../../platform/tls/server.ts';
import { type OpenDocuments, openDocuments } from '../access/documents/open-documents.ts';
import { openIssuers } from '../access/open-issuers.ts';
import { rateLimiterOf } from '../access/rates/rate-limiter.ts';
import type { ServerConfig } from '../config.ts';
import type { Configuration } from '../configuration/read-configuration.ts';
import { type KnownDocument, unusedDocument, withinBounds } from '../engine/operations/known-operations.ts';
import { changesAnswers, openHooks } from '../hooks/open-hooks.ts';
import { createHealth } from '../http/health.ts';
import type { IdeOptions } from '../http/pages/ide.ts';
import type { RunningGateway } from '../http/running-gateway.ts';
import { createGateway } from '../http/server.ts';
import type { GatewayObserver } from '../observer.ts';
import { recordUsageIn } from '../usage/open-usage.ts';
import { checkSupergraph } from './check-supergraph.ts';
import { LiveSupergraph } from './live-supergraph.ts';
import { type OpenSupergraph, openSupergraph } from './open-supergraph.ts';
import { readableAgain, type SourceListener, type SupergraphSource, unusable } from './sources/source.ts';

export interface SupergraphOptions {
  readonly source: SupergraphSource;
  readonly configuration: Configuration;
  /**
   * Whether a separate process checks each supergraph before it is used. A worker needs no such check: either the
   * primary process has checked the supergraph, or the worker's start is the check. Default: true.
   */
  readonly checks?: boolean;
  /** The documents that clients use. They are prepared before the gateway listens. Default: none. */
  readonly known?: readonly KnownDocument[];
}

/**
 * Serves a supergraph. A later valid supergraph of the same source replaces it. Resolves when the gateway listens.
 * @throws Error if the source has no valid supergraph. The message is for the person who starts the process.
 */
export async function startSupergraph(
  config: ServerConfig,
  { source, configuration, checks = true, known = [] }: SupergraphOptions,
  log: FastifyBaseLogger,
  observer: GatewayObserver,
): Promise<RunningGateway> {
  await using resources = new AsyncDisposableStack();
  const { propagatedHeaders, sentClaims, publicTag, joinCacheControl, maxFields, usageDatabase } =
    configuration;
  const subgraphsTls = openClientTls(config.subgraphsTls, log);
  const open = async (sdl: string) => {
    await (checks ? checkSupergraph(sdl) : null);
    const limits = { ...config.limits, maxFields };
    const { introspection } = config;
    return openSupergraph(sdl, { limits, introspection, configuration, subgraphsTls, observer, log });
  };
  const stopping = new AbortController();
  const failed = (error: unknown) => Promise.reject(unusable(source, error));
  const opened = await source.open(stopping.signal).catch(failed);
  const first = await open(opened.text).catch(failed);
  const live = resources.use(new LiveSupergraph(first));
  const issuers = resources.use(await openIssuers(config, { log, observer, keptClaims: sentClaims }));
  const documents = resources.use(await openDocuments(config, log, observer));
  await prepareKnown(first, [...known, ...unusedOf(documents, issuers !== null)], log);
  documents.checkWith(live.validate);
  const hooks = openHooks(configuration.hooks, { observer, log });
  answerWith('handover', async () => live.known());
  const health = createHealth({ watch: () => live.dependencies, journal: null, issuers });
  observer.watchCaches?.(() => ({ ...live.caches(), ...documents.caches(), ...issuers?.caches() }));
  observer.watchPreparations?.(() => live.waiting());
  const usage = usageDatabase === null ? null : { database: usageDatabase, tls: null, migrates: true };
  const app = await createGateway({
    answer: live.answer,
    subscribe: live.subscribe,
    documents: documents.policy,
    limits: config.limits,
    rates: rateLimiterOf(config.rates, config.limits.maxCost, observer),
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    // Answers are public only if a tag marks public fields, and no hook can change an answer.
    publicMaxAgeSeconds: publicTag === null || changesAnswers(hooks) ? 0 : config.publicMaxAgeSeconds,
    joinsCacheControl: joinCacheControl && !changesAnswers(hooks),
    issuers,
    forwardedHeaders: propagatedHeaders,
    tls: openServerTls(config.tls, log),
    health,
    hooks,
    observer,
    usage: resources.use(recordUsageIn(usage, log)),
    stopping: stopping.signal,
    explainsToAll: !config.production,
    ide: config.production ? null : ide,
    portal: null,
    log,
  });
  resources.defer(() => app.close());
  const address = await listenAt(app, { host: config.host, port: config.port, variable: 'PORT' });
  const watchController = new AbortController();
  const watching = opened.watch(replaceOnChange(source, live, open, documents, log), watchController.signal);
  resources.defer(() => {
    watchController.abort();
    return watching;
  });
  const running = resources.move();
  return {
    address,
    announceStop: (reason) => stopping.abort(reason),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/**
 * The longest time for preparing known documents, in ms. After that, the gateway listens even if some are not prepared.
 */
const maxPreparationMs = 10_000;

/** Returns the trusted documents, so that they can be prepared before any client sends them. */
const unusedOf = (documents: OpenDocuments, authenticated: boolean): readonly KnownDocument[] =>
  documents.trusted().map((text) => unusedDocument(text, authenticated));

async function prepareKnown(
  supergraph: OpenSupergraph,
  known: readonly KnownDocument[],
  log: FastifyBaseLogger,
): Promise<void> {
  if (known.length > 0) {
    const startedAt = performance.now();
    const documents = withinBounds(known);
    const prepared = await supergraph.prepare(documents, AbortSignal.timeout(maxPreparationMs));
    const ms = Math.round(performance.now() - startedAt);
    log.info({ documents: documents.length, prepared, ms }, 'known operations were prepared');
  }
}

/** The page of another graph has no guides and no made-up people to sign in as. Both belong to our own graph. */
const ide: IdeOptions = {
  title: 'GraphQL',
  defaultQuery: '{ __typename }\n',
  hasGuides: false,
  demonstration: null,
};

/**
 * Returns the functions to call when the source has changed. They replace the supergraph. If this fails, they log the
 * reason and keep the current supergraph.
 */
function replaceOnChange(
  source: SupergraphSource,
  live: LiveSupergraph,
  open: (sdl: string) => Promise<OpenSupergraph>,
  documents: OpenDocuments,
  log: FastifyBaseLogger,
): SourceListener {
  const keepCurrent = (error: unknown) =>
    log.error(`${unusable(source, error).message} The one before stays.`);
  return {
    unreadable: keepCurrent,
    readable: () => log.info(readableAgain(source)),
    async changed(sdl: string) {
      try {
        const next = await open(sdl);
        live
          .replace(next)
          .catch((error: unknown) =>
            log.error(describeError(error), 'the previous supergraph could not be closed'),
          );
        documents.checkWith(live.validate);
        log.info(`${source.title.replace('The', 'the')} took over`);
      } catch (error) {
        keepCurrent(error);
      }
    },
  };
}
