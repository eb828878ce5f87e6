/**
 * `npm run measure:library` measures the simulators with a large made-up library and with `seed.json`: the time until
 * they answer, their memory, and the times of calls. The calls go through the adapters, so that the times include
 * decoding.
 *
 * Environment: `LIBRARY` (large), a value of `--library`; `CALLS` (30), the number of calls whose median is printed.
 */
import { readFile } from 'node:fs/promises';
import { anyApplication, anyPatron, openPorts, type Ports } from '../../support/ports.ts';
import { run } from '../../support/processes.ts';

const library = process.env.LIBRARY ?? 'large';
const calls = Number(process.env.CALLS ?? 30);
const { signal } = new AbortController();
const limits = { deadlineMs: 5000 };

/** One call of each kind that pages need. Both libraries have records with the keys in these calls. */
const measured: Readonly<Record<string, (ports: Ports) => Promise<unknown>>> = {
  'a page of 100 patrons': ({ patrons }) => patrons.search(anyPatron, { first: 100, after: null }, signal),
  'patrons by part of a name': ({ patrons }) =>
    patrons.search({ ...anyPatron, name: 'chan, tai' }, { first: 100, after: null }, signal),
  'cards of 25 patrons': ({ cards }) => cards.cardsByPatron(patronIds(25), signal),
  'a page of applications': ({ cards }) =>
    cards.listApplications(anyApplication, { first: 100, after: null }, signal),
  'a page of loss reports': ({ cards }) => cards.listLossReports({ first: 100, after: null }, signal),
  'loans on 10 cards': ({ circulation }) => circulation.loansByCard(seedCards, signal),
  'holds on 10 cards': ({ circulation }) => circulation.holdsByCard(seedCards, signal),
  'copies by part of a title': ({ circulation }) => circulation.findItems('river', 50, signal),
  'a page of events': ({ circulation }) => circulation.eventsAfter('0', 500, signal),
};

const patronIds = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `P${String(index + 1).padStart(7, '0')}`);
const seedCards = (
  JSON.parse(await readFile(new URL('../../../simulators/seed.json', import.meta.url), 'utf8')) as {
    cards: { cardNo: string }[];
  }
).cards
  .slice(0, 10)
  .map(({ cardNo }) => cardNo);

interface Figures {
  readonly startMs: number;
  readonly residentMB: number;
  /** The median time of each kind of call, in ms. */
  readonly callMs: ReadonlyMap<string, number>;
}

async function measure(args: readonly string[]): Promise<Figures> {
  const started = performance.now();
  // The compile cache is disabled, because operators start the simulators without one.
  const env = { PORT: '0', NODE_DISABLE_COMPILE_CACHE: '1' };
  await using simulators = run('simulators/main.ts', env, args);
  const [, prs = '', cms = '', circ = ''] = await simulators.says(/PRS +(\S+)\nCMS +(\S+)\nCIRC +(\S+)\n/);
  const startMs = performance.now() - started;
  await using adapters = await openPorts(
    { prs: { url: prs }, cms: { url: cms }, circ: { url: circ } },
    limits,
  );
  const callMs = new Map<string, number>();
  for (const [kind, call] of Object.entries(measured)) {
    await call(adapters);
    const times: number[] = [];
    for (let index = 0; index < calls; index += 1) {
      const before = performance.now();
      await call(adapters);
      times.push(performance.now() - before);
    }
    callMs.set(kind, times.sort((a, b) => a - b)[Math.floor(calls / 2)] ?? Number.NaN);
  }
  const status = await readFile(`/proc/${simulators.child.pid}/status`, 'utf8');
  return { startMs, residentMB: Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024, callMs };
}

const [seed, made] = [await measure([]), await measure(['--library', library])];
const row = (...cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
row('', 'seed.json', `--library ${library}`);
row('---', '---', '---');
row('until they answer, ms', seed.startMs.toFixed(0), made.startMs.toFixed(0));
row('resident memory, MB', seed.residentMB.toFixed(0), made.residentMB.toFixed(0));
for (const kind of Object.keys(measured)) {
  row(`${kind}, ms`, (seed.callMs.get(kind) ?? 0).toFixed(1), (made.callMs.get(kind) ?? 0).toFixed(1));
}
