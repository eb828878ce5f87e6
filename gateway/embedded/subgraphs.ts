import type { FastifyBaseLogger } from 'fastify';
import { simulatedBranchesFile } from '../../simulators/branches.ts';
import type { SystemName } from '../../simulators/index.ts';
import { circulationSubgraph } from '../../subgraphs/circulation/resolvers/index.ts';
import { withPartnerServices } from '../../subgraphs/credentials/partner-services.ts';
import { credentialsSubgraph } from '../../subgraphs/credentials/resolvers/index.ts';
import { type Branches, noBranches, readBranches } from '../../subgraphs/library/branches.ts';
import { type OpenServices, openServices } from '../../subgraphs/open-services.ts';
import { patronsSubgraph } from '../../subgraphs/patrons/resolvers/index.ts';
import { type Subgraph, type SubgraphDefinition, startSubgraph } from '../../subgraphs/runtime/serve.ts';
import { type BehindConfig, required } from '../../subgraphs/runtime/start.ts';
import { type GatewayConfig, type SubgraphName, subgraphNames } from '../config.ts';
import type { Part } from '../http/health.ts';
import { type LocalParts, requireIssuer } from '../start.ts';
import { createLocalTransport } from '../transport/local.ts';
import type { Transport } from '../transport/transport.ts';
import { openLedger } from './journal.ts';
import { openSimulators, type Simulators } from './simulators.ts';

/** The subgraphs of this process, and the simulators that were started for them. */
export interface EmbeddedSubgraphs extends LocalParts, AsyncDisposable {
  /** By name, where each simulator is. */
  readonly simulators: ReadonlyMap<string, string>;
}

/**
 * Starts every subgraph that `config` doesn't say is elsewhere, over the legacy systems that `behind` names, or over
 * simulators for them. `clock` tells the subgraphs' day.
 */
export async function openSubgraphs(
  config: GatewayConfig,
  behind: BehindConfig,
  env: NodeJS.ProcessEnv,
  log: FastifyBaseLogger,
  clock: () => Date = () => new Date(),
): Promise<EmbeddedSubgraphs> {
  await using resources = new AsyncDisposableStack();
  const here = subgraphNames.filter((name) => !config.subgraphs.has(name));
  const transports = new Map<SubgraphName, Transport>();
  const parts: Part[] = [];
  const wanted = simulatorsFor(config, behind, here);
  const overSimulators = wanted.prs && wanted.cms && wanted.circ;
  requireIssuer(config, { overSimulators });
  const simulators = resources.use(await openSimulators(env, wanted));
  if (here.length > 0) {
    const services = await openEmbeddedServices(behind, simulators, config.dataDir, log, resources);
    const run = async <Context extends object>(
      system: string,
      port: { ping(signal: AbortSignal): Promise<void> },
      definition: SubgraphDefinition<Context>,
    ): Promise<void> => {
      if (!here.includes(definition.name)) {
        return;
      }
      const subgraph: Subgraph = resources.use(await startSubgraph(definition, log));
      transports.set(subgraph.name, createLocalTransport(subgraph.execute));
      parts.push({
        name: system,
        async check(signal) {
          await port.ping(signal);
          return {};
        },
      });
    };
    const { patrons, cards, circulation, servicesOf } = services;
    await run('patron registry', patrons, patronsSubgraph(servicesOf));
    await run('card management', cards, credentialsSubgraph(withPartnerServices(servicesOf, behind), clock));
    const branches = await embeddedBranches(behind, overSimulators);
    await run('circulation', circulation, circulationSubgraph(servicesOf, clock, branches));
  }
  const running = resources.move();
  return {
    transports,
    parts,
    overSimulators,
    simulators: simulators.urls,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The branches of the environment's file; those of the simulated library where that is what this process serves. */
async function embeddedBranches({ branchesFile }: BehindConfig, overSimulators: boolean): Promise<Branches> {
  const file = branchesFile ?? (overSimulators ? simulatedBranchesFile : null);
  return file === null ? noBranches : await readBranches(file);
}

/** The services of all subgraphs of this process, over the systems of the environment or their simulators. */
async function openEmbeddedServices(
  behind: BehindConfig,
  simulators: Simulators,
  dataDir: string,
  log: FastifyBaseLogger,
  resources: AsyncDisposableStack,
): Promise<OpenServices> {
  const { PRS_URL, CMS_URL, CIRC_URL } = required({
    PRS_URL: behind.prs ?? simulators.prs,
    CMS_URL: behind.cms ?? simulators.cms,
    CIRC_URL: behind.circ ?? simulators.circ,
  });
  const systems = { prs: PRS_URL, cms: CMS_URL, circ: CIRC_URL };
  return await openServices(systems, await openLedger(behind, dataDir), behind, log, resources);
}

/**
 * The systems that the environment doesn't name. None where a subgraph runs in another process, for a simulator beside that
 * one's system would know other patrons; and then the operations are shared, too.
 */
function simulatorsFor(
  config: GatewayConfig,
  behind: BehindConfig,
  here: readonly SubgraphName[],
): Readonly<Record<SystemName, boolean>> {
  if (here.length === 0) {
    return { prs: false, cms: false, circ: false };
  }
  const wanted = { prs: behind.prs === null, cms: behind.cms === null, circ: behind.circ === null };
  const isShared = here.length < subgraphNames.length;
  if (config.production || isShared) {
    refuseSimulators(wanted, config.production ? 'In production' : 'Beside subgraphs in other processes');
  }
  if (isShared) {
    required({ DATABASE_URL: behind.databaseUrl });
  }
  return wanted;
}

/** Made-up patrons are for trying out: a URL that was forgotten must not go unseen. */
function refuseSimulators(wanted: Readonly<Record<string, boolean>>, where: string): void {
  const missing = Object.keys(wanted).filter((system) => wanted[system]);
  if (missing.length > 0) {
    const variables = missing.map((system) => `${system.toUpperCase()}_URL`).join(', ');
    throw new Error(`${where} there are no simulators: set ${variables}.`);
  }
}
