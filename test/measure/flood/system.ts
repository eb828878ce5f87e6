import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { type DevelopmentIssuer, openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { coreSubgraphs } from '../../../platform/systems.ts';
import { type RunningSimulators, startSimulators } from '../../../simulators/index.ts';
import { isLendable } from '../../../simulators/library/catalogue.ts';
import { generateLibrary } from '../../../simulators/library/generate.ts';
import { createStore } from '../../../simulators/tables/store.ts';
import { ownPostgres, requireServer } from '../../support/postgres.ts';
import { run } from '../../support/processes.ts';
import { legacyEnv, subgraphEnvOf } from '../../support/services/environment.ts';
import {
  type RunningService,
  type ServiceName,
  startService,
  statusOf,
  urlsOf,
} from '../../support/services/running-service.ts';
import { Honest, type Pair } from './honest.ts';

/** The system that is flooded. */
export interface FloodedSystem extends AsyncDisposable {
  /** The GraphQL endpoints of the system's gateways. */
  readonly urls: readonly string[];
  readonly legacy: RunningSimulators;
  readonly issuer: DevelopmentIssuer;
  /** Pairs of a card and a copy. Each copy can be lent on its card. */
  pairs(count: number, stationToken: string): Promise<readonly Pair[]>;
  /** The URL of sign-in. Empty if the system has none. */
  readonly signIn: string;
  /** The numbers of library cards in use, with the PIN 1234. */
  readonly cards: readonly string[];
  /** The ids of patrons who can sign in. */
  readonly patronIds: readonly string[];
  /** The metrics of the process that calls circulation, as `/metrics` shows them. */
  metrics(): Promise<string>;
}

/** `rates` is the value of the variable `RATES`. Without it, the defaults apply. */
export interface FloodedOptions {
  readonly rates?: string;
}

const patronsInLibrary = 1000;

/** Starts everything in one process, with simulators in this process. */
export async function startEmbedded({ rates }: FloodedOptions): Promise<FloodedSystem> {
  await using resources = new AsyncDisposableStack();
  const { env, ...world } = await openWorld(resources, rates);
  const process = resources.use(
    run('embedded/main.ts', {
      ...env,
      PORT: '0',
    }),
  );
  const [url = ''] = await process.says(/http:\/\/127\.0\.0\.1:\d+\/graphql/);
  const [, signIn = ''] = await process.says(/Sign-in +(\S+)\n/);
  return flooded(world, [url], new URL(url).origin, resources.move(), signIn);
}

/**
 * Starts two gateways with three subgraphs, each in a process of its own. They share a journal and rates in PostgreSQL.
 */
export async function startTwoGateways({ rates }: FloodedOptions): Promise<FloodedSystem> {
  await using resources = new AsyncDisposableStack();
  const { env, ...world } = await openWorld(resources, rates);
  const database = await resources.use(requireServer(await ownPostgres())).createDatabase();
  const shared = { ...env, ...subgraphEnvOf(world.legacy, database.url), RATES_DATABASE_URL: database.url };
  const start = async (name: ServiceName, more: NodeJS.ProcessEnv = {}) => {
    const part = resources.use(await startService(name, { ...shared, ...more }));
    await untilReady(part);
    return part.origin;
  };
  const started = coreSubgraphs.map(async (name) => [name, await start(name)] as const);
  const origins: Record<string, string> = Object.fromEntries(await Promise.all(started));
  const startGateway = () => start('gateway', urlsOf(origins));
  const gateways = await Promise.all([startGateway(), startGateway()]);
  const urls = gateways.map((origin) => `${origin}/graphql`);
  return flooded(world, urls, origins.circulation ?? '', resources.move());
}

async function untilReady({ name, origin, output }: RunningService): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await statusOf(origin, 'ready')) === 200) {
      return;
    }
    await setTimeout(100);
  }
  throw new Error(`${name} is not ready: ${output.stderr}`);
}

/** Opens the parts that every system needs: simulators of a made-up library, and the issuer of tokens. */
async function openWorld(resources: AsyncDisposableStack, rates: string | undefined) {
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-flood-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const seed = generateLibrary({ patrons: patronsInLibrary });
  const legacy = resources.use(await startSimulators({ store: createStore(seed) }));
  const env: NodeJS.ProcessEnv = {
    ...legacyEnv(legacy),
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    LOG_LEVEL: 'silent',
    TRUSTED_PROXIES: '127.0.0.1',
    ...(rates !== undefined && { RATES: rates }),
  };
  return { env, seed, legacy, issuer: await openDevelopmentIssuer(dataDir) };
}

function flooded(
  { seed, legacy, issuer }: Omit<Awaited<ReturnType<typeof openWorld>>, 'env'>,
  urls: readonly string[],
  /** The origin of the process that calls circulation. */
  origin: string,
  running: AsyncDisposableStack,
  signIn = '',
): FloodedSystem {
  return {
    urls,
    signIn,
    cards: seed.cards
      .filter(({ type, status }) => type !== 'SC' && status === 'ACT')
      .map(({ cardNo }) => cardNo),
    legacy,
    issuer,
    patronIds: seed.patrons.slice(0, 50).map(({ patronNo }) => patronNo),
    pairs: (count, token) => findPairs(seed, urls, count, token),
    metrics: () => fetch(`${origin}/metrics`).then((response) => response.text()),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Tries cards and copies until enough can be lent. The library's rules refuse many of them. */
async function findPairs(
  { cards, items }: ReturnType<typeof generateLibrary>,
  urls: readonly string[],
  count: number,
  token: string,
): Promise<readonly Pair[]> {
  const honest = new Honest(urls);
  const copies = items.filter(isLendable).reverse();
  const pairs: Pair[] = [];
  for (const { cardNo, hkid } of cards) {
    const itemNumber = copies[pairs.length]?.itemNo;
    if (pairs.length === count || itemNumber === undefined) {
      break;
    }
    const pair = { libraryCardNumber: cardNo, itemNumber };
    if (hkid === null && (await honest.canLend(token, pair))) {
      pairs.push(pair);
    }
  }
  await honest.close();
  if (pairs.length < count) {
    throw new Error(`only ${pairs.length} cards can borrow`);
  }
  return pairs;
}
