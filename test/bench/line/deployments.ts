import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { coreSubgraphs } from '../../../platform/systems.ts';
import { findPostgres, requireServer } from '../../support/postgres.ts';
import { freePorts } from '../../support/processes.ts';
import { legacyEnv } from '../../support/services/environment.ts';
import { urlsOf } from '../../support/services/running-service.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import type { SimulatorUrls } from '../lending/simulators/main.ts';
import { type Measured, type MeasuredProcess, startMeasured, startProcess } from '../measured/processes.ts';

/** A way to run the line, over simulators of its own: ours would raise an alarm for changes of others. */
export interface Deployment {
  readonly name: string;
  /** The process that clients ask. */
  readonly front: Measured;
  /** All processes, the front among them. */
  readonly parts: readonly MeasuredProcess[];
}

export interface DeploymentOptions {
  /** What a program must know to verify tokens. */
  readonly tokens: NodeJS.ProcessEnv;
  /** The simulators' passwords. */
  readonly passwords: NodeJS.ProcessEnv;
  readonly startSimulators: () => Promise<SimulatorUrls>;
  /** Where the processes end. */
  readonly resources: AsyncDisposableStack;
  /** The folder of the logs. Each process has a file there. */
  readonly logs: string;
}

type Start = (options: DeploymentOptions) => Promise<Deployment>;

const root = join(import.meta.dirname, '../../..');
const here = import.meta.dirname;

export const oneProcess = 'one process';
export const twoWorkers = 'two workers of it';
export const fourProcesses = 'four processes';
export const byHand = 'by hand';
export const bare = 'SOAP calls alone';
export const apollo = 'Apollo and node-soap';

/** Budgets that no caller of the benchmark exceeds. They are counted all the same. */
const rates = ['reads', 'changes', 'clientReads', 'clientChanges', 'expensive', 'plans']
  .map((budget) => `${budget}=1000000/1000000000`)
  .join(' ');

const simulatorsOf = async ({
  startSimulators,
  passwords,
}: DeploymentOptions): Promise<NodeJS.ProcessEnv> => {
  const { prs, cms, circ } = await startSimulators();
  return { ...legacyEnv({ prs: { url: prs }, cms: { url: cms }, circ: { url: circ } }), ...passwords };
};

/** Production refuses secrets that are easy to guess. */
export const randomSecret = (): string => randomBytes(32).toString('hex');

/** Everything is on, as in production. Only answers to searches are not kept. */
const ofGateway = (tokens: NodeJS.ProcessEnv): NodeJS.ProcessEnv => ({
  ...tokens,
  RATES: rates,
  PUBLIC_MAX_AGE_SECONDS: '0',
  METRICS_PORT: '0',
});

const ofSubgraphs = (): NodeJS.ProcessEnv => ({
  JOURNAL_SECRET: randomSecret(),
  PSEUDONYM_SECRET: randomSecret(),
  METRICS_PORT: '0',
});

/** A database of its own, which all processes of a deployment share. */
const inPostgres = async ({ resources }: DeploymentOptions) => {
  const postgres = resources.use(requireServer(await findPostgres()));
  const { url } = resources.use(await postgres.createDatabase());
  return { DATABASE_URL: url, MIGRATE_AT_START: '1', SUBGRAPH_SECRET: randomSecret() };
};

/** Starts `npm start`, all parts in one process, with the additional environment. */
async function startEmbedded(
  name: string,
  options: DeploymentOptions,
  more: NodeJS.ProcessEnv,
): Promise<Deployment> {
  const { tokens, resources, logs } = options;
  const env = {
    ...freePorts,
    ...ofGateway(tokens),
    ...(await simulatorsOf(options)),
    ...ofSubgraphs(),
    ...more,
  };
  const front = await startMeasured(
    name,
    join(root, 'embedded/main.ts'),
    () => [],
    (port) => ({ ...env, PORT: String(port) }),
    join(logs, `${name}.log`),
  );
  resources.use(front);
  return { name, front, parts: [front] };
}

/** Ours in one process, with SQLite. */
export const startOneProcess: Start = async (options) => {
  const { path: dataDir } = options.resources.use(await openTemporaryFolder());
  return await startEmbedded(oneProcess, options, { DATA_DIR: dataDir });
};

