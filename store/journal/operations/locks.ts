import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkTexts } from '../argument-limits.ts';
import type { Journal } from '../port.ts';
import { requireOperation } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

/** Creates the methods for the locks of operations. The keys of locks are stored as digests. */
export function locksOf(sql: JournalSql, encryption: Encryption): Pick<Journal, 'lock' | 'isLocked'> {
  const digestOf = (key: string) => encryption.digest('claim', key);
  return {
    async lock(id, keys) {
      checkCount('keys', keys.length);
      for (const lockKey of keys) {
        checkTexts({ lockKey });
      }
      const digests = keys.map(digestOf);
      // This call need not wait for the disk. Nothing is sent for the operation before `allowSending`, which waits for
      // the disk. The locks were written before that, so they are then on the disk, too.
      return await sql.transactEventually('lock', function* ({ lockKeys, ask, last }) {
        lockKeys(digests);
        const [found] = yield* ask<{ readonly holder: string | null }>('findHolder', [id, digests]);
        const { holder } = requireOperation(found);
        if (holder === null) {
          yield* last('addLocks', [id, digests]);
        }
        return holder;
      });
    },
    async isLocked(key, exceptId) {
      checkTexts({ lockKey: key });
      return (await sql.read('isLocked', [digestOf(key), exceptId ?? null])).length > 0;
    },
  };
}
