import type { FastifyBaseLogger } from 'fastify';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { circulationSubgraph } from '../../subgraphs/circulation/resolvers.ts';
import { changeTimes } from '../../subgraphs/circulation-change.ts';
import { credentialsSubgraph } from '../../subgraphs/credentials/resolvers.ts';
import { patronsSubgraph } from '../../subgraphs/patrons/resolvers.ts';
import { type Subgraph, type SubgraphDefinition, startSubgraph } from '../../subgraphs/serve.ts';
import type { BehindConfig } from '../../subgraphs/start.ts';
import type { SystemName } from '../../test/legacy/index.ts';
import type { GatewayConfig, SubgraphName } from '../config.ts';
import type { Part } from '../health.ts';
import type { LocalParts } from '../start.ts';
import { createLocalTransport } from '../transport/local.ts';
import type { Transport } from '../transport/transport.ts';
import { openOperationBook } from './journal.ts';
import { startStandIns } from './stand-ins.ts';

/** The subgraphs of this process, and the stand-ins that were started for them. */
export interface EmbeddedSubgraphs extends LocalParts, AsyncDisposable {
  /** By name, where each stand-in is. */
  readonly standIns: ReadonlyMap<string, string>;
}

/**
 * Starts every subgraph that `config` doesn't say is elsewhere, over the legacy systems that `behind` names, or over
 * stand-ins for them. `clock` tells the subgraphs' day.
 */
export async function openSubgraphs(
  config: GatewayConfig,
  behind: BehindConfig,
  env: NodeJS.ProcessEnv,
  log: FastifyBaseLogger,
  clock: () => Date = () => new Date(),
): Promise<EmbeddedSubgraphs> {
  await using resources = new AsyncDisposableStack();
  const here = (name: SubgraphName) => !config.subgraphs.has(name);
  const standIns = resources.use(await startStandIns(env, standInsFor(config, behind)));
  const transports = new Map<SubgraphName, Transport>();
  const parts: Part[] = [];

  const run = async <Context extends object>(
    system: string,
    definition: SubgraphDefinition<Context>,
    ping: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> => {
    const subgraph: Subgraph = resources.use(await startSubgraph(definition, log));
    transports.set(subgraph.name, createLocalTransport(subgraph.execute));
    parts.push({
      name: system,
      async check(signal) {
        await ping(signal);
        return {};
      },
    });
  };
  const prs = behind.prs ?? standIns.prs;
  const cms = behind.cms ?? standIns.cms;
  const circ = behind.circ ?? standIns.circ;
  const patrons = prs && resources.use(await createPatronRegistry(prs));
  const cards = cms && resources.use(await createCardManagement(cms));
  if (here('patrons') && patrons !== null) {
    await run('patron registry', patronsSubgraph(patrons), (signal) => patrons.ping(signal));
  }
  if (here('credentials') && cards !== null) {
    await run('card management', credentialsSubgraph(cards, clock), (signal) => cards.ping(signal));
  }
  if (here('circulation') && patrons !== null && cards !== null && circ !== null) {
    const circulation = resources.use(await createCirculation(circ));
    const book = await openOperationBook(behind, config.dataDir);
    resources.use(book.journal);
    const lending = {
      circulation,
      cards,
      patrons,
      ...book,
      times: { ...changeTimes, dropAfterMs: behind.dropAfterMs },
      monotonic: () => performance.now(),
      log,
    };
    await run('circulation', circulationSubgraph(lending, clock), (signal) => circulation.ping(signal));
  }
  const running = resources.move();
  return {
    transports,
    parts,
    standIns: standIns.urls,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/**
 * The systems that a subgraph of this process needs and the environment doesn't name: circulation needs all three. Throws
 * in production, and where another process has the real one: a stand-in beside it would know other patrons.
 */
function standInsFor(config: GatewayConfig, behind: BehindConfig): Readonly<Record<SystemName, boolean>> {
  const here = (name: SubgraphName) => !config.subgraphs.has(name);
  const lends = here('circulation');
  const wanted = {
    prs: behind.prs === null && (here('patrons') || lends),
    cms: behind.cms === null && (here('credentials') || lends),
    circ: behind.circ === null && lends,
  };
  if (config.production) refuseStandIns(wanted);
  for (const [system, subgraph] of [
    ['prs', 'patrons'],
    ['cms', 'credentials'],
  ] as const) {
    if (wanted[system] && !here(subgraph)) {
      throw new Error(
        `${system.toUpperCase()}_URL is wanted: circulation, in this process, needs the system that ${subgraph} has elsewhere.`,
      );
    }
  }
  return wanted;
}

/** Made-up patrons are for trying out. In production a URL that was forgotten must not go unseen. */
function refuseStandIns(wanted: Readonly<Record<string, boolean>>): void {
  const missing = Object.keys(wanted).filter((system) => wanted[system]);
  if (missing.length > 0) {
    const variables = missing.map((system) => `${system.toUpperCase()}_URL`).join(', ');
    throw new Error(`In production there are no stand-ins: set ${variables}.`);
  }
}
