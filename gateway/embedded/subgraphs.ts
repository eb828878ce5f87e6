import type { FastifyBaseLogger } from 'fastify';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { circulationSubgraph } from '../../subgraphs/circulation/resolvers.ts';
import type { LegacyConfig } from '../../subgraphs/config.ts';
import { credentialsSubgraph } from '../../subgraphs/credentials/resolvers.ts';
import { patronsSubgraph } from '../../subgraphs/patrons/resolvers.ts';
import { type Subgraph, type SubgraphDefinition, startSubgraph } from '../../subgraphs/serve.ts';
import type { GatewayConfig, SubgraphName } from '../config.ts';
import type { Part } from '../health.ts';
import type { LocalParts } from '../start.ts';
import { createLocalTransport } from '../transport/local.ts';
import type { Transport } from '../transport/transport.ts';
import { startStandIns } from './stand-ins.ts';

/** The subgraphs of this process, and the stand-ins that were started for them. */
export interface EmbeddedSubgraphs extends LocalParts, AsyncDisposable {
  /** By name, where each stand-in is. */
  readonly standIns: ReadonlyMap<string, string>;
}

/**
 * Starts every subgraph that `config` doesn't say is elsewhere, over the legacy system that `legacy` names, or over a
 * stand-in for it. `clock` tells the subgraphs' day.
 */
export async function openSubgraphs(
  config: GatewayConfig,
  legacy: LegacyConfig,
  env: NodeJS.ProcessEnv,
  log: FastifyBaseLogger,
  clock: () => Date = () => new Date(),
): Promise<EmbeddedSubgraphs> {
  await using resources = new AsyncDisposableStack();
  const here = (name: SubgraphName) => !config.subgraphs.has(name);
  const standInFor = {
    prs: here('patrons') && legacy.prs === null,
    cms: here('credentials') && legacy.cms === null,
    circ: here('circulation') && legacy.circ === null,
  };
  if (config.production) {
    refuseStandIns(standInFor);
  }
  const standIns = resources.use(await startStandIns(env, standInFor));
  const prs = here('patrons') ? (legacy.prs ?? standIns.prs) : null;
  const cms = here('credentials') ? (legacy.cms ?? standIns.cms) : null;
  const circ = here('circulation') ? (legacy.circ ?? standIns.circ) : null;
  const transports = new Map<SubgraphName, Transport>();
  const parts: Part[] = [];

  const open = async <Port extends Source, Context extends object>(
    system: string,
    port: Port,
    define: (port: Port) => SubgraphDefinition<Context>,
  ): Promise<void> => {
    resources.use(port);
    const subgraph: Subgraph = resources.use(await startSubgraph(define(port), log));
    transports.set(subgraph.name, createLocalTransport(subgraph.execute));
    parts.push({
      name: system,
      async check(signal) {
        await port.ping(signal);
        return {};
      },
    });
  };
  if (prs !== null) {
    await open('patron registry', await createPatronRegistry(prs), patronsSubgraph);
  }
  if (cms !== null) {
    const cards = await createCardManagement(cms);
    await open('card management', cards, (port) => credentialsSubgraph(port, clock));
  }
  if (circ !== null) {
    const circulation = await createCirculation(circ);
    await open('circulation', circulation, (port) => circulationSubgraph(port, clock));
  }
  const running = resources.move();
  return {
    transports,
    parts,
    standIns: standIns.urls,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

interface Source extends AsyncDisposable {
  ping(signal: AbortSignal): Promise<void>;
}

/** Made-up patrons are for trying out. In production a URL that was forgotten must not go unseen. */
function refuseStandIns(wanted: Readonly<Record<string, boolean>>): void {
  const missing = Object.keys(wanted).filter((system) => wanted[system]);
  if (missing.length > 0) {
    const variables = missing.map((system) => `${system.toUpperCase()}_URL`).join(', ');
    throw new Error(`In production there are no stand-ins: set ${variables}.`);
  }
}
