import { checkKeys } from './bounds.ts';
import type { Journal } from './port.ts';
import type { PostgresDatabase } from './postgres-database.ts';
import { known } from './rows.ts';

/** Claims over PostgreSQL: whoever claims a key waits for who is claiming it. */
export function claimsIn({ ask, transact }: PostgresDatabase): Pick<Journal, 'claim' | 'isClaimed'> {
  return {
    async claim(id, keys) {
      checkKeys(keys);
      return await transact(async ({ ask: within, last }) => {
        const [, { rows }] = await Promise.all([
          within('lockKeys', [keys]),
          within<{ readonly holder: string | null }>('holder', [id, keys]),
        ]);
        const { holder } = known(rows[0]);
        if (holder === null) await last('addClaims', [id, keys]);
        return holder;
      });
    },
    async isClaimed(key) {
      checkKeys([key]);
      const { count } = await ask('isClaimed', [key]);
      return count > 0;
    },
  };
}
