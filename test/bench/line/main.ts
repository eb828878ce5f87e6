/**
 * `npm run bench:line` measures the CPU time of a request from HTTP to the legacy systems and back: the main query of a
 * reader, a page of twenty patrons, a check-out and a check-in. Ours runs in one process with SQLite, and in four with
 * PostgreSQL. Beside it are one program that is written by hand, the SOAP calls alone, and, for the two reads, what a team
 * would write otherwise: Apollo Server's subgraphs with node-soap behind Apollo Gateway. Simulators run in processes of
 * their own. Everything is on: signatures, the log of each request, metrics, rates, admission. The answers are compared
 * first. The first run installs the Apollo programs, only in `peers/`.
 *
 * All get each request in turns, so that other load on the machine affects all alike. Each request is about another
 * patron, and one in ten has a new token. The CPU time is that of whole processes. The second after the last answer belongs
 * to the round, and what the processes use in a rest of equal length is subtracted. The figures are medians.
 *
 * Environment:
 * - `ROUNDS` (9): rounds of each act.
 * - `REQUESTS` (200): requests to each program in a round, a multiple of 10.
 * - `ACTS`: names of acts, separated by commas. A check-out and a check-in are always measured together.
 * - `APOLLO` (on): `off` leaves the Apollo programs out.
 * - `TWO_WORKERS` (off): `on` also measures ours in two workers with PostgreSQL, for docs/sizing.md.
 */
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { startSimulatorProcess } from '../lending/simulators/start.ts';
import { machineAndDay } from '../measured/figures.ts';
import { installPeers } from '../measured/install-peers.ts';
import { type ActName, actNames, acts, pageLength, reads } from './acts.ts';
import { type Costs, costsOfRound, reportOf } from './costs.ts';
import {
  apollo,
  bare,
  type Deployment,
  type DeploymentOptions,
  randomSecret,
  startApollo,
  startBare,
  startByHand,
  startFourProcesses,
  startOneProcess,
  startTwoWorkers,
  untilIndexIsWhole,
} from './deployments.ts';
import { lineSeed, readerAt } from './seed.ts';
import { Tokens } from './tokens.ts';

const rounds = Number(process.env.ROUNDS ?? 9);
const requests = Number(process.env.REQUESTS ?? 200);
const wanted: readonly string[] = process.env.ACTS?.split(',') ?? actNames;
/** Acts that are measured by turns. What is lent has to be taken back. */
const turns = ([['main query'], ['page of twenty'], ['check-out', 'check-in']] as const).filter((turn) =>
  turn.some((name) => wanted.includes(name)),
);
const hasApollo = process.env.APOLLO !== 'off' && reads.some((name) => wanted.includes(name));
const hasWorkers = process.env.TWO_WORKERS === 'on';
/** The number of unmeasured rounds, in which V8 compiles. */
const warmUp = 5;
/** The number of concurrent requests to each program. */
const lanes = 8;
/** The number of acts for which the SOAP calls alone are asked with one request. */
const bareCount = 10;
/** The number of requests of each act whose answers are compared. */
const compared = 10;

if (requests % bareCount !== 0) {
  throw new Error(`REQUESTS is ${requests}, and must be a multiple of ${bareCount}`);
}

await using resources = new AsyncDisposableStack();
const tokens = resources.use(await Tokens.open());
const readers = Array.from({ length: requests }, (_, position) => readerAt(position));
let references = 0;

async function startAll(): Promise<readonly Deployment[]> {
  const { path: logs } = resources.use(await openTemporaryFolder());
  const seedFile = join(logs, 'seed.json');
  // A page begins at each reader, and has twenty patrons also after the last.
  await writeFile(seedFile, JSON.stringify(lineSeed(requests + pageLength, new Date())));
  // Production refuses the simulators' default passwords, because they are easy to guess.
  const passwords = { CMS_PASSWORD: randomSecret(), CIRC_PASSWORD: randomSecret() };
  const options: DeploymentOptions = {
    tokens: tokens.variables,
    passwords,
    startSimulators: () => startSimulatorProcess(resources, { LATENCY_MS: '0', ...passwords }, seedFile),
    resources,
    logs,
  };
  const ours = [
    await startOneProcess(options),
    ...(hasWorkers ? [await startTwoWorkers(options)] : []),
    await startFourProcesses(options),
  ];
  const [token = ''] = await tokens.ofRound(acts['check-in'], readers.slice(0, 1));
  await Promise.all(ours.map((deployment) => untilIndexIsWhole(deployment, token)));
  const others = [await startByHand(options), await startBare(options)];
  return hasApollo ? [...ours, ...others, await startApollo(options)] : [...ours, ...others];
}

