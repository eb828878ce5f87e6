/**
 * `npm run bench:soap`: what a call costs its client in CPU time, ours beside node-soap as it comes, on the same answers
 * from a server in a process of its own. Every round measures both, one after the other, so that what the machine does
 * besides falls on both. Ours checks every reply against the WSDL; node-soap checks nothing.
 *
 * `ROUNDS` (7) and `CALLS` a round (1500) are taken from the environment.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createClientAsync } from 'soap';
import type * as circ from '../../adapters/circulation/contract.generated.ts';
import { createSoapClient } from '../../adapters/soap/client.ts';

const rounds = Number(process.env.ROUNDS ?? 7);
const calls = Number(process.env.CALLS ?? 1500);
const wsdl = new URL('../../adapters/circulation/circulation.wsdl', import.meta.url);
const sizes = [
  { name: 'small reply', loans: 0, goal: 0.2 },
  { name: '10 loans', loans: 10, goal: 0.2 },
  { name: '100 loans', loans: 100, goal: 0.22 },
] as const;

/** Calls under way at once, as a gateway has them: one after the other would measure how the machine falls asleep and wakes. */
const inFlight = 8;

/** Microseconds of CPU, user and system, for one call. */
async function cpuOf(call: () => Promise<unknown>, count: number): Promise<number> {
  const before = process.cpuUsage();
  let left = count;
  const lane = async () => {
    while (left-- > 0) {
      await call();
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / count;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function measure(url: string, loans: number): Promise<{ ours: number; theirs: number }> {
  const address = `${url}/${loans}`;
  await using client = await createSoapClient<circ.Operations>({
    system: 'circulation',
    wsdl,
    url: address,
    reads: ['GetLoans'],
    reasonOf: () => null,
  });
  const signal = new AbortController().signal;
  const ours = async () => {
    const { Loan } = await client.call('GetLoans', { SID: 's', CardNo: ['21852000000017'] }, signal);
    if (Loan.length !== loans) {
      throw new Error(`ours read ${Loan.length} loans of ${loans}`);
    }
  };
  const nodeSoap = await createClientAsync(wsdl.pathname, { endpoint: address });
  const theirs = async () => {
    const [reply] = (await nodeSoap.GetLoansAsync({ SID: 's', CardNo: ['21852000000017'] })) as [
      { Loan?: unknown[] },
    ];
    if ((reply.Loan ?? []).length !== loans) {
      throw new Error(`node-soap read another number of loans than ${loans}`);
    }
  };
  const count = loans > 10 ? Math.ceil(calls / 5) : calls;
  await cpuOf(ours, count);
  await cpuOf(theirs, count);
  const figures = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    figures.ours.push(await cpuOf(ours, count));
    figures.theirs.push(await cpuOf(theirs, count));
  }
  return { ours: median(figures.ours), theirs: median(figures.theirs) };
}

async function startServer(): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(new URL('soap-server.ts', import.meta.url));
  const [port] = (await once(child, 'message')) as [number];
  return { child, url: `http://127.0.0.1:${port}` };
}

const server = await startServer();
try {
  process.stdout.write(`CPU a call, median of ${rounds} rounds, Node ${process.version}\n\n`);
  process.stdout.write('| reply | ours, µs | node-soap, µs | ratio | goal |\n|---|---|---|---|---|\n');
  for (const { name, loans, goal } of sizes) {
    const { ours, theirs } = await measure(server.url, loans);
    const row = [name, ours.toFixed(0), theirs.toFixed(0), (ours / theirs).toFixed(3), `at most ${goal}`];
    process.stdout.write(`| ${row.join(' | ')} |\n`);
  }
} finally {
  server.child.kill();
}
