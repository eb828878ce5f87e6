import type { FastifyBaseLogger } from 'fastify';
import type { GatewayConfig } from '../gateway/config.ts';
import { type LocalSubgraphs, requireIssuer } from '../gateway/start.ts';
import { createLocalTransport } from '../gateway/transport/local.ts';
import { createLocalStream } from '../gateway/transport/streams/local.ts';
import type { StreamTransport } from '../gateway/transport/streams/stream-transport.ts';
import type { Transport } from '../gateway/transport/transport.ts';
import { type DependencyCheck, pingCheck } from '../platform/lifecycle/dependency-watch.ts';
import { addedSystems, type System, type SystemEntry, systemOf, systems } from '../platform/systems.ts';
import { addedLogin, findAdded } from '../subgraphs/added-systems.ts';
import { refuseSecondInstallation } from '../subgraphs/circulation/feed/second-installation.ts';
import { circulationSubgraph } from '../subgraphs/circulation/resolvers/index.ts';
import { pseudonymKeyOf } from '../subgraphs/credentials/partners/pseudonym.ts';
import { withPartnerServices } from '../subgraphs/credentials/partners/services.ts';
import { credentialsSubgraph } from '../subgraphs/credentials/resolvers/index.ts';
import { readBranches } from '../subgraphs/library/branches.ts';
import { noticeWork } from '../subgraphs/notices/start.ts';
import type { ServiceObserver } from '../subgraphs/observer.ts';
import { adapterSettings, type OpenServices, openServices } from '../subgraphs/open-services.ts';
import { patronsSubgraph } from '../subgraphs/patrons/resolvers/index.ts';
import { legacyConfigOf, settingsIn, urlVariable } from '../subgraphs/runtime/environment/legacy-systems.ts';
import { type SubgraphDefinition, startSubgraph } from '../subgraphs/runtime/serve.ts';
import {
  type BehindConfig,
  required,
  requiredSystems,
  type ServiceObservers,
} from '../subgraphs/runtime/start.ts';
import { openLedger } from './open-ledger.ts';
import type { Outbox } from './outbox.ts';
import type { Simulators } from './simulators.ts';

export interface EmbeddedOptions {
  readonly observer?: ServiceObserver;
  /** Gives the date that subgraphs use. The default is the real time. */
  readonly clock?: () => Date;
  /**
   * The number of patrons of a made-up library in the simulators. If it is null, the environment says which data they
   * have.
   */
  readonly librarySize: number | null;
  /**
   * Whether the index of loans and holds is built. Building it sends calls to the legacy systems all the time. The
   * default is true.
   */
  readonly buildsIndex?: boolean;
  /** Takes mails to readers, if all systems are simulated and no mail server is configured. The default is none. */
  readonly outbox?: Outbox | undefined;
  /** Origins to which a simulated payment system returns payers. Without any, only FPS (by bank transfer) works. */
  readonly returnOrigins?: readonly string[];
}

/** The subgraphs of this process, and the simulators that were started for them. */
export interface EmbeddedSubgraphs extends LocalSubgraphs, AsyncDisposable {
  /** The URL of each simulator, by the system's name. */
  readonly simulators: ReadonlyMap<string, string>;
  /** The patron of the example that is printed at the start. */
  readonly examplePatron: string;
  /** The outbox that takes mails to readers. Null if mails are sent, or if no notices are made. */
  readonly outbox: Outbox | null;
}

/**
 * Starts the subgraphs for which `config` has no URL. Each uses the legacy system that `behind` names, or else its
 * simulator.
 * @throws Error if the environment lacks a value that this combination requires. The message names the value. Error if
 *   the database is new and another installation uses this circulation.
 */
