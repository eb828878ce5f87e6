import { setImmediate } from 'node:timers/promises';
import type { Encryption } from '../../encryption/encryption.ts';
import { all, type Value } from '../../sql.ts';
import { StoreUnavailable } from '../../store-unavailable.ts';
import {
  checkCount,
  checkDropTime,
  checkTexts,
  checkTimes,
  maxCheckDelayMs,
  maxCountedOpen,
  maxUnsettledDelayMs,
  noticeKeptMs,
  operationKeptMs,
  outcomeKeptMs,
  paymentEffectKeptMs,
} from '../argument-limits.ts';
import { forgetNews } from '../charges/account-news.ts';
import { forgetToldHolds } from '../log/facts.ts';
import { removeLogged } from '../log/reading.ts';
import { readMigrations } from '../migrations.ts';
import type { Journal, JournalDatabase } from '../port.ts';
import {
  decryptOperation,
  type OperationRow,
  requireFound,
  requireOperation,
  type StoredTime,
} from '../rows.ts';
import type { JournalSql, StatementName } from '../statements/index.ts';

/** The number of this program's last migration. It is the same for both databases. */
const lastMigration = readMigrations('postgres').length;
/** The drop time, in ms, until a process reports it. */
const firstDropMs = 30_000;

/** PostgreSQL returns a bigint as a string. */
interface DueRow extends OperationRow {
  readonly now: StoredTime;
  readonly send_number: number | string | null;
}

export function reconcilingOf(
  sql: JournalSql,
  encryption: Encryption,
): Pick<Journal, 'reconcileAgain' | 'takeDue' | 'now' | 'lastSendNumber' | 'agreeOnDropTime'> {
  return {
    async reconcileAgain(id, afterMs) {
      checkTimes({ afterMs }, maxCheckDelayMs);
      const [found] = await sql.write<object>('reconcileAgain', [id, afterMs]);
      requireOperation(found);
    },
    async takeDue(maxItems, leaseMs, kinds, except = []) {
      checkCount('due', maxItems);
      checkTimes({ leaseMs }, maxUnsettledDelayMs);
      checkCount('due', except.length, 0);
      for (const id of except) {
        checkTexts({ id });
      }
      const due = await sql.transactEventually('takeDue', function* ({ ask, last, commit }) {
        const hastened = [
          ask<object>('hastenUnsettled', [maxUnsettledDelayMs, maxItems]),
          ask<object>('hastenSettled', [maxCheckDelayMs, maxItems]),
          ask<object>('hastenHeld', [maxUnsettledDelayMs, maxItems]),
        ];
        const rows = yield* ask<DueRow>('due', [maxItems, kinds ?? null, except]);
        const found = rows.map((row) => ({ row, now: new Date(row.now) }));
        const [first] = found;
        if (first !== undefined) {
          yield* last('lease', [found.map(({ row }) => row.id), new Date(first.now.getTime() + leaseMs)]);
        } else if ((yield* all(hastened)).some(({ length }) => length > 0)) {
          commit();
        }
        return found;
      });
      if (due.length > 0) {
        await sql.writtenThrough();
      }
      return due.map(({ row, now }) => ({
        operation: decryptOperation(encryption, row),
        now,
        sendNumber: row.send_number === null ? null : BigInt(row.send_number),
      }));
    },
    async now() {
      const [row] = await sql.read<{ readonly now: StoredTime }>('now', []);
      return new Date(requireFound(row).now);
    },
    async lastSendNumber() {
      const [row] = await sql.read<{ readonly number: number | string; readonly source: string }>(
        'lastSendNumber',
        [],
      );
      const { number, source } = requireFound(row);
      return { number: BigInt(number), source };
    },
    async agreeOnDropTime(ms) {
      checkDropTime(ms);
      return await sql.transact('agreeOnDropTime', function* ({ ask, last }) {
        const [before] = yield* ask<{ readonly drop_after_ms: number }>('dropTime', []);
        const laterMs = ms - (before?.drop_after_ms ?? firstDropMs);
        if (laterMs > 0) {
          ask('postponeCertainty', [laterMs]);
          ask('postponeHeld', [laterMs]);
        }
        const [agreed] = yield* last<{ readonly drop_after_ms: number }>('raiseDropTime', [ms]);
        return requireFound(agreed).drop_after_ms;
      });
    },
  };
}

