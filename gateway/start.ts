import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify';
import { type DependencyCheck, DependencyWatch } from '../platform/lifecycle/dependency-watch.ts';
import { listenAt } from '../platform/ports/listen.ts';
import { systems } from '../platform/systems.ts';
import { describeError } from '../platform/telemetry/describe-error.ts';
import { openClientTls } from '../platform/tls/client.ts';
import { openServerTls } from '../platform/tls/server.ts';
import { SharedStateUnavailable } from '../store/shared-state/port.ts';
import { openSharedBudgets } from '../store/shared-state/postgres/rates.ts';
import type { Issuer } from './access/bearer.ts';
import { openDevelopmentIssuer } from './access/development.ts';
import { openDocuments } from './access/documents/open-documents.ts';
import { EndedSignIns } from './access/ended-sign-ins.ts';
import { onlyLocal, openIssuers } from './access/open-issuers.ts';
import { classOfFields } from './access/operation-class.ts';
import {
  createBudgets,
  createRateLimiter,
  type RateLimiter,
  withoutRates,
} from './access/rates/rate-limiter.ts';
import { shareRates } from './access/rates/shared-rates.ts';
import { resolveEachAudience } from './audiences.ts';
import type { GatewayConfig } from './config.ts';
import { createHost } from './engine/host.ts';
import { createHealth, watchJournal } from './http/health.ts';
import { ideOf } from './http/pages/own-ide.ts';
import type { RunningGateway } from './http/running-gateway.ts';
import { createGateway } from './http/server.ts';
import type { GatewayObserver } from './observer.ts';
import { createHttpSubgraph } from './transport/http.ts';
import type { StreamTransport } from './transport/streams/stream-transport.ts';
import { absentSubgraphs, askSubgraph, type Transport } from './transport/transport.ts';
import { recordUsageIn } from './usage/open-usage.ts';

/**
 * The `@tag` of the fields that GET requests may select. Such requests are in URLs, and so in logs and caches. None of
 * these fields is about a person (R30).
 */
const publicTag = 'catalogue';

/** The subgraphs that run in the gateway's process. */
export interface LocalSubgraphs {
  readonly transports: ReadonlyMap<string, Transport>;
  readonly streams: ReadonlyMap<string, StreamTransport>;
  /** The checks of these subgraphs' legacy systems. */
  readonly dependencies: readonly DependencyCheck[];
  /**
   * The check of the journal, the database in which these subgraphs record changes. Null if no subgraph runs in this
   * process.
   */
  readonly journal: DependencyCheck | null;
  /** Whether this process has started simulators of all legacy systems, so that no patron is real. */
  readonly onlySimulators: boolean;
}

interface StartOptions {
  /** Returns the current time, in ms since 1970. This time decides when tokens and keys expire. */
  readonly now?: () => number;
  readonly observer?: GatewayObserver;
  /**
   * Further issuers that are accepted together with the development issuer. Ignored if the configuration names issuers.
   */
  readonly localIssuers?: readonly Issuer[];
  /** Pages that the gateway serves on its own port. */
  readonly pages?: FastifyPluginAsync;
  /**
   * Shows the whole graph to every caller, not only the schema of the caller's audience. With it, tests reach fields
   * that are hidden from a caller, and check that these are refused. Default: false.
   */
  readonly showsWholeGraph?: boolean;
}

/**
 * Starts the gateway of our own graph over the local subgraphs, and over the subgraphs for which `config` has a URL.
 * Resolves when the gateway listens.
 * @throws Error if the configuration is incomplete. The message is for the person who starts the process.
 */
