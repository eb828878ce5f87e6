import { checkCount, checkTexts, checkTimes, maxAttemptMs } from './argument-limits.ts';
import { newOperationId } from './operation-id.ts';
import type { Attempts } from './port.ts';
import type { StoredTime } from './rows.ts';
import type { JournalSql } from './statements/index.ts';

/**
 * Implements `Attempts`, for example for attempts at a PIN. Nothing is encrypted here, because the callers' keys are
 * already hashes.
 */
export function attemptsOf(sql: JournalSql): Attempts {
  return {
    async attempt(key, maxAttempts, withinMs, about) {
      for (const attemptKey of [key, about]) {
        checkTexts({ attemptKey });
      }
      checkCount('attempts', maxAttempts);
      checkTimes({ withinMs }, maxAttemptMs);
      return await sql.transact('addAttempt', function* ({ lockKeys, ask, last, commit }) {
        lockKeys([key]);
        const shortened = ask<object>('shortenAttempts', [key, withinMs]);
        const [full] = yield* ask<{ readonly until: StoredTime }>('fullUntil', [key, maxAttempts]);
        if (full !== undefined) {
          if ((yield* shortened).length > 0) {
            commit();
          }
          return { until: new Date(full.until) };
        }
        const id = newOperationId();
        yield* last('addAttempt', [id, key, about ?? null, withinMs]);
        return { id };
      });
    },
    async count(key) {
      checkTexts({ attemptKey: key });
      const [row] = await sql.read<{ readonly count: number | string }>('countAttempts', [key]);
      return Number(row?.count ?? 0);
    },
    async forgive(ids) {
      await sql.writeEventually('forgive', [ids]);
    },
    async forgiveKey(key) {
      checkTexts({ attemptKey: key });
      await sql.writeEventually('forgiveKey', [key]);
    },
    async forgiveAbout(about) {
      checkTexts({ attemptKey: about });
      await sql.writeEventually('forgiveAbout', [about]);
    },
  };
}
