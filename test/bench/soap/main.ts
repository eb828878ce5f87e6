/**
 * `npm run bench:soap` measures the CPU time of a call with our adapters (with limits, breaker, bulkhead, checks and
 * translation) beside PHP's SoapClient, undici with saxes by hand, and an unchanged node-soap. A server in a process of
 * its own gives all of them the same answers. After that, it measures the simulators' CPU time of a request. Every round
 * measures all of them by turns, so that other load on the machine affects all alike. Our adapters check every reply
 * against the WSDL. The others check nothing. Without PHP (Debian's `php-cli`, `php-soap` and `php-xml`) its columns are left out.
 *
 * Environment:
 * - `ROUNDS` (7).
 * - `CALLS` (2000): calls per round, a tenth of them for long replies.
 * - `CASES`: only the cases whose names contain this text.
 * - `BEFORE`: the folder of another checkout. Its adapters and its simulators are then compared with ours, each in a
 *   process of its own. The added cost of ours is the median of the rounds, with the quartiles.
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../../adapters/patrons/soap.ts';
import { type CoreSystem, type CoreSystemId, coreSystems } from '../../../platform/systems.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import { whyNoPhp } from '../../peers/peer.ts';
import { addedCost, machineAndDay, quantile, ratiosOf, tableHead, tableRow } from '../measured/figures.ts';
import { cpuOfEach, type Round } from '../measured/paired.ts';
import { type Case, cardNumber, cases } from './cases.ts';
import { startPhp } from './php-client.ts';
import { type Process, start } from './processes.ts';

const rounds = Number(process.env.ROUNDS ?? 7);
const calls = Number(process.env.CALLS ?? 2000);
const { BEFORE: before, CASES: only = '' } = process.env;
const root = join(import.meta.dirname, '../../..');
/** The goal for a request of a simulator, in µs of CPU time. */
const simulatorGoal = 80;

/** The number of unmeasured rounds, in which V8 compiles. A gateway runs for days, so its code is compiled. */
const warmUp = 5;

/**
 * The number of concurrent calls, as in a gateway. With single calls, the machine would go idle and wake up between
 * calls, and the figures would include this.
 */
const inFlight = 8;

const signal = new AbortController().signal;
const chosen = cases.filter(({ name }) => name.includes(only));

const median = (values: readonly number[]): number => quantile(values, 0.5);

/** The figures of each subject in every round. `measure` measures one round of all subjects. */
async function figuresOf(measure: () => Promise<readonly number[]>): Promise<readonly (readonly number[])[]> {
  const figures: number[][] = [];
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const [subject, figure] of (await measure()).entries()) {
      figures[subject] ??= [];
      if (round >= warmUp) {
        figures[subject].push(figure);
      }
    }
  }
  return figures;
}

/**
 * The CPU times of a call with each client in every round. The clients take turns. A turn has enough calls, so that its
 * own message and the wake-up cost next to nothing.
 */
async function clientFigures(clients: readonly Process<unknown>[], { rows }: Case) {
  const isLong = rows > 100;
  const callsOfTurn = inFlight * (isLong ? 2 : 25);
  const requests = Math.ceil(calls / (isLong ? 10 : 1) / callsOfTurn);
  const round: Round<Process<unknown>> = { requests, lanes: 1, ask: (client) => client.ask(callsOfTurn) };
  return await figuresOf(async () => (await cpuOfEach(clients, round)).map((cost) => cost / callsOfTurn));
}

/** Starts a client of this folder, in a process of its own. */
const startClient = (client: string, folder: string, url: string, { name }: Case) =>
  start<unknown>('client.ts', client, folder, url, name, `${inFlight}`);

type Urls = Readonly<Record<CoreSystemId, string>>;
type Reads = Readonly<Record<CoreSystem['name'], () => Promise<unknown>>>;

/** A read of one row from each simulator. */
function readsOf({ prs, cms, circ }: Urls, resources: AsyncDisposableStack): Reads {
  const registry = resources.use(createPatronRegistry({ url: prs }));
  const cards = resources.use(createCardManagement({ url: cms, ...DEFAULT_CREDENTIALS.cms }));
  const circulation = resources.use(createCirculation({ url: circ, ...DEFAULT_CREDENTIALS.circ }));
  return {
    'patron registry': () => registry.findMany(['P0000001'], signal),
    'card management': () => cards.cardsByNumber([cardNumber], signal),
    circulation: () => circulation.itemsByNumber(['31852000000015'], signal),
  };
}

