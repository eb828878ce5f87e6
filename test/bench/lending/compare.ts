/**
 * `BEFORE=FOLDER npm run bench:lending` measures check-outs of items with the code of this checkout and with the code
 * in FOLDER, in turns.
 */
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { mutationOf } from '../../support/mutation.ts';
import { findPostgres } from '../../support/postgres.ts';
import { freePorts } from '../../support/processes.ts';
import { legacyEnv, serviceSecret } from '../../support/services/environment.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { type Checkout, checkouts, fileIn } from '../measured/checkouts.ts';
import { medianOf, ratiosOf, tableHead, tableRow } from '../measured/figures.ts';
import { cpuOfEach } from '../measured/paired.ts';
import { type Measured, startMeasured } from '../measured/processes.ts';
import { cardOf, itemOf, readers as manyReaders } from './seed.ts';
import type { SimulatorUrls } from './simulators/main.ts';

export interface ComparisonOptions {
  readonly rounds: number;
  /** The number of check-outs of a reader in a round. */
  readonly checkOuts: number;
  /**
   * Starts new simulators for each graph. With shared simulators, a graph would raise an alarm for changes that its
   * journal doesn't know.
   */
  startSimulators(): Promise<SimulatorUrls>;
}

/** The number of unmeasured rounds, in which V8 compiles. */
const warmUp = 2;
const documents = {
  checkOut: mutationOf('checkOut', 'operation { state }'),
  checkIn: mutationOf('checkIn', 'operation { state }'),
} as const;

/** A process with one checkout of the code, as `npm start` runs it. */
interface Graph {
  readonly process: Measured;
  readonly token: string;
}

/**
 * Prints a table with a row for each journal and number of readers. Each reader borrows and returns an item in one
 * checkout of the code, and then in the other. So other load on the machine affects both. The time is that of the
 * check-out alone. The CPU time includes the check-in.
 */
export async function compareCheckouts(
  options: ComparisonOptions,
  print: (line: string) => void,
): Promise<void> {
  const figures = ['before', 'now', 'now to before'];
  const heads = [...figures.map((name) => `p50: ${name}`), ...figures.map((name) => `CPU: ${name}`)];
  print('p50 is in ms, CPU time in µs; in brackets are the quartiles.\n');
  print(tableHead(['readers', 'journal', ...heads]));
  await compareOver('SQLite', null, options, print);
  await using postgres = await findPostgres();
  if ('reason' in postgres) {
    process.stderr.write(`without PostgreSQL: ${postgres.reason}\n`);
  } else {
    await compareOver('PostgreSQL', () => postgres.createDatabase(), options, print);
  }
}

async function compareOver(
  journal: string,
  createDatabase: (() => Promise<{ readonly url: string } & AsyncDisposable>) | null,
  options: ComparisonOptions,
  print: (line: string) => void,
): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const graphs: Graph[] = [];
  for (const checkout of checkouts) {
    const database = createDatabase === null ? null : resources.use(await createDatabase());
    graphs.push(await startGraph(checkout, database?.url, await options.startSimulators(), resources));
  }
  for (const readers of [1, manyReaders]) {
    print(tableRow([String(readers), journal, ...(await compare(graphs, readers, options))]));
  }
}

async function startGraph(
  checkout: Checkout,
  databaseUrl: string | undefined,
  { prs, cms, circ }: SimulatorUrls,
  resources: AsyncDisposableStack,
): Promise<Graph> {
  const { path: dataDir } = resources.use(await openTemporaryFolder());
  const env = {
    ...freePorts,
    ...legacyEnv({ prs: { url: prs }, cms: { url: cms }, circ: { url: circ } }),
    NODE_ENV: 'test',
    DATA_DIR: dataDir,
    DATABASE_URL: databaseUrl,
    JOURNAL_SECRET: serviceSecret,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    RATES: 'off',
  };
  const issuer = await openDevelopmentIssuer(dataDir);
  const process = await startMeasured(
    checkout.name,
    fileIn(checkout, 'embedded/main.ts'),
    () => [],
    (port) => ({ ...env, PORT: String(port) }),
  );
  const scope = 'circulation:read circulation:write';
  return {
    process: resources.use(process),
    token: await issuer.sign({ subject: 'bench', scope }, 24 * 60 * 60),
  };
}

let references = 0;

async function change({ process, token }: Graph, name: keyof typeof documents, input: object): Promise<void> {
  references += 1;
  const variables = { input: { reference: `bench ${references}`, ...input } };
  const answer = await process.ask(documents[name], variables, { authorization: `Bearer ${token}` });
  if (!answer.includes('"state":"DONE"')) {
    throw new Error(`${process.name}: ${name} was answered with ${answer}`);
  }
}

/** The cells of a row: medians and quartiles of the times, of the CPU times, and of the ratios of each pair. */
async function compare(
  graphs: readonly Graph[],
  readers: number,
  { rounds, checkOuts }: ComparisonOptions,
): Promise<readonly string[]> {
  const graphOf = new Map(graphs.map((graph) => [graph.process, graph]));
  const processes = [...graphOf.keys()];
  /** The time of each check-out in ms, in the order of the requests. */
  const times = new Map(processes.map((process) => [process, [] as number[]]));
  const costs = new Map(processes.map((process) => [process, [] as number[]]));
  const requests = checkOuts * readers;
  for (let round = -warmUp; round < rounds; round += 1) {
    const cpu = await cpuOfEach(processes, {
      requests,
      lanes: readers,
      async ask(process, reader, left) {
        const graph = graphOf.get(process) ?? { process, token: '' };
        const credential = { libraryCardNumber: cardOf(reader) };
        const itemNumber = itemOf(reader);
        const from = performance.now();
        await change(graph, 'checkOut', { credential, itemNumber });
        const time = performance.now() - from;
        await change(graph, 'checkIn', { itemNumber });
        if (round >= 0) {
          (times.get(process) ?? [])[round * requests + left] = time;
        }
      },
    });
    if (round >= 0) {
      for (const [index, process] of processes.entries()) {
        costs.get(process)?.push(cpu[index] ?? Number.NaN);
      }
    }
  }
  const cellsOf = (figures: ReadonlyMap<Measured, readonly number[]>, decimals: number) => {
    const [before = [], now = []] = figures.values();
    return [medianOf(before, decimals), medianOf(now, decimals), medianOf(ratiosOf(now, before), 3)];
  };
  return [...cellsOf(times, 1), ...cellsOf(costs, 0)];
}
