import type { SqliteDatabase } from '../../sqlite/database.ts';
import type { JournalTables } from '../tables.ts';

/** Locks in SQLite. Their table is called `claims`. A row is in force while its operation is unsettled. */
export function locksIn(database: SqliteDatabase): Pick<JournalTables, 'lock' | 'isLocked'> {
  const findHolder = database.one<{ readonly holder: string | null }>(`select (
      select claims.operation_id from claims join operations as holders on holders.id = claims.operation_id
      where holders.state = 'UNSETTLED' and holders.id <> :id and key in (select value from json_each(:keys)) limit 1
    ) as holder
    from operations where id = :id`);
  const add = database.run(`insert into claims (operation_id, key) select :id, value from json_each(:keys)
    where true on conflict do nothing`);
  const findLock =
    database.one<object>(`select 1 from claims join operations on operations.id = claims.operation_id
    where key = :key and state = 'UNSETTLED' and operations.id is not :exceptId`);
  return {
    async lock(id, keys) {
      const values = { id, keys: JSON.stringify(keys) };
      // Not written through: nothing is sent for the operation before `allowSending`, which writes all through.
      return database.transact(() => {
        const found = findHolder(values);
        if (found?.holder === null) {
          add(values);
        }
        return found;
      });
    },
    isLocked: async (key, exceptId) => findLock({ key, exceptId }) !== undefined,
  };
}
