import { type AppliedMigration, type Migration, pendingMigrations } from '../../migrations.ts';
import type { Preparation, Run } from '../../postgres/preparation.ts';
import { readMigrations } from '../migrations.ts';

/** Runs the journal's migrations that this database still needs. Calls `applied` after each of them. */
export function migrating(applied: (migration: Migration) => void = () => {}): Preparation {
  return {
    isDone: async (run) => (await pendingIn(run)).length === 0,
    async lacks(run) {
      const numbers = (await pendingIn(run)).map(({ number }) => number);
      return numbers.length === 0 ? null : `migration ${numbers.join(', ')}`;
    },
    async prepare(run) {
      await run('create schema if not exists patron_graph');
      await run(
        'create table if not exists patron_graph.migrations (number integer primary key, name text not null)',
      );
      await run('alter table patron_graph.migrations add column if not exists works_with integer');
      for (const migration of await pendingIn(run)) {
        const { number, name, sql, worksWith } = migration;
        await run(sql);
        await run('insert into patron_graph.migrations (number, name, works_with) values ($1, $2, $3)', [
          number,
          name,
          worksWith,
        ]);
        applied(migration);
      }
    },
  };
}

async function pendingIn(run: Run): Promise<readonly Migration[]> {
  const migrations = readMigrations('postgres');
  const [table] = await run<{ isThere: boolean }>(
    `select to_regclass('patron_graph.migrations') is not null as "isThere"`,
  );
  if (table?.isThere !== true) {
    return migrations;
  }
  // The rows are read as JSON, because the column `works_with` may be missing. A newer program's migrations add that
  // column.
  const applied = await run<AppliedMigration>(`select (row_to_json(applied) ->> 'number')::integer as number,
    (row_to_json(applied) ->> 'works_with')::integer as "worksWith" from patron_graph.migrations as applied`);
  return pendingMigrations(migrations, applied);
}
