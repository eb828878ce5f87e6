import { checkKeys } from '../bounds.ts';
import type { Encryption } from '../encryption/encryption.ts';
import type { Journal } from '../port.ts';
import { known } from '../rows.ts';
import type { PostgresDatabase } from './database.ts';

/** Claims over PostgreSQL: whoever claims a key waits for who is claiming it. */
export function locksIn(
  { ask, transact }: PostgresDatabase,
  encryption: Encryption,
): Pick<Journal, 'lock' | 'isLocked'> {
  return {
    async lock(id, keys) {
      checkKeys(keys);
      const digests = keys.map((key) => encryption.digest('claim', key));
      return await transact(async ({ ask: within, last }) => {
        const [, { rows }] = await Promise.all([
          within('lockKeys', [digests]),
          within<{ readonly holder: string | null }>('holder', [id, digests]),
        ]);
        const { holder } = known(rows[0]);
        if (holder === null) {
          await last('addClaims', [id, digests]);
        }
        return holder;
      });
    },
    async isLocked(key) {
      checkKeys([key]);
      const { count } = await ask('isLocked', [encryption.digest('claim', key)]);
      return count > 0;
    },
  };
}
