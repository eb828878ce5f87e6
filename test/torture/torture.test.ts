import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findPostgres } from '../support/postgres.ts';
import { check } from './check/index.ts';
import { countRoom } from './check/limits-and-quotas.ts';
import { reportOf } from './report.ts';
import { runScenario } from './run.ts';
import { brief, type Scenario, withoutFaults } from './scenario.ts';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const postgres = await findPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());
if ('reason' in postgres) {
  process.stderr.write(`torture is skipped, for want of PostgreSQL: ${postgres.reason}\n`);
}

async function tortured(scenario: Scenario) {
  if ('reason' in postgres) {
    throw new Error(postgres.reason);
  }
  process.stderr.write(`torture: SEED=${seed}\n`);
  await using database = await postgres.createDatabase();
  const root = join(import.meta.dirname, '../..');
  const { history, figures } = await runScenario({ scenario, seed, database, root, progress: () => {} });
  const violations = check(history);
  return { history, figures, violations, report: reportOf(history, figures, violations) };
}

test.skipIf('reason' in postgres)(
  'three replicas, killed, frozen and lied to, lend nobody more than ten, and lose nothing',
  { timeout: 180_000 },
  async () => {
    const { history, figures, report, violations } = await tortured(brief);
    expect(violations, report).toEqual([]);
    expect(history.journal.length).toBeGreaterThan(100);
    expect(figures.disturbances.freezes).toBeGreaterThan(0);
    expect(figures.disturbances.kills).toBeGreaterThan(0);
  },
);

test.skipIf('reason' in postgres)(
  'where nothing fails, whoever has room is given it',
  { timeout: 120_000 },
  async () => {
    const scenario = { ...withoutFaults(brief), seconds: 10 };
    const { history, report, violations } = await tortured(scenario);
    expect(violations, report).toEqual([]);
    // Nobody who has nothing to give gives it.
    expect(countRoom(history).done, report).toBeGreaterThan(10);
  },
);
