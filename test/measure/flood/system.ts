import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DevelopmentIssuer, openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { type RunningSimulators, startSimulators } from '../../../simulators/index.ts';
import { isLendable } from '../../../simulators/library/catalogue.ts';
import { generateLibrary } from '../../../simulators/library/generate.ts';
import { createStore } from '../../../simulators/tables/store.ts';
import { legacyEnv } from '../../support/parts/environment.ts';
import { run } from '../../support/processes.ts';
import { Honest, type Pair } from './honest.ts';

/** What is flooded. */
export interface FloodedSystem extends AsyncDisposable {
  /** The GraphQL endpoints of its gateways. */
  readonly urls: readonly string[];
  readonly legacy: RunningSimulators;
  readonly issuer: DevelopmentIssuer;
  /** Cards and copies, each of which can be lent on its card. */
  pairs(count: number, stationToken: string): Promise<readonly Pair[]>;
  /** Patrons who can sign in. */
  readonly patronIds: readonly string[];
  /** What the processes have measured, as `/metrics` shows it. */
  metrics(): Promise<string>;
}

/** `rates`: the variable `RATES`; absent: the defaults. */
export interface FloodedOptions {
  readonly rates?: string;
}

/** Everything in one process, over simulators in this one. */
export async function startEmbedded({ rates }: FloodedOptions): Promise<FloodedSystem> {
  await using resources = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-flood-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const seed = generateLibrary({ patrons: 1000 });
  const legacy = resources.use(await startSimulators({ store: createStore(seed) }));
  const process = resources.use(
    run('gateway/embedded/main.ts', {
      ...legacyEnv(legacy),
      ...{
        PORT: '0',
        SIP2_PORT: '0',
        SIGN_IN_PORT: '0',
        DATA_DIR: dataDir,
        ALLOW_DEVELOPMENT_ISSUER: '1',
        LOG_LEVEL: 'silent',
      },
      TRUSTED_PROXIES: '127.0.0.1',
      ...(rates !== undefined && { RATES: rates }),
    }),
  );
  const [url = ''] = await process.says(/http:\/\/127\.0\.0\.1:\d+\/graphql/);
  const issuer = await openDevelopmentIssuer(dataDir);
  const running = resources.move();
  return {
    urls: [url],
    legacy,
    issuer,
    patronIds: seed.patrons.slice(0, 50).map(({ patronNo }) => patronNo),
    pairs: (count, token) => findPairs(seed, [url], count, token),
    metrics: () => fetch(new URL('/metrics', url)).then((response) => response.text()),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Tries cards and copies until enough can be lent: the library's rules refuse many. */
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
