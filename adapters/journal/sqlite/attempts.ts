import { checkAttempt, checkText } from '../bounds.ts';
import { newOperationId } from '../operation-id.ts';
import type { Attempts } from '../port.ts';
import type { SqliteDatabase } from './database.ts';

/** Attempts over SQLite. `now` is in milliseconds since 1970. */
export function attemptsIn(database: SqliteDatabase, now: () => number): Attempts {
  // The first to end of the last `most`: then there is room.
  const fullUntil = database.one<{ readonly until: number }>(`select ends_at as until from attempts
    where key = :key and ends_at > :now order by ends_at desc limit 1 offset :most - 1`);
  const add = database.run(
    'insert into attempts (id, key, about, at, ends_at) values (:id, :key, :about, :at, :endsAt)',
  );
  const remove = database.run('delete from attempts where id in (select value from json_each(:ids))');
  const removeKey = database.run('delete from attempts where key = :key');
  const removeAbout = database.run('delete from attempts where about = :about');
  return {
    async attempt(key, most, withinMs, about = null) {
      checkAttempt(key, most, withinMs, about);
      return await database.durably(() => {
        const at = now();
        const full = fullUntil({ key, most, now: at });
        if (full !== undefined) {
          return { until: new Date(full.until) };
        }
        const id = newOperationId();
        add({ id, key, about, at, endsAt: at + withinMs });
        return { id };
      });
    },
    async forgive(ids) {
      database.transact(() => remove({ ids: JSON.stringify(ids) }));
    },
    async forgiveKey(key) {
      checkText('attemptedKey', key);
      database.transact(() => removeKey({ key }));
    },
    async forgiveAbout(about) {
      checkText('attemptedKey', about);
      database.transact(() => removeAbout({ about }));
    },
  };
}
