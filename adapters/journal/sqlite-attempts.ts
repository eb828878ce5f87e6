import { checkAttempt } from './bounds.ts';
import { newOperationId } from './operation-id.ts';
import type { Attempts } from './port.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** Attempts over SQLite. `now` is in milliseconds since 1970. */
export function attemptsIn(database: SqliteDatabase, now: () => number): Attempts {
  // The oldest of the last `most`: when it no longer counts, there is room.
  const oldest = database.one<{ readonly at: number }>(`select at from attempts
    where key = :key and at > :after order by at desc limit 1 offset :most - 1`);
  const add = database.run('insert into attempts (id, key, at) values (:id, :key, :at)');
  const remove = database.run('delete from attempts where id in (select value from json_each(:ids))');
  return {
    async attempt(key, most, withinMs) {
      checkAttempt(key, most, withinMs);
      return await database.durably(() => {
        const at = now();
        const first = oldest({ key, most, after: at - withinMs });
        if (first !== undefined) return { until: new Date(first.at + withinMs) };
        const id = newOperationId();
        add({ id, key, at });
        return { id };
      });
    },
    async forgive(ids) {
      database.transact(() => remove({ ids: JSON.stringify(ids) }));
    },
  };
}
