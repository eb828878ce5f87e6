import type { FastifyBaseLogger } from 'fastify';
import { messageOf } from '../../platform/lifecycle/message-of.ts';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { openClientTls } from '../../platform/tls/client.ts';
import { openServerTls } from '../../platform/tls/server.ts';
import { type OpenDocuments, openDocuments } from '../access/documents/open-documents.ts';
import { openIssuers } from '../access/open-issuers.ts';
import { rateLimiterOf } from '../access/rates/rate-limiter.ts';
import type { ServerConfig } from '../config.ts';
import { createHealth } from '../http/health.ts';
import type { IdeOptions } from '../http/ide.ts';
import { listen, type RunningGateway } from '../http/listen.ts';
import { createGateway } from '../http/server.ts';
import type { GatewayObserver } from '../observer.ts';
import { checkSupergraph } from './check-supergraph.ts';
import { LiveSupergraph } from './live-supergraph.ts';
import { type OpenSupergraph, openSupergraph } from './open-supergraph.ts';
import { type FileListener, type FileVersion, readVersion, watch } from './watch.ts';

export interface SupergraphOptions {
  /** The path of the supergraph's file. */
  readonly file: string;
  /** Names of request headers, in lower case, that are forwarded to subgraphs unchanged. */
  readonly forwardedHeaders: readonly string[];
  readonly shareInFlight: boolean;
  /** Whether subgraphs are asked for compressed answers. */
  readonly acceptCompressed: boolean;
  /** The largest number of fields of an operation, with its fragments expanded. */
  readonly maxFields: number;
  /** The name of the `@tag` on the fields that GET serves and that caches may keep. Null if GET serves every query. */
  readonly publicTag: string | null;
}

/**
 * Serves the supergraph in a file. If a valid supergraph is written to the file later, it replaces the current one.
 * Resolves when the gateway listens.
 * @throws Error if the file has no valid supergraph. The message is for the person who starts the process.
 */
export async function startSupergraph(
  config: ServerConfig,
  { file, forwardedHeaders, maxFields, publicTag, ...served }: SupergraphOptions,
  log: FastifyBaseLogger,
  observer: GatewayObserver = {},
): Promise<RunningGateway> {
  await using resources = new AsyncDisposableStack();
  const subgraphsTls = openClientTls(config.subgraphsTls, log);
  const open = async (sdl: string) => {
    await checkSupergraph(sdl);
    const limits = { ...config.limits, maxFields };
    return openSupergraph(sdl, { ...config, ...served, limits, publicTag, subgraphsTls, observer, log });
  };
  const first = await firstVersion(file);
  const live = resources.use(
    new LiveSupergraph(await open(first.text).catch((error) => Promise.reject(unusable(file, error)))),
  );
  const issuers = resources.use(await openIssuers(config, { log, observer }));
  const documents = resources.use(await openDocuments(config, log, observer));
  documents.checkWith(live.validate);
  const health = createHealth({ watch: () => live.dependencies, journal: null, issuers });
  observer.watchCaches?.(() => ({ ...live.caches(), ...documents.caches(), ...issuers?.caches() }));
  observer.watchPreparations?.(() => live.waiting());
  const stopping = new AbortController();
  const app = await createGateway({
    answer: live.answer,
    documents: documents.policy,
    limits: config.limits,
    rates: rateLimiterOf(config.rates, config.limits.maxCost, observer),
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    // Without a tag, the gateway doesn't know which queries are public.
    publicMaxAgeSeconds: publicTag === null ? 0 : config.publicMaxAgeSeconds,
    issuers,
    forwardedHeaders,
    tls: openServerTls(config.tls, log),
    health,
    observer,
    stopping: stopping.signal,
    explainsToAll: !config.production,
    ide: config.production ? null : ide,
    portal: null,
    log,
  });
  resources.defer(() => app.close());
  const address = await listen(app, config);
  const watchController = new AbortController();
  const watching = watch(
    file,
    first,
    replaceOnChange(file, live, open, documents, log),
    watchController.signal,
  );
  resources.defer(() => {
    watchController.abort();
    return watching;
  });
  const running = resources.move();
  return {
    address,
    announceStop: () => stopping.abort(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The guides and the demonstration's people belong to our own graph. */
const ide: IdeOptions = {
  title: 'GraphQL',
  defaultQuery: '{ __typename }\n',
  hasGuides: false,
  demonstration: null,
};

/**
 * Returns a function to call when the file has changed. It replaces the supergraph. If this fails, it logs the reason
 * and keeps the current supergraph.
 */
function replaceOnChange(
  file: string,
  live: LiveSupergraph,
  open: (sdl: string) => Promise<OpenSupergraph>,
  documents: OpenDocuments,
  log: FastifyBaseLogger,
): FileListener {
  const keepCurrent = (error: unknown) => log.error(`${unusable(file, error).message} The one before stays.`);
  return {
    unreadable: keepCurrent,
    async changed(sdl: string) {
      try {
        const next = await open(sdl);
        live
          .replace(next)
          .catch((error: unknown) =>
            log.error(describeError(error), 'the previous supergraph could not be closed'),
          );
        documents.checkWith(live.validate);
        log.info(`the supergraph in ${file} took over`);
      } catch (error) {
        keepCurrent(error);
      }
    },
  };
}

async function firstVersion(file: string): Promise<FileVersion> {
  try {
    return await readVersion(file);
  } catch (error) {
    throw unusable(file, error);
  }
}

function unusable(file: string, error: unknown): Error {
  const reason = messageOf(error);
  return new Error(`The supergraph in ${file} can't be used: ${reason.replace(/\.?$/, '.')}`);
}
