/**
 * `npm run bench:lending` measures the latency of check-outs and the check-outs per second, for one reader and for many
 * at the same time. The journal is in SQLite, in PostgreSQL (also with a limit of what patrons may owe), or missing. The legacy systems run in a process of their
 * own and take `LATENCY_MS` for each call. Check-ins in between are not timed. Every round measures all journals, in
 * another order each time, so that other load on the machine affects all of them alike.
 *
 * Environment:
 * - `ROUNDS` (9).
 * - `CHECK_OUTS` (40): check-outs of a reader in a round.
 * - `LATENCY_MS` (5).
 * - `BEFORE`: the folder of another checkout of the code. The graphs of both are then compared, check-out by check-out.
 * - `DATABASE_URL`: the PostgreSQL server. By default, this is a temporary cluster.
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { createCirculation } from '../../../adapters/circulation/soap.ts';
import { createCardManagement } from '../../../adapters/credentials/soap.ts';
import { createPatronRegistry } from '../../../adapters/patrons/soap.ts';
import { DEFAULT_CREDENTIALS } from '../../../simulators/index.ts';
import type { Attempts, Journal } from '../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import type { ChargesLimit } from '../../../subgraphs/circulation/lending/charges-limit.ts';
import { checkIn } from '../../../subgraphs/circulation/lending/check-in.ts';
import { checkOut } from '../../../subgraphs/circulation/lending/check-out.ts';
import type { LendingServices } from '../../../subgraphs/circulation/lending/services.ts';
import { noBranches } from '../../../subgraphs/library/branches.ts';
import { changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { staff } from '../../support/callers.ts';
import { secret } from '../../support/journal-secret.ts';
import { findPostgres } from '../../support/postgres.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';
import { isComparison } from '../measured/checkouts.ts';
import { machineAndDay, quantile, tableHead, tableRow } from '../measured/figures.ts';
import { compareCheckouts } from './compare.ts';
import { noJournal } from './no-journal.ts';
import { cardOf, itemOf, readers } from './seed.ts';
import { startSimulatorProcess } from './simulators/start.ts';

const rounds = Number(process.env.ROUNDS ?? 9);
const checkOuts = Number(process.env.CHECK_OUTS ?? 40);
const latencyMs = process.env.LATENCY_MS ?? '5';

/** A measured journal. `goalMs` is the most time that the journal may add to the median. */
interface Measured {
  readonly name: string;
  readonly journal: Journal & Attempts;
  readonly goalMs: number | null;
  readonly chargesLimit?: ChargesLimit;
}
const scenes = [
  { name: 'one reader', readers: 1 },
  { name: `${readers} readers`, readers },
] as const;

await using resources = new AsyncDisposableStack();
const never = new AbortController().signal;
const print = (line: string) => process.stdout.write(`${line}\n`);

const startSimulators = () => startSimulatorProcess(resources, { LATENCY_MS: latencyMs });

async function openJournals(): Promise<readonly Measured[]> {
  const folder = resources.use(await openTemporaryFolder());
  const path = join(folder.path, 'journal.sqlite');
  const sqlite = resources.use(await openSqliteJournal({ secret, path }));
  const measured: Measured[] = [
    { name: 'none', journal: noJournal(), goalMs: null },
    { name: 'SQLite', journal: sqlite, goalMs: 2 },
  ];
  const postgres = resources.use(await findPostgres());
  if ('reason' in postgres) {
    process.stderr.write(`without PostgreSQL: ${postgres.reason}\n`);
  } else {
    const { url } = resources.use(await postgres.createDatabase());
    const journal = resources.use(await openPostgresJournal({ secret, url, tls: null }));
    // The index is up to date, so that each check-out asks it.
    const follower = 'bench';
    await journal.followOwing(follower, 60_000);
    await journal.owingApplied(follower, 0);
    const chargesLimit = { cents: 10_000, owing: journal, changes: journal };
    measured.push(
      { name: 'PostgreSQL', journal, goalMs: 4 },
      { name: 'PostgreSQL, CHARGES_LIMIT_CENTS', journal, goalMs: 4, chargesLimit },
    );
  }
  return measured;
}

/**
 * Measures how long a small write takes until it is on the disk, in ms. SQLite waits for such a write twice per
 * check-out.
 */
