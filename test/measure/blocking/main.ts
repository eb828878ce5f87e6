/**
 * `npm run measure:blocking` measures how long one request can block the event loop, and how long a second client waits
 * meanwhile. Bodies, documents and answers are random, within the gateway's default limits.
 *
 * Then it reloads a large supergraph under load.
 *
 * Environment: `SEED`, `ATTACKS` (12) of each family, `FAMILIES` (a pattern for the names of families and for `reload`),
 * `RELOADS` (3). The exit code is 1 if a request blocked the loop longer than allowed, or if a client waited longer
 * because of a reload.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { composeServices, compositionHasErrors } from '@theguild/federation-composition';
import { parse } from 'graphql';
import { request } from 'undici';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { defaultLimits } from '../../../gateway/limits.ts';
import { startSimulators } from '../../../simulators/index.ts';
import { wideInterface } from '../../bench/planner/wide-interface.ts';
import { randomFrom, seed } from '../../support/random.ts';
import { legacyEnv } from '../../support/services/environment.ts';
import type { Attack, Family } from './attack.ts';
import { documentFamilies } from './documents.ts';
import { type MeasuredProcess, startMeasured } from './measured-process.ts';
import { planningFamilies } from './planning.ts';
import { measureReloads, type Reload } from './reload.ts';
import { type SecondClient, startSecondClient } from './second-client.ts';
import { soapFamilies } from './soap-answers.ts';
import { otherSdl, subgraphFamilies } from './subgraph-answers.ts';
import { startTamperingProxy, type TamperingProxy } from './tampering-proxy.ts';

/** The longest time that a request may block the loop, in ms of CPU time. */
const allowedMs = 50;
const attacks = Number(process.env.ATTACKS ?? 12);
const reloadCount = Number(process.env.RELOADS ?? 3);
const wanted = new RegExp(process.env.FAMILIES ?? '');
/**
 * The number of unmeasured attacks of each family. They make V8 compile the code, because code is slower before it is
 * compiled.
 */
const warmUp = 3;
/** The time after the answer in which the second client may still be affected, in ms. */
const settleMs = 30;

const say = (line: string) => process.stdout.write(`${line}\n`);

interface Target extends AsyncDisposable {
  readonly gateway: MeasuredProcess;
  readonly second: SecondClient;
  readonly headers: Readonly<Record<string, string>>;
  /** Sets the answers that the gateway will get. */
  prepare(attack: Attack): void;
}

