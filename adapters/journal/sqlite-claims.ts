import { checkKeys } from './bounds.ts';
import type { Journal } from './port.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** Claims over SQLite. */
export function claimsIn(database: SqliteDatabase): Pick<Journal, 'claim' | 'isClaimed'> {
  const holder = database.one<{ readonly operation_id: string }>(`select operation_id from claims
    join operations on operations.id = claims.operation_id
    where state = 'UNSETTLED' and claims.operation_id <> :id and key in (select value from json_each(:keys))`);
  const add = database.run(`insert into claims (key, operation_id) select value, :id from json_each(:keys)
    where true on conflict do nothing`);
  return {
    async claim(id, keys) {
      checkKeys(keys);
      const values = { id, keys: JSON.stringify(keys) };
      return database.transact('eventual', () => {
        const other = holder(values);
        if (other !== undefined) return other.operation_id;
        add(values);
        return null;
      });
    },
    async isClaimed(key) {
      checkKeys([key]);
      return holder({ id: '', keys: JSON.stringify([key]) }) !== undefined;
    },
  };
}
