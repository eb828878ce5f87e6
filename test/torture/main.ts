/**
 * `npm run torture`: does everything to the shared quota that can be done to it, and then reads circulation's own books and
 * the journal for what must never be. `--help` tells the options.
 */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findPostgres } from '../support/postgres.ts';
import { check } from './check/index.ts';
import { runMutants } from './mutants/mutants.ts';
import { readOptions, usage } from './options.ts';
import { reportOf } from './report.ts';
import { runScenario } from './run.ts';

const say = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2));
  if (options === 'help') {
    say(usage);
    return 0;
  }
  const { seed, scenario, mutants } = options;
  say(`seed ${seed} (all choices are drawn from it; how processes interleave is the machine's)`);
  await using postgres = await findPostgres();
  if ('reason' in postgres) {
    say(`No PostgreSQL: ${postgres.reason}.`);
    return 1;
  }
  if (mutants.length > 0) {
    return (await runMutants(postgres, mutants, seed, say)) ? 0 : 1;
  }
  await using database = await postgres.createDatabase();
  const { history, figures } = await runScenario({
    ...{ scenario, seed, database },
    root: join(import.meta.dirname, '../..'),
    progress: (operations) => say(`${new Date().toISOString()} ${operations} operations`),
  });
  const violations = check(history);
  say(reportOf(history, figures, violations));
  if (violations.length === 0) {
    return 0;
  }
  const file = join(tmpdir(), `torture-${seed}.json`);
  writeFileSync(file, JSON.stringify({ ...history, failedLooks: [...history.failedLooks], violations }));
  say(`the history is in ${file}`);
  return 1;
}

// Who ends it ends the replicas and PostgreSQL with it, frozen ones, too.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1));
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
}