export async function startGateway(
  config: GatewayConfig,
  local: LocalSubgraphs,
  log: FastifyBaseLogger,
  { now = Date.now, observer = {}, localIssuers = [], pages, showsWholeGraph = false }: StartOptions = {},
): Promise<RunningGateway> {
  await using resources = new AsyncDisposableStack();
  requireIssuer(config, local);
  const served = new Map(local.transports);
  const streams = new Map<string, StreamTransport>(local.streams);
  const tls = openClientTls(config.subgraphsTls, log, now);
  const dependencies = [...local.dependencies];
  for (const [name, url] of config.subgraphs) {
    if (config.subgraphSecret === null) {
      throw new Error('SUBGRAPH_SECRET is required where a subgraph runs in another process');
    }
    const subgraph = resources.use(createHttpSubgraph(name, url, config.subgraphSecret, config.limits, tls));
    served.set(name, subgraph.transport);
    streams.set(name, subgraph.openStream);
    dependencies.push({ name: `${name} subgraph`, check: subgraph.check });
  }
  const schemas = schemasFor(served);
  const transports = new Map([...absentSubgraphs, ...served]);
  const host = resources.use(
    await createHost({
      supergraphSdl: await readSchema(schemas, 'supergraph.graphql'),
      audienceSchemas: showsWholeGraph
        ? null
        : await resolveEachAudience((audience) => readSchema(schemas, `audiences/${audience}.graphql`)),
      transports,
      streams,
      limits: config.limits,
      publicTag,
      sharedAnswersMs: config.publicCacheSeconds * 1000,
      introspection: config.introspection,
      classOfFields,
      observer,
      log,
    }),
  );
  const development = config.issuers === null ? await openDevelopmentIssuer(config.dataDir) : null;
  const issuers = resources.use(
    (await openIssuers(config, { log, now, observer })) ??
      onlyLocal([...(development === null ? [] : [development]), ...localIssuers]),
  );
  const credentials = transports.get('credentials');
  const ended = resources.use(
    new EndedSignIns({
      // No other request may delay this query, so it has the most urgent call class, `lending`.
      ask: async (query, signal) =>
        credentials && (await askSubgraph('credentials', credentials, query, 'lending', signal)),
      log,
    }),
  );
  const documents = resources.use(await openDocuments(config, log, observer));
  documents.checkWith(host.validate);
  const watch = resources.use(new DependencyWatch(dependencies));
  const journal = resources.use(watchJournal(local.journal));
  const health = createHealth({ watch: () => watch, journal, issuers });
  observer.watchCaches?.(() => ({ ...host.caches(), ...documents.caches(), ...issuers.caches() }));
  observer.watchPreparations?.(host.waiting);
  const shared = config.sharedRates;
  const usage = shared && { ...shared, database: shared.databaseUrl.href };
  const stopping = new AbortController();
  const app = await createGateway({
    answer: host.answer,
    subscribe: host.subscribe,
    documents: documents.policy,
    limits: config.limits,
    rates: openRates(config, log, observer, resources),
    trustedProxies: config.trustedProxies,
    corsOrigins: config.corsOrigins,
    publicMaxAgeSeconds: config.publicMaxAgeSeconds,
    issuers: { authenticate: ended.refusing(issuers.authenticate) },
    hasEnded: (identity) => ended.hasEnded(identity),
    forwardedHeaders: [],
    tls: openServerTls(config.tls, log, now),
    health,
    observer,
    usage: resources.use(recordUsageIn(usage, log, now)),
    stopping: stopping.signal,
    explainsToAll: !config.production,
    ide: config.production ? null : ideOf(local, development, now),
    portal: config.servesPortal
      ? {
          folder: fileURLToPath(new URL('../apps/dist/docs', import.meta.url)),
          schemas: new URL('audiences/', schemas),
        }
      : null,
    log,
  });
  resources.defer(() => app.close());
  if (pages !== undefined) {
    await app.register(pages);
  }
  const address = await listenAt(app, { host: config.host, port: config.port, variable: 'PORT' });
  const running = resources.move();
  return {
    address,
    announceStop: (reason) => stopping.abort(reason),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/**
 * Opens the rate limits of callers. If the configuration has `sharedRates`, all gateways share the limits through a
 * database, until `resources` is disposed of.
 */
function openRates(
  { rates, sharedRates, limits }: GatewayConfig,
  log: FastifyBaseLogger,
  observer: GatewayObserver,
  resources: AsyncDisposableStack,
): RateLimiter {
  if (rates === null) {
    return withoutRates;
  }
  const budgets = createBudgets(rates, undefined, sharedRates !== null);
  if (sharedRates !== null) {
    const { databaseUrl, tls: files, secret, migrates } = sharedRates;
    const tls = openClientTls(files, log);
    resources.use(
      shareRates(budgets, {
        open: () => openSharedBudgets({ url: databaseUrl.href, tls, migrates }),
        secret,
        onShared(isShared, reason) {
          observer.ratesShared?.(isShared);
          if (isShared) {
            log.info('rates are shared with the other gateways');
          } else {
            const why =
              reason instanceof SharedStateUnavailable ? { reason: reason.message } : describeError(reason);
            log.warn(why, 'rates are not shared: this gateway counts for itself');
          }
        },
      }),
    );
  }
  return createRateLimiter(budgets, limits.maxCost, observer);
}

/**
 * The folder of the schemas for these subgraphs. The schemas in `core` lack the fields of optional systems. They are
 * used if no subgraph here belongs to an optional system.
 */
const schemasFor = (served: ReadonlyMap<string, Transport>): URL => {
  const isWhole = systems.some(({ isOptional, subgraph }) => isOptional && served.has(subgraph.name));
  return new URL(isWhole ? '../schema/' : '../schema/core/', import.meta.url);
};

const readSchema = (folder: URL, name: string) => readFile(new URL(name, folder), 'utf8');

/**
 * Rejects a configuration in which the development issuer could sign tokens for real patrons. Everybody who can read
 * DATA_DIR could then sign in as anybody. The development issuer is allowed with simulators only, or with
 * ALLOW_DEVELOPMENT_ISSUER.
 * @throws Error
 */
export function requireIssuer(
  { issuers, allowDevelopmentIssuer }: GatewayConfig,
  { onlySimulators }: Pick<LocalSubgraphs, 'onlySimulators'>,
): void {
  if (issuers !== null || onlySimulators || allowDevelopmentIssuer) {
    return;
  }
  throw new Error(
    'JWKS_URL, JWT_ISSUER and JWT_AUDIENCE, or ISSUERS_FILE, are required where patrons are real. For development, ALLOW_DEVELOPMENT_ISSUER=1 lets this machine issue tokens.',
  );
}
