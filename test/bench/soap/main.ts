/**
 * `npm run bench:soap` measures the CPU time of a call with our SOAP client and with an unchanged node-soap. A server
 * in a process of its own gives both the same answers. After that, it measures the simulators' CPU time of a request.
 * Every round measures all of them in turn, so that other load on the machine affects all alike. Our client checks
 * every reply against the WSDL. node-soap checks nothing.
 *
 * Environment:
 * - `ROUNDS` (7).
 * - `CALLS` (2000): calls per round.
 * - `BEFORE`: the folder of another checkout. Its client and its simulators are then compared with ours, each in a
 *   process of its own. The added cost of ours is the median of the rounds, with the quartiles.
 */
import { join } from 'node:path';
import { createClientAsync } from 'soap';
import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../../adapters/patrons/soap.ts';
import { type CoreSystem, type CoreSystemId, coreSystems } from '../../../platform/systems.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import { addedCost } from '../measured/figures.ts';
import { cpuOfEach, type Round } from '../measured/paired.ts';
import { cardNumber, openOwnClient } from './own-client.ts';
import { type Process, start } from './processes.ts';

const rounds = Number(process.env.ROUNDS ?? 7);
const calls = Number(process.env.CALLS ?? 2000);
const { BEFORE: before } = process.env;
const root = join(import.meta.dirname, '../../..');
const sizes = [
  { name: 'small reply', loans: 0, goal: 0.2 },
  { name: '10 loans', loans: 10, goal: 0.2 },
  { name: '100 loans', loans: 100, goal: 0.22 },
] as const;
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

/** The number of calls per round. It is smaller for large replies, because they take longer. */
const callsOf = (loans: number): number => (loans > 10 ? Math.ceil(calls / 5) : calls);

async function make(call: () => Promise<unknown>, count: number): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      await call();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

/** This process's CPU time of one call (user and system), in µs. */
async function cpuOf(call: () => Promise<unknown>, count: number): Promise<number> {
  const start = process.cpuUsage();
  await make(call, count);
  const { user, system } = process.cpuUsage(start);
  return (user + system) / count;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

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

/** The CPU times of a call with our client and with node-soap. */
async function besideNodeSoap(url: string, loans: number): Promise<readonly number[]> {
  await using client = await openOwnClient(root, url, loans);
  const wsdl = join(root, 'adapters/circulation/circulation.wsdl');
  const nodeSoap = await createClientAsync(wsdl, { endpoint: `${url}/${loans}` });
  const byNodeSoap = async () => {
    const [reply] = (await nodeSoap.GetLoansAsync({ SID: 's', CardNo: [cardNumber] })) as [
      { Loan?: unknown[] },
    ];
    if ((reply.Loan ?? []).length !== loans) {
      throw new Error(`node-soap read another number of loans than ${loans}`);
    }
  };
  const count = callsOf(loans);
  const measure = async () => [await cpuOf(() => client.call(), count), await cpuOf(byNodeSoap, count)];
  return (await figuresOf(measure)).map(median);
}

/**
 * The CPU times of a call with our client and with the client of `checkout`. The two clients take turns, with eight
 * calls each.
 */
async function clientsBeside(checkout: string, url: string, loans: number) {
  const started = (folder: string) => start<string>('client.ts', folder, url, `${loans}`);
  using ours = await started(root);
  using theirs = await started(checkout);
  const requests = Math.ceil(callsOf(loans) / inFlight);
  const round: Round<Process<string>> = { requests, lanes: 1, ask: (client) => client.ask(inFlight) };
  return await figuresOf(async () => {
    const costs = await cpuOfEach([ours, theirs], round);
    return costs.map((cost) => cost / inFlight);
  });
}

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

const row = (...cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
const us = (value: number) => value.toFixed(0);

function title(text: string, ...columns: readonly string[]): void {
  process.stdout.write(`\n${text}\n\n`);
  row(...columns);
  row(...columns.map(() => '---'));
}

async function compareCheckouts(url: string, checkout: string): Promise<void> {
  const compared = (name: string, [ours = [], theirs = []]: readonly (readonly number[])[]) =>
    row(name, us(median(ours)), us(median(theirs)), addedCost(ours, theirs));
  title('CPU a call', 'reply', 'ours, µs', 'before, µs', 'ours costs more than before');
  for (const { name, loans } of sizes) {
    compared(name, await clientsBeside(checkout, url, loans));
  }
  title('CPU a small request, of the simulators', 'simulator', 'ours, µs', 'before, µs', 'ours costs more');
  for (const { name, costs } of await simulatorsOf([root, checkout])) {
    compared(name, costs);
  }
}

async function compareWithGoals(url: string): Promise<void> {
  title('CPU a call', 'reply', 'ours, µs', 'node-soap, µs', 'ratio', 'goal');
  for (const { name, loans, goal } of sizes) {
    const [ours = Number.NaN, theirs = Number.NaN] = await besideNodeSoap(url, loans);
    row(name, us(ours), us(theirs), (ours / theirs).toFixed(3), `at most ${goal}`);
  }
  title('CPU a small request, of the simulators', 'simulator', 'µs', 'goal');
  for (const { name, costs } of await simulatorsOf([root])) {
    row(name, us(median(costs[0] ?? [])), `at most ${simulatorGoal}`);
  }
}

process.stdout.write(`Medians of ${rounds} rounds, Node ${process.version}\n`);
using server = await start<number>('server.ts');
const url = `http://127.0.0.1:${server.greeting}`;
await (before === undefined ? compareWithGoals(url) : compareCheckouts(url, before));