async function writeThroughMs(): Promise<number> {
  await using folder = await openTemporaryFolder();
  await using file = await open(join(folder.path, 'written'), 'w');
  const times: number[] = [];
  for (let count = 0; count < 50; count += 1) {
    const from = performance.now();
    await file.write(Buffer.alloc(4_096));
    await file.datasync();
    times.push(performance.now() - from);
  }
  return quantile(times, 0.5);
}

let references = 0;

/** Measures check-outs of `readers` readers at the same time. Resolves to the duration of each check-out in ms. */
async function timesOf(lending: LendingServices, readers: number, each: number): Promise<number[]> {
  const times: number[] = [];
  const reader = async (number: number) => {
    const credential = { libraryCardNumber: cardOf(number) };
    const itemNumber = itemOf(number);
    for (let left = each; left > 0; left -= 1) {
      const from = performance.now();
      const lent = await checkOut(
        lending,
        staff,
        { reference: `bench ${references++}`, credential, itemNumber },
        never,
      );
      times.push(performance.now() - from);
      const returned = await checkIn(
        lending,
        staff,
        { reference: `bench ${references++}`, itemNumber },
        noBranches,
      );
      const states = [lent.operation.state, returned.operation.state].join();
      if (states !== 'DONE,DONE') {
        throw new Error(`a check-out and a check-in were ${states}`);
      }
    }
  };
  await Promise.all(Array.from({ length: readers }, (_, number) => reader(number)));
  return times;
}

/** Prints a table with a row for each journal and number of readers. */
async function measureJournals(): Promise<void> {
  const urls = await startSimulators();
  const { cms, circ } = DEFAULT_CREDENTIALS;
  const systems = {
    circulation: resources.use(createCirculation({ url: urls.circ, ...circ })),
    cards: resources.use(createCardManagement({ url: urls.cms, ...cms })),
    patrons: resources.use(createPatronRegistry({ url: urls.prs })),
    fingerprintKey: new Uint8Array(32),
    times: changeTimes,
    monotonic: () => performance.now(),
    log: {
      warn: () => undefined,
      error: (_: object, message: string) => process.stderr.write(`${message}\n`),
    },
  };
  const journals = await openJournals();
  const servicesOf = ({ journal, chargesLimit }: Measured) => ({
    ...systems,
    chargesLimit,
    journal,
    attempts: journal,
    changes: { lastChangesOf: async () => [] },
    observer: {},
  });
  print(
    tableHead([
      'readers',
      'journal',
      'check-outs a second',
      'p50, ms',
      'p99, ms',
      'added at p50, ms',
      'goal',
    ]),
  );
  for (const scene of scenes) {
    /** The durations of the check-outs in each round, by journal. */
    const taken = new Map(journals.map(({ name }) => [name, [] as number[][]]));
    for (const measured of journals) {
      await timesOf(servicesOf(measured), scene.readers, checkOuts);
    }
    for (let round = 0; round < rounds; round += 1) {
      const turn = round % journals.length;
      for (const measured of [...journals.slice(turn), ...journals.slice(0, turn)]) {
        const times = await timesOf(servicesOf(measured), scene.readers, checkOuts);
        taken.get(measured.name)?.push(times);
      }
    }
    const medians = (name: string) => (taken.get(name) ?? []).map((times) => quantile(times, 0.5));
    const without = medians('none');
    for (const { name, goalMs } of journals) {
      const times = (taken.get(name) ?? []).flat();
      const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
      // Journals are compared within each round, so that a slow round affects all journals alike.
      const added = medians(name).map((median, round) => median - (without[round] ?? Number.NaN));
      print(
        tableRow([
          scene.name,
          name,
          ((1_000 * scene.readers) / mean).toFixed(0),
          quantile(times, 0.5).toFixed(1),
          quantile(times, 0.99).toFixed(1),
          ...(goalMs === null ? ['', ''] : [quantile(added, 0.5).toFixed(1), `at most ${goalMs}`]),
        ]),
      );
    }
  }
}

print(
  `${rounds} rounds of ${checkOuts} check-outs per reader, ${latencyMs} ms per call of a legacy system, ${(await writeThroughMs()).toFixed(1)} ms per write to the disk, ${machineAndDay()}\n`,
);
await (isComparison ? compareCheckouts({ rounds, checkOuts, startSimulators }, print) : measureJournals());
