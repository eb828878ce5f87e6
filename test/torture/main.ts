/**
 * `npm run torture` is a chaos test of the shared quota of ten. `--help` lists the options.
 *
 * 1. A workload: stations, desks and a registrar work on a few patrons near their limit. They use several replicas of
 *    the *circulation* subgraph, one PostgreSQL journal and the simulated legacy systems. Some stations use SIP2, through
 *    a gateway. Meanwhile staff suspend patrons and close records, merge two records of one person, and erase the person
 *    once everything is back (`workload/`).
 * 2. Faults at the same time: legacy systems fail in every way, replicas are killed and frozen, and the clocks of the
 *    database, of each replica and of each legacy system are stepped forward and back (`faults/`).
 * 3. The faults end, and all operations are settled. The run becomes a history: circulation's records, the journal, and
 *    the answers that clients got (`history.ts`).
 * 4. A checker compares the history with invariants, such as at most ten loans for each patron (`check/`).
 *
 * Payments run beside it, over a foreign payment system in Python, with faults and a checker of their own (`payments/`).
 * `--payments` runs them alone.
 *
 * `--mutants` runs copies of the program with one mistake each, which the checker must catch (`mutants/`).
 *
 * The exit code is 0 if there is no violation. Otherwise, the history is written to a file.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check/index.ts';
import { runMutants } from './mutants/mutants.ts';
import { readOptions, usage } from './options.ts';
import { runAndReport } from './payments/run-and-report.ts';
import { reportOf } from './report.ts';
import { type RunSettings, runScenario } from './run.ts';
import { findSteppedServer, unsteppedClocks } from './system/stepped-server.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    say(usage);
    return 0;
  }
  const { seed, scenario, payments, mutants, before } = options;
  say(`seed ${seed} (it decides every choice; the machine decides how processes interleave)`);
  await using server = await findSteppedServer();
  if ('reason' in server) {
    say(`No PostgreSQL: ${server.reason}.`);
    return 1;
  }
  say(
    unsteppedClocks(server) ??
      'The clocks of all processes, of PostgreSQL and of the legacy systems are stepped.',
  );
  if (mutants.length > 0) {
    return (await runMutants(server, mutants, seed, say)) ? 0 : 1;
  }
  const root = join(import.meta.dirname, '../..');
  const mixOver = new AbortController();
  const ofPayments = runAndReport({ scenario: payments, seed, server, root, say, over: mixOver.signal });
  ofPayments.catch(() => {});
  const areRight =
    scenario === null ||
    (await runMix({ scenario, seed, server, root, before }).finally(() => mixOver.abort()));
  return (await ofPayments) && areRight ? 0 : 1;
}

/** Resolves to false if there are violations. */
async function runMix(
  settings: Pick<RunSettings, 'scenario' | 'seed' | 'server' | 'root' | 'before'>,
): Promise<boolean> {
  const { seed, server } = settings;
  await using database = await server.postgres.createDatabase();
  const { history, figures } = await runScenario({
    ...{ ...settings, database },
    progress: (operations) => say(`${new Date().toISOString()} ${operations} operations`),
  });
  const violations = check(history);
  say(reportOf(history, figures, violations));
  if (violations.length === 0) {
    return true;
  }
  const file = join(tmpdir(), `torture-${seed}.json`);
  writeFileSync(
    file,
    JSON.stringify({ ...history, violations }, (_, value: unknown) =>
      value instanceof Map || value instanceof Set ? [...value] : value,
    ),
  );
  say(`the history is in ${file}`);
  return false;
}

// Handlers of `exit` end PostgreSQL and all other processes, also frozen ones.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