/** Starts the whole system in one process, with simulators whose answers can be replaced. */
async function startOwn(): Promise<Target> {
  await using resources = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const legacy = resources.use(await startSimulators());
  const proxy: TamperingProxy = resources.use(await startTamperingProxy(legacy.circ.url));
  const gateway = resources.use(
    await startMeasured('embedded/main.ts', [], {
      DATA_DIR: dataDir,
      RATES: 'off',
      PUBLIC_MAX_AGE_SECONDS: '0',
      ALLOW_DEVELOPMENT_ISSUER: '1',
      ...legacyEnv({ ...legacy, circ: proxy }),
      // The circuit breaker stays closed. If it were open, the answers would not reach the gateway.
      LEGACY_LIMITS: 'breakerThreshold=10000',
    }),
  );
  const issuer = await openDevelopmentIssuer(dataDir);
  const token = await issuer.sign(
    { subject: 'P0000001', patronId: 'P0000001', scope: 'patrons:read credentials:read circulation:read' },
    3600,
  );
  const second = resources.use(startSecondClient(gateway.url));
  const running = resources.move();
  return {
    gateway,
    second,
    headers: { authorization: `Bearer ${token}` },
    prepare({ soap }) {
      proxy.twist = soap === undefined ? null : { operation: 'FindItems', make: soap };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Starts the gateway alone, with subgraphs at one address, whose answers are set by the attack. */
async function startOther(supergraphAt: (url: string) => string): Promise<Target> {
  await using resources = new AsyncDisposableStack();
  let answer = '{"data":null}';
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => response.setHeader('content-type', 'application/json').end(answer));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  resources.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/graphql`;
  const directory = await mkdtemp(join(tmpdir(), 'patron-graph-supergraph-'));
  resources.defer(() => rm(directory, { recursive: true }));
  const file = join(directory, 'supergraph.graphql');
  await writeFile(file, supergraphAt(url));
  const gateway = resources.use(
    await startMeasured('gateway/main.ts', ['--supergraph', file, '--port', '0'], {}),
  );
  const second = resources.use(startSecondClient(gateway.url));
  const running = resources.move();
  return {
    gateway,
    second,
    headers: {},
    prepare({ subgraph = '{"data":null}' }) {
      answer = subgraph;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function otherSupergraph(url: string): string {
  const composed = composeServices([{ name: 'other', url, typeDefs: parse(otherSdl) }]);
  if (compositionHasErrors(composed)) {
    throw new Error(composed.errors.map(({ message }) => message).join('\n'));
  }
  return composed.supergraphSdl;
}

interface Worst {
  cpuMs: number;
  clockMs: number;
  secondMs: number;
  /** The code of the first error in the last answer; `answered` if there is no error. */
  told: string;
}

const codeIn = (answer: string): string => /"code":"(\w+)"/.exec(answer)?.[1] ?? 'answered';

async function measure({ make }: Family, target: Target, random: () => number): Promise<Worst> {
  const { gateway, second, headers } = target;
  const worst: Worst = { cpuMs: 0, clockMs: 0, secondMs: 0, told: '' };
  for (let index = -warmUp; index < attacks; index += 1) {
    const attack = make(random);
    target.prepare(attack);
    await gateway.reset();
    second.reset();
    const { body } = await request(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: attack.body,
    });
    worst.told = codeIn(await body.text());
    await sleep(settleMs);
    const { cpuMs, clockMs } = await gateway.worst();
    const secondMs = await second.worstMs();
    if (index >= 0) {
      worst.cpuMs = Math.max(worst.cpuMs, cpuMs);
      worst.clockMs = Math.max(worst.clockMs, clockMs);
      worst.secondMs = Math.max(worst.secondMs, secondMs);
    }
  }
  return worst;
}

const columns = (name: string, { cpuMs, clockMs, secondMs, told }: Worst): string =>
  `${name.padEnd(48)}${[cpuMs, clockMs, secondMs].map((ms) => ms.toFixed(1).padStart(12)).join('')}  ${told}`;

say(`SEED=${seed}, ${attacks} attacks of each family; Node ${process.version}`);
say(`${'worst of each family, in ms'.padEnd(48)}     loop, CPU loop, clock   2nd client`);
let worst: Worst & { name: string } = { name: '', cpuMs: 0, clockMs: 0, secondMs: 0, told: '' };
const targets = [
  [startOwn, [...documentFamilies, ...soapFamilies]],
  [() => startOther(otherSupergraph), subgraphFamilies(defaultLimits.maxSubgraphBytes)],
  [() => startOther((url) => wideInterface({ types: 3000, subgraphs: 50, url })), planningFamilies],
] as const;
for (const [start, families] of targets) {
  await using target = await start();
  for (const family of families.filter(({ name }) => wanted.test(name))) {
    const found = await measure(family, target, randomFrom(seed));
    say(columns(family.name, found));
    if (found.cpuMs > worst.cpuMs) {
      worst = { name: family.name, ...found };
    }
  }
}
say(columns(`worst of all: ${worst.name}`, worst));
process.exitCode = worst.cpuMs <= allowedMs ? 0 : 1;
if (wanted.test('reload')) {
  const row = ({ secondMs, clientMs, startMs, megabytes }: Reload) =>
    `${[secondMs, clientMs, startMs].map((ms) => ms.toFixed(0).padStart(12)).join('')}  ${megabytes.map((each) => each.toFixed(0)).join(' / ')}`;
  say('reload: 2nd client, client, CPU of the start, in ms; MB before / during / after');
  const { calm, startMs, reloads, answered, failures } = await measureReloads(reloadCount, (reload) =>
    say(row(reload)),
  );
  say(
    `${answered} answers; without a reload ${calm.secondMs.toFixed(0)} and ${calm.clientMs.toFixed(0)} ms; the first start ${startMs} ms`,
  );
  say([...failures].join('\n'));
  const isLate = reloads.some(({ secondMs }) => secondMs > allowedMs);
  process.exitCode = isLate || failures.size > 0 ? 1 : process.exitCode;
}
