import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent } from 'undici';
import { partSecret } from '../../support/parts/environment.ts';
import { type RunningPart, startPart, urlsOf } from '../../support/parts/running-part.ts';

/** Requests in progress at any time. */
const inProgress = 24;
/** One is measured after the other, so often: other work on the machine affects both. */
const rounds = 3;
const nowhere = 'http://127.0.0.1:1';
const body = JSON.stringify({ query: '{ __typename }' });

interface Measured {
  readonly requestsPerSecond: number;
  /** Processor time of one request, in µs. */
  readonly cpuUs: number;
}

/** Prints a table: a gateway that answers by itself, so that it alone is measured. */
export async function measureWorkers(seconds: number, print: (line: string) => void): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-scale-'));
  await using resources = new AsyncDisposableStack();
  resources.defer(() => rm(dataDir, { recursive: true }));
  const env = {
    ...urlsOf({ patrons: nowhere, credentials: nowhere, circulation: nowhere }),
    SUBGRAPH_SECRET: partSecret,
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    LOG_LEVEL: 'warn',
    RATES: 'off',
  };
  const gateways = new Map<number, RunningPart>();
  for (const workers of [1, 2]) {
    const part = resources.use(await startPart('gateway', { ...env, WORKERS: String(workers) }));
    await part.says(/GraphQL at/);
    gateways.set(workers, part);
    await load(part, seconds / 2);
  }
  const results = new Map<number, Measured[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [workers, part] of gateways) {
      results.set(workers, [...(results.get(workers) ?? []), await load(part, seconds)]);
    }
  }
  const best = (workers: number): Measured => {
    const all = results.get(workers) ?? [];
    return {
      requestsPerSecond: Math.max(...all.map(({ requestsPerSecond }) => requestsPerSecond)),
      cpuUs: Math.min(...all.map(({ cpuUs }) => cpuUs)),
    };
  };
  print(
    `${availableParallelism()} cores, of which the client takes its part; the best of ${rounds} rounds of ${seconds} s\n`,
  );
  print(
    '| workers | requests a second | to one worker | processor time of a request, µs |\n|---|---|---|---|',
  );
  for (const workers of gateways.keys()) {
    const { requestsPerSecond, cpuUs } = best(workers);
    const ratio = requestsPerSecond / best(1).requestsPerSecond;
    print(`| ${workers} | ${requestsPerSecond.toFixed(0)} | ${ratio.toFixed(2)} | ${cpuUs.toFixed(0)} |`);
  }
}

async function load(part: RunningPart, seconds: number): Promise<Measured> {
  await using resources = new AsyncDisposableStack();
  const agent = new Agent({ connections: inProgress });
  resources.defer(() => agent.close());
  const url = new URL('/graphql', part.origin);
  const before = await processorMs(part);
  const from = performance.now();
  let requests = 0;
  const client = async () => {
    while (performance.now() - from < seconds * 1000) {
      const { statusCode, body: answer } = await agent.request({
        origin: url.origin,
        path: url.pathname,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      const text = await answer.text();
      if (statusCode !== 200 || text !== '{"data":{"__typename":"Query"}}') {
        throw new Error(`${statusCode} ${text}`);
      }
      requests += 1;
    }
  };
  await Promise.all(Array.from({ length: inProgress }, client));
  const elapsed = (performance.now() - from) / 1000;
  const cpuUs = (1000 * ((await processorMs(part)) - before)) / requests;
  return { requestsPerSecond: requests / elapsed, cpuUs };
}

/** Processor time of a process and those that it has started, until now, in ms. Linux counts it in hundredths of a second. */
async function processorMs({ child }: RunningPart): Promise<number> {
  const own = async (pid: number): Promise<number> => {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
    const below = children
      .split(' ')
      .filter((text) => text !== '')
      .map((text) => own(Number(text)));
    const ofChildren = (await Promise.all(below)).reduce((sum, ms) => sum + ms, 0);
    return (Number(fields[11]) + Number(fields[12])) * 10 + ofChildren;
  };
  return await own(child.pid ?? 0);
}