export function healthOf(sql: JournalSql): Pick<JournalDatabase, 'ping' | 'countOpen'> {
  return {
    async ping() {
      // In SQLite, this transaction also shows that the file can be written, because it takes the write lock. It fails
      // if an earlier write may not have reached the disk.
      const [row] = await sql.transactEventually('ping', ({ last }) => last<object>('ping', [lastMigration]));
      if (row === undefined) {
        throw new StoreUnavailable(
          `journal: the database can't be written, or lacks migration ${lastMigration}: is it a standby, or restored from an older backup?`,
        );
      }
    },
    async countOpen(minAgesMs) {
      checkCount('ages', minAgesMs.length, 0);
      for (const minAgeMs of minAgesMs) {
        checkTimes({ minAgeMs });
      }
      const ages = JSON.stringify(minAgesMs.map((ageMs) => ({ ageMs })));
      const rows = await sql.read<{
        readonly now: StoredTime;
        readonly oldest: StoredTime | null;
        readonly count: number | string;
      }>('countOpen', [ages, maxCountedOpen]);
      const { now, oldest } = requireFound(rows[0]);
      return {
        counts: minAgesMs.map((_, index) => Number(rows[index]?.count)),
        oldestMs: oldest === null ? 0 : new Date(now).getTime() - new Date(oldest).getTime(),
      };
    },
  };
}

/** Removes everything that has expired. If operations were removed, calls `erase`, which erases them from the file. */
export function removalOf(sql: JournalSql, erase: () => void): Pick<Journal, 'removeExpired'> {
  const remove = (name: StatementName, values: readonly Value[]) =>
    removeInBatches(async (maxRows) => (await sql.write(name, [...values, maxRows])).length);
  return {
    async removeExpired() {
      await remove('removeAttempts', []);
      await remove('removeOutcomes', [outcomeKeptMs]);
      await remove('removeEffects', [outcomeKeptMs]);
      await remove('removePaymentEffects', [paymentEffectKeptMs]);
      await remove('removeFindings', [outcomeKeptMs]);
      await remove('removeApplications', [operationKeptMs, outcomeKeptMs]);
      await remove('removeNotices', [noticeKeptMs]);
      await remove('removeNoticeKeys', [outcomeKeptMs]);
      await removeInBatches((maxRows) => removeLogged(sql, maxRows));
      await removeInBatches((maxRows) => forgetToldHolds(sql, maxRows));
      await removeInBatches((maxRows) => forgetNews(sql, maxRows));
      const removed = await removeInBatches((maxRows) => removeOperations(sql, maxRows));
      if (removed > 0) {
        erase();
      }
      return removed;
    },
  };
}

/** Removes operations, but keeps the record of their outcomes. Resolves to the number of removed operations. */
const removeOperations = (sql: JournalSql, maxRows: number): Promise<number> =>
  sql.transact('removeOperations', function* ({ ask, last }) {
    const rows = yield* ask<{ readonly id: string }>('expiredOperations', [operationKeptMs, maxRows]);
    const ids = rows.map(({ id }) => id);
    if (ids.length > 0) {
      ask('keepOutcomes', [ids]);
      yield* last('removeOperations', [ids]);
    }
    return ids.length;
  });

/** The number of rows that one transaction removes. Other transactions may have to wait for it, so it must be short. */
const batchSize = 500;

/**
 * Calls `removeBatch` until it removes less than a whole batch. Between two calls, other work can run. Resolves to the
 * number of rows removed. Example: 1,200 rows take three calls, of 500, 500 and 200.
 */
async function removeInBatches(removeBatch: (maxRows: number) => Promise<number>): Promise<number> {
  let removed = 0;
  for (;;) {
    const count = await removeBatch(batchSize);
    removed += count;
    if (count < batchSize) {
      return removed;
    }
    await setImmediate();
  }
}
