import { checkAttempt, checkText } from './argument-limits.ts';
import { newOperationId } from './operation-id.ts';
import type { Attempts } from './port.ts';
import type { JournalTables } from './tables.ts';

/** The counts of attempts, over the tables of either database. Callers give hashes as keys, so that nothing is encrypted here. */
export function attemptsOf(tables: JournalTables): Attempts {
  return {
    async attempt(key, maxAttempts, withinMs, about = null) {
      checkAttempt(key, maxAttempts, withinMs, about);
      const id = newOperationId();
      const until = await tables.addAttempt({ id, key, about }, maxAttempts, withinMs);
      return until === null ? { id } : { until };
    },
    async count(key) {
      checkText('attemptKey', key);
      return await tables.countAttempts(key);
    },
    async forgive(ids) {
      await tables.forgive(ids);
    },
    async forgiveKey(key) {
      checkText('attemptKey', key);
      await tables.forgiveKey(key);
    },
    async forgiveAbout(about) {
      checkText('attemptKey', about);
      await tables.forgiveAbout(about);
    },
  };
}