export async function openSubgraphs(
  config: GatewayConfig,
  behind: BehindConfig,
  env: NodeJS.ProcessEnv,
  log: FastifyBaseLogger,
  {
    observer = {},
    clock = () => new Date(),
    librarySize,
    buildsIndex = true,
    outbox: offered,
    returnOrigins = [],
  }: EmbeddedOptions,
): Promise<EmbeddedSubgraphs> {
  await using resources = new AsyncDisposableStack();
  const isHere = ({ subgraph }: SystemEntry) => !config.subgraphs.has(subgraph.name);
  const runsHere = systems.some((entry) => !entry.isOptional && isHere(entry));
  const simulated = runsHere ? simulatorsFor(config, behind) : [];
  const local = systems.filter(
    (entry) => isHere(entry) && (settingsIn(behind, entry) !== null || simulated.includes(entry)),
  );
  const isLocal = (id: string) => local.some((entry) => entry.id === id);
  const transports = new Map<string, Transport>();
  const streams = new Map<string, StreamTransport>();
  const dependencies: DependencyCheck[] = [];
  let journal: DependencyCheck | null = null;
  const onlySimulators = simulated.length > 0 && systems.every((entry) => settingsIn(behind, entry) === null);
  requireIssuer(config, { onlySimulators });
  if (librarySize !== null && !onlySimulators) {
    throw new Error(
      '--library needs all three simulators: a made-up library has patrons whom no real system knows.',
    );
  }
  const outbox = onlySimulators && behind.mail === null ? (offered ?? null) : null;
  const simulators = await simulatorsOf(simulated, env, librarySize, resources);
  if (local.length > 0) {
    const { payHosts } = simulators;
    const payments =
      payHosts.length === 0 || behind.payments.payHosts.length > 0
        ? behind.payments
        : { returnOrigins, payHosts };
    const legacy = legacyConfigOf(
      addedSystems,
      (entry) => settingsIn(behind, entry) ?? simulators.settings.get(entry.id) ?? null,
    );
    const services = await openEmbeddedServices(
      { ...behind, ...legacy, payments },
      config.dataDir,
      { log, observer },
      resources,
    );
    journal = services.journal;
    const run = async <Context extends object>(
      { id, name }: SystemEntry,
      port: { ping(signal: AbortSignal): Promise<void> },
      definition: SubgraphDefinition<Context>,
    ): Promise<void> => {
      if (!isLocal(id)) {
        return;
      }
      const subgraph = resources.use(await startSubgraph(definition, log, observer));
      transports.set(subgraph.name, createLocalTransport(subgraph.execute));
      streams.set(subgraph.name, createLocalStream(subgraph.subscribe));
      dependencies.push(pingCheck(name, (signal) => port.ping(signal)));
    };
    const { patrons, cards, circulation, servicesOf } = services;
    // A real circulation system may already belong to another installation. A simulator of this process can't.
    if (isLocal('circ') && behind.circ !== null) {
      await refuseSecondInstallation(servicesOf('background'));
    }
    await run(systemOf('prs'), patrons, patronsSubgraph(servicesOf));
    // Only the subgraph *credentials* needs the key for pseudonyms. A process without this subgraph need not have the
    // key.
    if (isLocal('cms')) {
      const pseudonymKey = await pseudonymKeyOf(behind, services.keys);
      const partnerServicesOf = withPartnerServices(servicesOf, pseudonymKey);
      await run(systemOf('cms'), cards, credentialsSubgraph(partnerServicesOf, clock));
    }
    const branchesFile = behind.branchesFile ?? (onlySimulators ? simulators.branchesFile : null);
    const branches = await readBranches(branchesFile);
    // Only the process that runs *circulation* sends notices.
    const moreWork = isLocal('circ')
      ? await noticeWork(servicesOf('background'), behind, outbox?.mailer)
      : [];
    await run(
      systemOf('circ'),
      circulation,
      circulationSubgraph(servicesOf, clock, branches, buildsIndex, moreWork),
    );
    const added: readonly SystemEntry[] = addedSystems;
    for (const entry of added.filter(({ id }) => isLocal(id))) {
      const open = await findAdded(entry);
      const settings = adapterSettings(entry, addedLogin(legacy, entry), behind.worker, { log, observer });
      const opened = await open(settings, { servicesOf, clock, buildsIndex, branchesFile }, resources);
      await run(entry, opened, opened.definition);
    }
  }
  const running = resources.move();
  return {
    transports,
    streams,
    dependencies,
    journal,
    onlySimulators,
    simulators: simulators.urls,
    examplePatron: simulators.examplePatron,
    outbox,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The services of all subgraphs of this process. They use the systems of the environment or their simulators. */
async function openEmbeddedServices(
  behind: BehindConfig,
  dataDir: string,
  observers: ServiceObservers,
  resources: AsyncDisposableStack,
): Promise<OpenServices> {
  const { core } = requiredSystems(behind, {});
  const ledger = await openLedger(behind, dataDir, observers.log);
  return await openServices(core, ledger, behind, observers, resources);
}

/**
 * Returns the systems to simulate: those that the environment doesn't name. An optional system is simulated if the
 * environment names no system at all, or if the system to whose records it refers is simulated. No system may be
 * simulated in production. Beside subgraphs in other processes, no system may be simulated, because those subgraphs
 * would have other patrons. Subgraphs in several processes need a shared ledger.
 */
function simulatorsFor(config: GatewayConfig, behind: BehindConfig): readonly System[] {
  const missing = systems.filter((entry) => settingsIn(behind, entry) === null);
  const mandatory = missing.filter(({ isOptional }) => !isOptional);
  const isShared = config.subgraphs.size > 0;
  if (config.production || isShared) {
    rejectSimulators(mandatory, config.production ? 'In production' : 'Beside subgraphs in other processes');
  }
  if (isShared) {
    required({ DATABASE_URL: behind.databaseUrl });
  }
  return missing.filter(
    (entry: SystemEntry) =>
      !entry.isOptional ||
      missing.length === systems.length ||
      missing.some(({ id }) => id === entry.simulatedWith),
  );
}

/**
 * The patron of the printed example if the registry is real and its patrons are unknown. Patron numbers begin with this
 * one.
 */
const firstPatron = 'P0000001';

const noSimulators = {
  settings: new Map(),
  urls: new Map(),
  examplePatron: firstPatron,
  branchesFile: null,
  payHosts: [],
} as const;

/** Starts simulators. With real systems, this code is not loaded, and production's image doesn't have it. */
async function simulatorsOf(
  simulated: readonly SystemEntry[],
  env: NodeJS.ProcessEnv,
  librarySize: number | null,
  resources: AsyncDisposableStack,
): Promise<Omit<Simulators, keyof AsyncDisposable>> {
  if (simulated.length === 0) {
    return noSimulators;
  }
  const { openSimulators } = await import('./simulators.ts');
  return resources.use(await openSimulators(env, simulated, librarySize));
}

/** A forgotten URL must be an error, because simulated patrons would look like real ones. */
function rejectSimulators(missing: readonly SystemEntry[], where: string): void {
  if (missing.length > 0) {
    throw new Error(`${where} there are no simulators: set ${missing.map(urlVariable).join(', ')}.`);
  }
}
