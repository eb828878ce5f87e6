import type { SqliteDatabase } from '../../sqlite/database.ts';
import type { JournalTables } from '../tables.ts';

/** Attempts in SQLite. `now` is in milliseconds since 1970. */
export function attemptsIn(
  database: SqliteDatabase,
  now: () => number,
): Pick<JournalTables, 'addAttempt' | 'countAttempts' | 'forgive' | 'forgiveKey' | 'forgiveAbout'> {
  // Of the last `maxAttempts` to end, the first: there is room again when it ends. No row: there is room now.
  const fullUntil = database.one<{ readonly until: number }>(`select ends_at as until from attempts
    where key = :key and ends_at > :now order by ends_at desc limit 1 offset :maxAttempts - 1`);
  const add = database.run(
    'insert into attempts (id, key, about, at, ends_at) values (:id, :key, :about, :at, :endsAt)',
  );
  const countOf = database.one<{ readonly count: number }>(
    'select count(*) as count from attempts where key = :key and ends_at > :now',
  );
  const remove = database.run('delete from attempts where id in (select value from json_each(:ids))');
  const removeKey = database.run('delete from attempts where key = :key');
  const removeAbout = database.run('delete from attempts where about = :about');
  return {
    async addAttempt({ id, key, about }, maxAttempts, withinMs) {
      return await database.durably(() => {
        const at = now();
        const full = fullUntil({ key, maxAttempts, now: at });
        if (full !== undefined) {
          return new Date(full.until);
        }
        add({ id, key, about, at, endsAt: at + withinMs });
        return null;
      });
    },
    countAttempts: async (key) => countOf({ key, now: now() })?.count ?? 0,
    async forgive(ids) {
      database.transact(() => remove({ ids: JSON.stringify(ids) }));
    },
    async forgiveKey(key) {
      database.transact(() => removeKey({ key }));
    },
    async forgiveAbout(about) {
      database.transact(() => removeAbout({ about }));
    },
  };
}
