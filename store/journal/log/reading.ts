import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkLogNumber, checkTexts, logKeptMs } from '../argument-limits.ts';
import { leaseValues } from '../books/feed.ts';
import { referenceDigest } from '../encrypted-rows.ts';
import type { ChangeLog, LogKind, LogRow, LogState, Operation } from '../port.ts';
import { requireFound, type StoredTime } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

/** PostgreSQL returns a bigint as a text. */
type StoredNumber = number | string;

interface StateRow {
  readonly epoch: string;
  readonly newest: StoredNumber;
  readonly removedUntil: StoredNumber;
  readonly indexedNumber: StoredNumber | null;
}

interface EntryRow {
  readonly number: StoredNumber;
  readonly kind: LogKind;
  readonly at: StoredTime;
  readonly patron: string | null;
  readonly card: string | null;
  readonly branch: string | null;
  readonly operationId: string | null;
  readonly operationKind: string;
  readonly operationState: Operation['state'];
  readonly caller: string;
  readonly reference: string;
  readonly causedBy: string | null;
  readonly subject: string | null;
  readonly subjectEncrypted: string | null;
}

/** One row of the page, with the state of the log. An empty page is read as one object whose `number` is null. */
type PageRow = StateRow & (EntryRow | { readonly number: null });

const stateOf = ({ epoch, newest, removedUntil }: StateRow): LogState => ({
  generation: epoch,
  newest: Number(newest),
  oldestKept: Number(removedUntil) + 1,
});

const logRowOf = (encryption: Encryption, row: EntryRow): LogRow => ({
  number: Number(row.number),
  kind: row.kind,
  at: new Date(row.at),
  patron: row.patron,
  card: row.card,
  branch: row.branch,
  operation:
    row.operationId === null
      ? null
      : {
          id: row.operationId,
          kind: row.operationKind,
          state: row.operationState,
          caller: row.caller,
          reference: row.reference,
        },
  causedBy: row.causedBy,
  subjectId: row.subjectEncrypted === null ? row.subject : encryption.decrypt(row.subjectEncrypted),
});

type Reading = 'logState' | 'readLog' | 'logDigest' | 'indexedNumber' | 'logFigures';

/**
 * Reads the log. No crash may undo a row that a caller has seen. In SQLite, a reading that finds rows therefore waits
 * until they are on the disk. In PostgreSQL, a row gets its number in a commit that waits for the disk, so every row
 * with a number is durable.
 */
export function logReadingOf(sql: JournalSql, encryption: Encryption): Pick<ChangeLog, Reading> {
  const readState = async () => {
    const [row] = await sql.read<StateRow>('logState', []);
    await sql.writtenThrough();
    return requireFound(row);
  };
  return {
    async logState() {
      return stateOf(await readState());
    },
    async readLog(after, maxItems) {
      checkLogNumber(after);
      checkCount('logRows', maxItems);
      const found = await sql.read<PageRow>('readLog', [after, maxItems]);
      const state = stateOf(requireFound(found[0]));
      const isGone = after < state.oldestKept - 1 || after > state.newest;
      const entries = isGone ? [] : found.flatMap((row) => (row.number === null ? [] : [row]));
      if (entries.length > 0) {
        await sql.writtenThrough();
      }
      return { ...state, rows: entries.map((row) => logRowOf(encryption, row)), isGone };
    },
    logDigest(subject, text) {
      return subject === 'reference' ? referenceDigest(encryption, text) : encryption.digest(subject, text);
    },
    async indexedNumber() {
      const { indexedNumber } = await readState();
      return indexedNumber === null ? null : Number(indexedNumber);
    },
    async logFigures() {
      const [row] = await sql.read<{
        readonly now: StoredTime;
        readonly newest: StoredNumber;
        readonly removed: StoredNumber;
        readonly oldest: StoredTime | null;
      }>('logFigures', []);
      const { now, newest, removed, oldest } = requireFound(row);
      const ageMs = oldest === null ? 0 : new Date(now).getTime() - new Date(oldest).getTime();
      return { newest: Number(newest), removed: Number(removed), oldestUnnumberedMs: Math.max(0, ageMs) };
    },
  };
}

type Numbering = 'numberLog' | 'saveIndexedNumber' | 'logStation';

/**
 * Creates the methods that number the log's rows, write the rows about stations, and save up to which number the index
 * has applied the log. No trigger writes rows about stations.
 */
export function numberingOf(sql: JournalSql): Pick<ChangeLog, Numbering> {
  return {
    async numberLog(lease, maxItems) {
      checkCount('logRows', maxItems);
      // Usually there are no rows to number. This check takes no lock.
      const [any] = await sql.read<object>('hasUnnumbered', []);
      if (any === undefined) {
        return { isLeased: true, count: 0 };
      }
      return await sql.transactEventually('numberLog', function* ({ ask, last }) {
        // All statements are sent at once. If this process freezes while it waits, the database still ends the
        // transaction, and releases the lock.
        const locked = ask<{ readonly isLeased: boolean | 0 | 1 }>('lockToNumber', [...leaseValues(lease)]);
        const numbered = ask<object>('numberLog', [...leaseValues(lease), maxItems]);
        const saved = last('saveLastNumber', []);
        const [state] = yield* locked;
        const { length: count } = yield* numbered;
        yield* saved;
        return { isLeased: Boolean(requireFound(state).isLeased), count };
      });
    },
    async saveIndexedNumber(lease, number) {
      await sql.writeEventually('saveIndexedNumber', [...leaseValues(lease), number]);
    },
    async logStation(kind, stationId, changeId) {
      checkTexts({ stationId, changeId });
      const nothingElse = { card: null, branch: null, causedBy: null, subjectEncrypted: null };
      const fact = { kind, fact: `station ${stationId} ${changeId}`, subject: stationId, ...nothingElse };
      await sql.write('addFacts', [JSON.stringify([fact])]);
    },
  };
}

/** Removes the oldest rows that have expired, at most `maxRows`. Resolves to the number of these rows. */
export const removeLogged = (sql: JournalSql, maxRows: number): Promise<number> =>
  sql.transact('removeLogged', function* ({ ask, last }) {
    ask('lockToRemove', []);
    const { length: count } = yield* ask<object>('removeLogged', [logKeptMs, maxRows]);
    if (count > 0) {
      // The removed numbers are consecutive.
      yield* last('saveRemoved', [count]);
    }
    return count;
  });