/** Ours in two workers, each with all parts, with PostgreSQL. */
export const startTwoWorkers: Start = async (options) => {
  const shared = await inPostgres(options);
  return await startEmbedded(twoWorkers, options, {
    ...shared,
    RATES_DATABASE_URL: shared.DATABASE_URL,
    WORKERS: '2',
  });
};

/** Ours in four processes, with PostgreSQL. */
export const startFourProcesses: Start = async (options) => {
  const { tokens, resources, logs } = options;
  const shared = { ...ofSubgraphs(), ...(await inPostgres(options)), ...(await simulatorsOf(options)) };
  const parts: MeasuredProcess[] = [];
  for (const subgraph of coreSubgraphs) {
    const part = await startProcess(
      subgraph,
      join(root, `subgraphs/${subgraph}/main.ts`),
      () => [],
      (port) => ({ ...shared, PORT: String(port) }),
      join(logs, `${subgraph}.log`),
      untilReady,
    );
    parts.push(resources.use(part));
  }
  const subgraphs = urlsOf(Object.fromEntries(parts.map(({ name, url }) => [name, url])));
  const { SUBGRAPH_SECRET } = shared;
  const front = await startMeasured(
    'gateway',
    join(root, 'gateway/main.ts'),
    () => [],
    (port) => ({
      ...ofGateway(tokens),
      ...subgraphs,
      SUBGRAPH_SECRET,
      PORT: String(port),
    }),
    join(logs, 'gateway.log'),
  );
  resources.use(front);
  return { name: fourProcesses, front, parts: [front, ...parts] };
};

async function untilReady(url: string): Promise<void> {
  const { status } = await fetch(`${url}/health/ready`);
  if (status !== 200) {
    throw new Error(`not ready: ${status}`);
  }
}

/** A program of this folder in one process, which gets the simulators' URLs as JSON. */
const startProgram =
  (name: string, file: string): Start =>
  async ({ tokens, passwords, startSimulators, resources, logs }) => {
    const urls = JSON.stringify(await startSimulators());
    const front = await startMeasured(
      name,
      join(here, file),
      (port) => [String(port), urls],
      () => ({ ...tokens, ...passwords }),
      join(logs, `${file}.log`),
    );
    resources.use(front);
    return { name, front, parts: [front] };
  };

export const startByHand = startProgram(byHand, 'hand-written.ts');
export const startBare = startProgram(bare, 'bare.ts');

/** Apollo Server's subgraphs with node-soap, behind Apollo Gateway. */
export const startApollo: Start = async ({ tokens, passwords, startSimulators, resources, logs }) => {
  const urls = JSON.stringify(await startSimulators());
  const parts: MeasuredProcess[] = [];
  for (const subgraph of coreSubgraphs) {
    const part = await startMeasured(
      subgraph,
      join(here, 'peers/subgraph.mjs'),
      (port) => [subgraph, String(port), urls],
      () => passwords,
      join(logs, `apollo-${subgraph}.log`),
    );
    parts.push(resources.use(part));
  }
  const addresses = JSON.stringify(
    Object.fromEntries(parts.map(({ name, url }) => [name, `${url}/graphql`])),
  );
  const front = await startMeasured(
    'gateway',
    join(here, 'peers/gateway.mjs'),
    (port) => [String(port), addresses],
    () => tokens,
    join(logs, 'apollo-gateway.log'),
  );
  resources.use(front);
  return { name: apollo, front, parts: [front, ...parts] };
};

/** Resolves when ours has read all of circulation into its index. */
export async function untilIndexIsWhole({ name, front }: Deployment, token: string): Promise<void> {
  const deadline = performance.now() + 120_000;
  const headers = { authorization: `Bearer ${token}` };
  for (;;) {
    const answer = await front.ask('{ loans(filter: { overdue: true }, first: 1) { asOf } }', {}, headers);
    if (!answer.includes('"errors"')) {
      return;
    }
    if (performance.now() > deadline) {
      throw new Error(`the index of ${name} is not whole: ${answer}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}
