/**
 * `npm run bench:soap`: the client's CPU time for a call, with our client and with node-soap unchanged, on the same answers
 * from a server in a process of its own. Then the simulators' CPU time for a request. Every round measures all in turn, so
 * that other load on the machine affects all of them alike. Our client checks every reply against the WSDL; node-soap checks
 * nothing.
 *
 * Environment: `ROUNDS` (7), `CALLS` (a round, 2000).
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createClientAsync } from 'soap';
import * as circ from '../../adapters/circulation/contract.generated.ts';
import { createCirculation } from '../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../adapters/patrons/soap.ts';
import { createSoapClient } from '../../adapters/soap/client.ts';
import { DEFAULT_CREDENTIALS } from '../../simulators/index.ts';

const rounds = Number(process.env.ROUNDS ?? 7);
const calls = Number(process.env.CALLS ?? 2000);
const wsdl = new URL('../../adapters/circulation/circulation.wsdl', import.meta.url);
const sizes = [
  { name: 'small reply', loans: 0, goal: 0.2 },
  { name: '10 loans', loans: 10, goal: 0.2 },
  { name: '100 loans', loans: 100, goal: 0.22 },
] as const;
/** Microseconds per request. */
const standInGoal = 80;

/** Unmeasured rounds, in which V8 compiles: a gateway runs for days. */
const warmUp = 5;

/** Concurrent calls, as in a gateway. One after another would measure how the machine goes idle and wakes up. */
const inFlight = 8;

const signal = new AbortController().signal;
const cardNumber = '21852000000017';

async function make(call: () => Promise<unknown>, count: number): Promise<void> {
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      await call();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

/** This process's CPU time for one call, user and system, in µs. */
async function cpuOf(call: () => Promise<unknown>, count: number): Promise<number> {
  const before = process.cpuUsage();
  await make(call, count);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The median of each case over all rounds; `measure` measures one round. */
async function medians<Name extends string>(
  subjects: Readonly<Record<Name, () => Promise<number>>>,
): Promise<Record<Name, number>> {
  const names = Object.keys(subjects) as Name[];
  const figures = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < warmUp + rounds; round += 1) {
    for (const name of names) {
      const figure = await subjects[name]();
      if (round >= warmUp) {
        figures.get(name)?.push(figure);
      }
    }
  }
  return Object.fromEntries([...figures].map(([name, values]) => [name, median(values)])) as Record<
    Name,
    number
  >;
}

async function compare(url: string, loans: number): Promise<{ ours: number; theirs: number }> {
  const address = `${url}/${loans}`;
  await using client = createSoapClient<circ.Operations>({
    system: 'circulation',
    contract: circ.contract,
    url: address,
    reads: ['GetLoans'],
    reasonOf: () => null,
  });
  const ours = async () => {
    const { Loan } = await client.call('GetLoans', { SID: 's', CardNo: [cardNumber] }, signal);
    if (Loan.length !== loans) {
      throw new Error(`ours read ${Loan.length} loans of ${loans}`);
    }
  };
  const nodeSoap = await createClientAsync(wsdl.pathname, { endpoint: address });
  const theirs = async () => {
    const [reply] = (await nodeSoap.GetLoansAsync({ SID: 's', CardNo: [cardNumber] })) as [
      { Loan?: unknown[] },
    ];
    if ((reply.Loan ?? []).length !== loans) {
      throw new Error(`node-soap read another number of loans than ${loans}`);
    }
  };
  const count = loans > 10 ? Math.ceil(calls / 5) : calls;
  return await medians({ ours: () => cpuOf(ours, count), theirs: () => cpuOf(theirs, count) });
}

interface Process<Greeting> extends Disposable {
  readonly greeting: Greeting;
  /** Its CPU time so far, in µs. */
  cpu(): Promise<number>;
}

async function start<Greeting>(file: URL): Promise<Process<Greeting>> {
  const child = fork(file);
  const [greeting] = (await once(child, 'message')) as [Greeting];
  return {
    greeting,
    async cpu() {
      child.send('cpu');
      const [spent] = (await once(child, 'message')) as [number];
      return spent;
    },
    [Symbol.dispose]: () => {
      child.kill();
    },
  };
}

/** Each simulator's CPU time for a read of one row. */
async function simulators() {
  using process = await start<{ prs: string; cms: string; circ: string }>(
    new URL('./soap-simulators.ts', import.meta.url),
  );
  const { prs, cms, circ } = process.greeting;
  await using registry = createPatronRegistry({ url: prs });
  await using cards = createCardManagement({ url: cms, ...DEFAULT_CREDENTIALS.cms });
  await using circulation = createCirculation({ url: circ, ...DEFAULT_CREDENTIALS.circ });
  const cpuThere = (call: () => Promise<unknown>) => async () => {
    const before = await process.cpu();
    await make(call, calls);
    return ((await process.cpu()) - before) / calls;
  };
  return await medians({
    'patron registry': cpuThere(() => registry.findMany(['P0000001'], signal)),
    'card management': cpuThere(() => cards.cardsByNumber([cardNumber], signal)),
    circulation: cpuThere(() => circulation.itemsByNumber(['31852000000015'], signal)),
  });
}

const row = (...cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);

process.stdout.write(`CPU a call, median of ${rounds} rounds, Node ${process.version}\n\n`);
row('reply', 'ours, µs', 'node-soap, µs', 'ratio', 'goal');
row('---', '---', '---', '---', '---');
{
  using server = await start<number>(new URL('./soap-server.ts', import.meta.url));
  for (const { name, loans, goal } of sizes) {
    const { ours, theirs } = await compare(`http://127.0.0.1:${server.greeting}`, loans);
    row(name, ours.toFixed(0), theirs.toFixed(0), (ours / theirs).toFixed(3), `at most ${goal}`);
  }
}
process.stdout.write('\nCPU a small request, of the simulators\n\n');
row('simulator', 'µs', 'goal');
row('---', '---', '---');
for (const [name, spent] of Object.entries(await simulators())) {
  row(name, spent.toFixed(0), `at most ${standInGoal}`);
}
