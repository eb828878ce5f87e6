import type { FastifyBaseLogger } from 'fastify';
import { type GatewayConfig, type SubgraphName, subgraphNames } from '../gateway/config.ts';
import { type LocalSubgraphs, requireIssuer } from '../gateway/start.ts';
import { createLocalTransport } from '../gateway/transport/local.ts';
import type { Transport } from '../gateway/transport/transport.ts';
import { type DependencyCheck, pingCheck } from '../platform/lifecycle/dependency-watch.ts';
import { simulatedBranchesFile } from '../simulators/branches.ts';
import type { SystemName } from '../simulators/index.ts';
import { refuseSecondInstallation } from '../subgraphs/circulation/feed/second-installation.ts';
import { circulationSubgraph } from '../subgraphs/circulation/resolvers/index.ts';
import { pseudonymKeyOf } from '../subgraphs/credentials/partners/pseudonym.ts';
import { withPartnerServices } from '../subgraphs/credentials/partners/services.ts';
import { credentialsSubgraph } from '../subgraphs/credentials/resolvers/index.ts';
import { readBranches } from '../subgraphs/library/branches.ts';
import { noticeWork } from '../subgraphs/notices/start.ts';
import type { ServiceObserver } from '../subgraphs/observer.ts';
import { type OpenServices, openServices } from '../subgraphs/open-services.ts';
import { patronsSubgraph } from '../subgraphs/patrons/resolvers/index.ts';
import { type SubgraphDefinition, startSubgraph } from '../subgraphs/runtime/serve.ts';
import { type BehindConfig, required, type ServiceObservers } from '../subgraphs/runtime/start.ts';
import { openLedger } from './open-ledger.ts';
import type { Outbox } from './outbox.ts';
import { openSimulators, type Simulators } from './simulators.ts';

export interface EmbeddedOptions {
  readonly observer?: ServiceObserver;
  /** Gives the date that subgraphs use. The default is the real time. */
  readonly clock?: () => Date;
  /** The number of patrons of a made-up library in the simulators. If it is null, the environment names the data. */
  readonly librarySize: number | null;
  /**
   * Whether the index of loans and holds is built. This sends calls to the legacy systems all the time. The default is
   * true.
   */
  readonly buildsIndex?: boolean;
  /** Takes mails to readers, if all systems are simulated and no mail server is configured. The default is none. */
  readonly outbox?: Outbox | undefined;
}

/** The subgraphs of this process, and the simulators that were started for them. */
export interface EmbeddedSubgraphs extends LocalSubgraphs, AsyncDisposable {
  /** The URL of each simulator, by the system's name. */
  readonly simulators: ReadonlyMap<string, string>;
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
  }: EmbeddedOptions,
): Promise<EmbeddedSubgraphs> {
  await using resources = new AsyncDisposableStack();
  const localNames = subgraphNames.filter((name) => !config.subgraphs.has(name));
  const transports = new Map<SubgraphName, Transport>();
  const dependencies: DependencyCheck[] = [];
  let journal: DependencyCheck | null = null;
  const simulated = simulatorsFor(config, behind, localNames);
  const onlySimulators = simulated.prs && simulated.cms && simulated.circ;
  requireIssuer(config, { onlySimulators });
  if (librarySize !== null && !onlySimulators) {
    throw new Error(
      '--library needs all three simulators: a made-up library has patrons whom no real system knows.',
    );
  }
  const outbox = onlySimulators && behind.mail === null ? (offered ?? null) : null;
  const simulators = resources.use(await openSimulators(env, simulated, librarySize));
  if (localNames.length > 0) {
    const services = await openEmbeddedServices(
      behind,
      simulators,
      config.dataDir,
      { log, observer },
      resources,
    );
    journal = services.journal;
    const run = async <Context extends object>(
      system: string,
      port: { ping(signal: AbortSignal): Promise<void> },
      definition: SubgraphDefinition<Context>,
    ): Promise<void> => {
      if (!localNames.includes(definition.name)) {
        return;
      }
      const subgraph = resources.use(await startSubgraph(definition, log, observer));
      transports.set(subgraph.name, createLocalTransport(subgraph.execute));
      dependencies.push(pingCheck(system, (signal) => port.ping(signal)));
    };
    const { patrons, cards, circulation, servicesOf } = services;
    // No other installation uses a simulator of this process.
    if (localNames.includes('circulation') && !simulated.circ) {
      await refuseSecondInstallation(servicesOf('background'));
    }
    await run('patron registry', patrons, patronsSubgraph(servicesOf));
    // The key is needed only if *credentials* runs here. If *credentials* runs in another process, this process need
    // not have the key.
    if (localNames.includes('credentials')) {
      const pseudonymKey = await pseudonymKeyOf(behind, services.keys);
      const partnerServicesOf = withPartnerServices(servicesOf, pseudonymKey);
      await run('card management', cards, credentialsSubgraph(partnerServicesOf, clock));
    }
    const branches = await readBranches(
      behind.branchesFile ?? (onlySimulators ? simulatedBranchesFile : null),
    );
    // Only the process that runs *circulation* sends notices.
    const moreWork = localNames.includes('circulation')
      ? await noticeWork(servicesOf('background'), behind, outbox?.mailer)
      : [];
    await run(
      'circulation',
      circulation,
      circulationSubgraph(servicesOf, clock, branches, buildsIndex, moreWork),
    );
  }
  const running = resources.move();
  return {
    transports,
    dependencies,
    journal,
    onlySimulators,
    simulators: simulators.urls,
    outbox,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The services of all subgraphs of this process. They use the systems of the environment or their simulators. */
async function openEmbeddedServices(
  behind: BehindConfig,
  simulators: Simulators,
  dataDir: string,
  observers: ServiceObservers,
  resources: AsyncDisposableStack,
): Promise<OpenServices> {
  const { PRS_URL, CMS_URL, CIRC_URL } = required({
    PRS_URL: behind.prs ?? simulators.prs,
    CMS_URL: behind.cms ?? simulators.cms,
    CIRC_URL: behind.circ ?? simulators.circ,
  });
  const systems = { prs: PRS_URL, cms: CMS_URL, circ: CIRC_URL };
  const ledger = await openLedger(behind, dataDir, observers.log);
  return await openServices(systems, ledger, behind, observers, resources);
}

/**
 * The systems to simulate: those that the environment doesn't name. In production no system may be simulated. If some
 * subgraphs run in other processes, no system may be simulated either: the simulators here and the systems of the other
 * processes would have different patrons. Then a shared ledger is required, too.
 */
function simulatorsFor(
  config: GatewayConfig,
  behind: BehindConfig,
  localNames: readonly SubgraphName[],
): Readonly<Record<SystemName, boolean>> {
  if (localNames.length === 0) {
    return { prs: false, cms: false, circ: false };
  }
  const simulated = { prs: behind.prs === null, cms: behind.cms === null, circ: behind.circ === null };
  const isShared = localNames.length < subgraphNames.length;
  if (config.production || isShared) {
    rejectSimulators(simulated, config.production ? 'In production' : 'Beside subgraphs in other processes');
  }
  if (isShared) {
    required({ DATABASE_URL: behind.databaseUrl });
  }
  return simulated;
}

/** A forgotten URL must be an error: otherwise simulated patrons would look like real ones. */
function rejectSimulators(simulated: Readonly<Record<string, boolean>>, where: string): void {
  const missing = Object.keys(simulated).filter((system) => simulated[system]);
  if (missing.length > 0) {
    const variables = missing.map((system) => `${system.toUpperCase()}_URL`).join(', ');
    throw new Error(`${where} there are no simulators: set ${variables}.`);
  }
}
