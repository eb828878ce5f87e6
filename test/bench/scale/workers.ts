import { readFile } from 'node:fs/promises';
import { Agent } from 'undici';
import { serviceSecret } from '../../support/services/environment.ts';
import { type RunningService, startService, urlsOf } from '../../support/services/running-service.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { machineAndDay, tableHead, tableRow } from '../measured/figures.ts';

/** The number of concurrent requests. */
const inProgress = 24;
/** The number of rounds. The gateways are measured in turns, so that other load on the machine affects both. */
const rounds = 3;
const nowhere = 'http://127.0.0.1:1';
const body = JSON.stringify({ query: '{ __typename }' });

interface Measured {
  readonly requestsPerSecond: number;
  /** The CPU time per request, in µs. */
  readonly cpuUs: number;
}

/** Prints a table. The request needs no subgraph, so that only the gateway is measured. */
export async function measureWorkers(seconds: number, print: (line: string) => void): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const { path: dataDir } = resources.use(await openTemporaryFolder());
  const env = {
    ...urlsOf({ patrons: nowhere, credentials: nowhere, circulation: nowhere }),
    SUBGRAPH_SECRET: serviceSecret,
    DATA_DIR: dataDir,
    ALLOW_DEVELOPMENT_ISSUER: '1',
    LOG_LEVEL: 'warn',
    RATES: 'off',
  };
  const gateways = new Map<number, RunningService>();
  for (const workers of [1, 2]) {
    const gateway = resources.use(await startService('gateway', { ...env, WORKERS: String(workers) }));
    await gateway.says(/GraphQL at/);
    gateways.set(workers, gateway);
    await load(gateway, seconds / 2);
  }
  const results = new Map<number, Measured[]>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [workers, gateway] of gateways) {
      results.set(workers, [...(results.get(workers) ?? []), await load(gateway, seconds)]);
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
    `${machineAndDay()}, of which the client takes a core; the best of ${rounds} rounds of ${seconds} s\n`,
  );
  print(tableHead(['workers', 'requests per second', 'to one worker', 'CPU per request, µs']));
  for (const workers of gateways.keys()) {
    const { requestsPerSecond, cpuUs } = best(workers);
    const ratio = requestsPerSecond / best(1).requestsPerSecond;
    print(tableRow([String(workers), requestsPerSecond.toFixed(0), ratio.toFixed(2), cpuUs.toFixed(0)]));
  }
}

async function load(gateway: RunningService, seconds: number): Promise<Measured> {
  await using resources = new AsyncDisposableStack();
  const agent = new Agent({ connections: inProgress });
  resources.defer(() => agent.close());
  const url = new URL('/graphql', gateway.origin);
  const before = await cpuMsOf(gateway);
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
  const cpuUs = (1000 * ((await cpuMsOf(gateway)) - before)) / requests;
  return { requestsPerSecond: requests / elapsed, cpuUs };
}

/** The CPU time of a process and its children so far, in ms. Linux counts it in hundredths of a second. */
async function cpuMsOf({ child }: RunningService): Promise<number> {
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
