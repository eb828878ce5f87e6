/**
 * `npm run measure:questions` measures the cost of a page of each question about the whole library, in SOAP calls and
 * time. It uses `seed.json` and a large made-up library. It asks `npm start` when the index is whole. The figures come
 * from the explanation in each answer. The time until the index was whole is printed, too.
 *
 * Environment:
 * - `LIBRARY` (large): a value of `--library`.
 * - `TIMES` (10): how often each question is asked. The median is printed.
 * - `KEEP`: a folder for the large library's data, which is not removed (`openDataDir`).
 */
import { setTimeout } from 'node:timers/promises';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { freePorts, run } from '../../support/processes.ts';
import { type DataDir, openDataDir, openTemporaryDataDir } from '../data-dir.ts';

const library = process.env.LIBRARY ?? 'large';
const times = Number(process.env.TIMES ?? 10);

const loan = 'edges { node { id dueOn item { itemNumber title branch } credential { libraryCardNumber } } }';
const hold = 'edges { node { id title readyUntil } }';
const questions: Readonly<Record<string, string>> = {
  'overdue loans, 20': `{ loans(filter: { overdue: true }, first: 20) { asOf ${loan} } }`,
  'loans of a branch, latest due first, 20': `{ loans(filter: { branch: "HKCL" }, orderBy: LATEST_DUE_FIRST, first: 20) { ${loan} } }`,
  'holds to fetch at a branch, 20': `{ holdShelf(filter: { branch: "HKCL", state: TO_FETCH }, first: 20) { asOf ${hold} } }`,
  'holds that are ready at a branch, 20': `{ holdShelf(filter: { branch: "HKCL" }, first: 20) { ${hold} } }`,
  'figures of all branches': '{ branches { code loansOut overdue holdsReady holdsQueued asOf } }',
  'lending of thirty days': '{ lendingDays { day lent returned } }',
  'a copy, who has it and who waits':
    '{ item(itemNumber: "31852000000015") { title loan { dueOn } holds { id } } }',
  'titles with their queues': '{ titles(search: "sea", first: 5) { edges { node { title queueLength } } } }',
  'latest applications, 10':
    '{ applications(orderBy: NEWEST_FIRST, first: 10) { totalCount edges { node { id submittedAt } } } }',
  'latest loss reports, 10':
    '{ lossReports(orderBy: NEWEST_FIRST, first: 10) { edges { node { id reportedAt } } } }',
};
const scope = 'patrons:read identity:read credentials:read applications:decide circulation:read';
/** The longest time until an index is whole, in ms. */
const indexTimeoutMs = 3_600_000;

interface Explanation {
  readonly timesMs: { readonly total: number };
  readonly fetches: readonly {
    readonly soapCalls: readonly { readonly operation: string; readonly calls: number }[];
  }[];
}

interface Answer {
  readonly data: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly { readonly extensions: { readonly code: string } }[];
  readonly extensions: { readonly explain: Explanation };
}

interface Figures {
  readonly indexSeconds: number;
  /** The SOAP calls and the time of a page, by question. */
  readonly pages: ReadonlyMap<string, { readonly calls: string; readonly ms: number }>;
}

async function measure(args: readonly string[], dataDir: DataDir): Promise<Figures> {
  await using folder = dataDir;
  const env = {
    ...freePorts,
    DATA_DIR: folder.path,
    LOG_LEVEL: 'error',
    RATES: 'off',
    PUBLIC_MAX_AGE_SECONDS: '0',
  };
  await using graph = run('embedded/main.ts', env, args);
  const [, url = ''] = await graph.says(/GraphQL\s+(http:\S+)/);
  const issuer = await openDevelopmentIssuer(folder.path);
  const ask = async (query: string): Promise<Answer> => {
    const token = await issuer.sign({ subject: 'staff-1', scope }, 300);
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
        'patron-graph-explain': '1',
      },
      body: JSON.stringify({ query }),
    });
    return (await response.json()) as Answer;
  };
  const startedAt = performance.now();
  while ((await failuresOf(ask)).length > 0) {
    if (performance.now() - startedAt > indexTimeoutMs) {
      throw new Error(`the index is not whole: ${await failuresOf(ask)}`);
    }
    await setTimeout(500);
  }
  const indexSeconds = (performance.now() - startedAt) / 1000;
  const pages = new Map<string, { calls: string; ms: number }>();
  for (const [name, query] of Object.entries(questions)) {
    pages.set(name, await costOf(() => ask(query)));
  }
  return { indexSeconds, pages };
}

/** The error codes of the answers to all questions. There are errors while the index is not whole. */
async function failuresOf(ask: (query: string) => Promise<Answer>): Promise<readonly string[]> {
  const answers = await Promise.all(Object.values(questions).map(ask));
  return answers.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions.code));
}

async function costOf(ask: () => Promise<Answer>): Promise<{ calls: string; ms: number }> {
  const measured: { calls: string; ms: number }[] = [];
  for (let time = 0; time < times; time += 1) {
    const { explain } = (await ask()).extensions;
    const calls = explain.fetches.flatMap(({ soapCalls }) =>
      soapCalls.map(({ operation, calls }) => `${calls} ${operation}`),
    );
    measured.push({ calls: calls.sort().join(', ') || 'none', ms: explain.timesMs.total });
  }
  const sorted = measured.sort((a, b) => a.ms - b.ms);
  return sorted[Math.floor(times / 2)] ?? { calls: '', ms: Number.NaN };
}

const seed = await measure([], await openTemporaryDataDir());
const made = await measure(['--library', library], await openDataDir());
const row = (...cells: readonly string[]) => process.stdout.write(`| ${cells.join(' | ')} |\n`);
row('', 'seed.json: SOAP calls', 'ms', `--library ${library}: SOAP calls`, 'ms');
row('---', '---', '---', '---', '---');
row('until the index is whole, s', '', seed.indexSeconds.toFixed(0), '', made.indexSeconds.toFixed(0));
for (const name of Object.keys(questions)) {
  const [small, large] = [seed.pages.get(name), made.pages.get(name)];
  row(name, small?.calls ?? '', small?.ms.toFixed(1) ?? '', large?.calls ?? '', large?.ms.toFixed(1) ?? '');
}