/** Sends the request of an act about the reader at a position. Resolves to the answer. */
function ask({ front }: Deployment, name: ActName, position: number, token: string): Promise<string> {
  const reader = readers[position];
  if (reader === undefined) {
    throw new RangeError(`there is no reader ${position}`);
  }
  references += 1;
  const { document, variables } = acts[name];
  const headers = { authorization: `Bearer ${token}` };
  return front.ask(document, variables(reader, position, `line ${references}`), headers);
}

/** @throws Error if two programs answer differently, or if an answer has errors */
async function compareAnswers(name: ActName, deployments: readonly Deployment[]): Promise<void> {
  const tokensOfRound = await tokens.ofRound(acts[name], readers);
  for (let position = 0; position < requests; position += requests / compared) {
    let first: unknown = null;
    for (const deployment of deployments.filter((one) => one.name !== bare)) {
      const text = await ask(deployment, name, position, tokensOfRound[position] ?? '');
      const answer: unknown = JSON.parse(text);
      first ??= answer;
      if (text.includes('"errors"') || !isDeepStrictEqual(answer, first)) {
        throw new Error(`${deployment.name}, ${name}: ${text}\ninstead of ${JSON.stringify(first)}`);
      }
    }
  }
}

/**
 * Measures one round of an act. Null if a read was not answered in whole: on a machine that is busy with other work, calls
 * time out.
 * @throws Error if a change was not made
 */
async function measure(name: ActName, deployments: readonly Deployment[]): Promise<Costs | null> {
  const tokensOfRound = await tokens.ofRound(acts[name], readers);
  let failures = 0;
  const costs = await costsOfRound(deployments, {
    requests,
    lanes,
    async ask(deployment, _lane, left) {
      if (deployment.name !== bare) {
        const answer = await ask(deployment, name, left, tokensOfRound[left] ?? '');
        if (answer.includes('"errors"') || answer.includes('"reason"') || answer.includes('"UNSETTLED"')) {
          const failure = `${deployment.name}, ${name}: ${answer}`;
          if (!reads.includes(name)) {
            throw new Error(failure);
          }
          failures += 1;
          process.stderr.write(`a round is left out: ${failure.slice(0, 1000)}\n`);
        }
      } else if (left % bareCount === 0) {
        await deployment.front.ask(name, { from: left, count: bareCount });
      }
    },
  });
  return failures === 0 ? costs : null;
}

/** The programs that answer an act. */
const answering = (name: ActName, deployments: readonly Deployment[]): readonly Deployment[] =>
  deployments.filter((deployment) => deployment.name !== apollo || reads.includes(name));

if (hasApollo) {
  installPeers(join(import.meta.dirname, 'peers'));
}
const deployments = await startAll();
const loadNow = () => loadavg()[0]?.toFixed(1);
const loadBefore = loadNow();
const measured = new Map<ActName, Costs[]>();
for (const turn of turns) {
  for (const name of turn) {
    await compareAnswers(name, answering(name, deployments));
    measured.set(name, []);
  }
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const name of turn) {
      const costs = await measure(name, answering(name, deployments));
      if (round >= 0 && costs !== null) {
        measured.get(name)?.push(costs);
      }
    }
  }
}
process.stdout.write(
  `Medians of ${rounds} rounds of ${requests}, in brackets the quartiles. ${machineAndDay()}, load ${loadBefore} at the beginning and ${loadNow()} at the end\n\n${reportOf(deployments, measured)}\n`,
);
