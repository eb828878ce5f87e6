import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findPostgres } from '../support/postgres.ts';
import { check } from './check/index.ts';
import { reportOf } from './report.ts';
import { runScenario } from './run.ts';
import { brief } from './scenario.ts';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const postgres = await findPostgres();
afterAll(() => postgres[Symbol.asyncDispose]());
if ('reason' in postgres)
  process.stderr.write(`torture is skipped, for want of PostgreSQL: ${postgres.reason}\n`);

test.skipIf('reason' in postgres)(
  'three replicas, killed, frozen and lied to, lend nobody more than ten, and lose nothing',
  { timeout: 180_000 },
  async () => {
    if ('reason' in postgres) return;
    process.stderr.write(`torture: SEED=${seed}\n`);
    await using database = await postgres.createDatabase();
    const root = join(import.meta.dirname, '../..');
    const { history, figures } = await runScenario({
      scenario: brief,
      seed,
      database,
      root,
      progress: () => {},
    });
    const violations = check(history);
    expect(violations, reportOf(history, figures, violations)).toEqual([]);
    expect(history.journal.length).toBeGreaterThan(100);
    expect(figures.disturbances.freezes).toBeGreaterThan(0);
    expect(figures.disturbances.kills).toBeGreaterThan(0);
  },
);
