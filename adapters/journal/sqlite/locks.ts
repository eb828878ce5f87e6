import { checkKeys } from '../bounds.ts';
import type { Encryption } from '../encryption/encryption.ts';
import type { Journal } from '../port.ts';
import { known } from '../rows.ts';
import type { SqliteDatabase } from './database.ts';

/** Claims over SQLite. */
export function locksIn(
  database: SqliteDatabase,
  encryption: Encryption,
): Pick<Journal, 'lock' | 'isLocked'> {
  const holder = database.one<{ readonly holder: string | null }>(`select (
      select claims.operation_id from claims join operations as holders on holders.id = claims.operation_id
      where holders.state = 'UNSETTLED' and holders.id <> :id and key in (select value from json_each(:keys)) limit 1
    ) as holder
    from operations where id = :id`);
  const add = database.run(`insert into claims (operation_id, key) select :id, value from json_each(:keys)
    where true on conflict do nothing`);
  const claimed =
    database.one<object>(`select 1 from claims join operations on operations.id = claims.operation_id
    where key = :key and state = 'UNSETTLED'`);
  return {
    async lock(id, keys) {
      checkKeys(keys);
      const values = { id, keys: JSON.stringify(keys.map((key) => encryption.digest('claim', key))) };
      // Written through when the operation is armed: before that nothing has come of it.
      return database.transact(() => {
        const other = known(holder(values)).holder;
        if (other === null) {
          add(values);
        }
        return other;
      });
    },
    async isLocked(key) {
      checkKeys([key]);
      return claimed({ key: encryption.digest('claim', key) }) !== undefined;
    },
  };
}