interface Simulators {
  readonly reads: Reads;
  cpu(): Promise<number>;
}

/** The CPU time of a request to each simulator of the given checkouts. The checkouts get each request in turns. */
async function simulatorsOf(checkouts: readonly string[]) {
  await using resources = new AsyncDisposableStack();
  const processes: Simulators[] = [];
  for (const checkout of checkouts) {
    const simulators = resources.use(await start<Urls>('simulators.ts', checkout));
    processes.push({ cpu: simulators.cpu, reads: readsOf(simulators.greeting, resources) });
  }
  const names = coreSystems.map(({ name }) => name);
  const figures = [];
  for (const name of names) {
    const round: Round<Simulators> = { requests: calls, lanes: inFlight, ask: ({ reads }) => reads[name]() };
    figures.push({ name, costs: await figuresOf(() => cpuOfEach(processes, round)) });
  }
  return figures;
}

const print = (text: string) => process.stdout.write(`${text}\n`);
const row = (...cells: readonly string[]) => print(tableRow(cells));
const us = (value: number | undefined) => (value === undefined ? '' : value.toFixed(0));
const title = (text: string, ...columns: readonly string[]) => print(`\n${text}\n\n${tableHead(columns)}`);

async function compareCheckouts(url: string, checkout: string): Promise<void> {
  const compared = (name: string, [ours = [], theirs = []]: readonly (readonly number[])[]) =>
    row(name, us(median(ours)), us(median(theirs)), addedCost(ours, theirs));
  title('CPU a call', 'reply', 'ours, µs', 'before, µs', 'ours costs more than before');
  for (const measured of chosen) {
    using ours = await startClient('own', root, url, measured);
    using theirs = await startClient('own', checkout, url, measured);
    compared(measured.name, await clientFigures([ours, theirs], measured));
  }
  title('CPU a small request, of the simulators', 'simulator', 'ours, µs', 'before, µs', 'ours costs more');
  for (const { name, costs } of await simulatorsOf([root, checkout])) {
    compared(name, costs);
  }
}

const hasPhp = whyNoPhp() === null;

/** Our adapter beside the other clients. node-soap reads only UTF-8. */
async function compareClients(url: string, measured: Case): Promise<void> {
  using processes = new DisposableStack();
  const open = async (client: string) => processes.use(await startClient(client, root, url, measured));
  const clients: Record<string, Process<unknown>> = { own: await open('own'), hand: await open('by hand') };
  if (hasPhp) {
    clients.php = processes.use(await startPhp(root, url, measured, inFlight));
  }
  if (measured.charset === 'utf-8') {
    clients.nodeSoap = await open('node-soap');
  }
  const figures = await clientFigures(Object.values(clients), measured);
  const of = Object.fromEntries(Object.keys(clients).map((name, index) => [name, figures[index] ?? []]));
  const ratio = (other: readonly number[] | undefined) =>
    other === undefined ? '' : median(ratiosOf(of.own ?? [], other)).toFixed(2);
  const medianOf = (name: string) => us(of[name] === undefined ? undefined : median(of[name]));
  row(
    measured.name,
    medianOf('own'),
    medianOf('php'),
    medianOf('hand'),
    medianOf('nodeSoap'),
    ratio(of.php),
    measured.goal === null ? '' : `at most ${measured.goal}`,
    ratio(of.hand),
    ratio(of.nodeSoap),
  );
}

async function compareWithGoals(url: string): Promise<void> {
  title(
    'CPU a call',
    'reply',
    'ours, µs',
    'PHP, µs',
    'by hand, µs',
    'node-soap, µs',
    'ours to PHP',
    'goal',
    'to by hand',
    'to node-soap',
  );
  for (const measured of chosen) {
    await compareClients(url, measured);
  }
  title('CPU a small request, of the simulators', 'simulator', 'µs', 'goal');
  for (const { name, costs } of await simulatorsOf([root])) {
    row(name, us(median(costs[0] ?? [])), `at most ${simulatorGoal}`);
  }
}

const loadNow = () => loadavg()[0]?.toFixed(1);
print(`Medians of ${rounds} rounds, ${machineAndDay()}, load ${loadNow()} at the beginning`);
using server = await start<number>('server.ts');
const url = `http://127.0.0.1:${server.greeting}`;
await (before === undefined ? compareWithGoals(url) : compareCheckouts(url, before));
print(`\nLoad ${loadNow()} at the end`);
