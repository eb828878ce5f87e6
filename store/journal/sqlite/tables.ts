import type { SqliteDatabase } from '../../sqlite/database.ts';
import { JournalUnavailable } from '../port.ts';
import type { OperationRow } from '../rows.ts';
import type { JournalTables } from '../tables.ts';
import { lookupsIn } from './lookups.ts';
import { aboutValues, operationRow, prepareStatements, type Statements } from './statements.ts';

/** The journal's statements, and its time in milliseconds since 1970. */
interface Context {
  readonly database: SqliteDatabase;
  readonly statements: Statements;
  readonly now: () => number;
}

/**
 * The journal's tables in SQLite. Each method has done its work before it returns its promise. If its result must outlive a
 * crash of the machine, the promise then waits for the disk; concurrent calls share one sync (decision 10).
 */
export function sqliteTables(database: SqliteDatabase, now: () => number): JournalTables {
  const context: Context = { database, now, statements: prepareStatements(database) };
  return {
    ...operationsIn(context),
    ...lookupsIn(database),
    ...placesIn(context),
    ...reconcilingIn(context),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function operationsIn({
  database,
  statements,
  now,
}: Context): Pick<
  JournalTables,
  'begin' | 'byReference' | 'byId' | 'saveDetails' | 'allowSending' | 'settle'
> {
  /** Waits for the disk: the caller may act upon the row, and a read writes nothing that it would otherwise wait for. */
  const onDisk = async (row: OperationRow | undefined) => {
    if (row !== undefined) {
      await database.writtenThrough();
    }
    return row;
  };
  return {
    async begin({ key, about, isPart, sendWithinMs, arriveWithinMs, reconcileAfterMs, ...values }) {
      const begun = database.transact(() => {
        const at = now();
        const added = statements.insert({
          ...values,
          ...key,
          ...aboutValues(about),
          isPart: isPart ? 1 : 0,
          now: at,
          sendBy: sendWithinMs === null ? null : at + sendWithinMs,
          reconcileAt: at + reconcileAfterMs,
          ...certainty(statements, at, sendWithinMs, arriveWithinMs),
        });
        return { row: operationRow(added ?? statements.byReference({ ...key })), isNew: added !== undefined };
      });
      // A new operation that can't be sent before a place is reserved is written through with the reservation.
      if (sendWithinMs !== null || !begun.isNew) {
        await database.writtenThrough();
      }
      return begun;
    },
    byReference: async (key) => await onDisk(operationRow(statements.byReference({ ...key }))),
    byId: async (id) => await onDisk(operationRow(statements.byId({ id }))),
    saveDetails: async (id, details) => await database.durably(() => statements.saveDetails({ id, details })),
    async allowSending(id, { details, sendWithinMs, arriveWithinMs, about }) {
      return await database.durably(() => {
        if (statements.byId({ id }) === undefined) {
          return undefined;
        }
        const at = now();
        const certain = certainty(statements, at, sendWithinMs, arriveWithinMs);
        const sending = { details, sendBy: at + sendWithinMs, ...certain, ...aboutValues(about) };
        return statements.allowSending({ id, ...sending }) !== undefined;
      });
    },
    async settle(id, { state, result, details, isOpenToCorrection, reconcileAfterMs, sendBy, about }) {
      return await database.durably(() => {
        const at = now();
        const before = statements.byId({ id });
        const after = statements.settle({
          id,
          state,
          result,
          details,
          now: at,
          isConcluded: isOpenToCorrection ? 1 : 0,
          reconcileAt: reconcileAfterMs === null ? null : at + reconcileAfterMs,
          isAnySendBy: sendBy === undefined ? 1 : 0,
          sendBy: sendBy?.getTime() ?? null,
          ...aboutValues(about),
        });
        if (after !== undefined && after.state === 'DONE' && after.patron_id !== null) {
          statements.nextEpoch({ patronKey: after.patron_id });
        }
        return { before: operationRow(before), after: operationRow(after) };
      });
    },
  };
}

/** When everything sent from now on is certain. Never, if nothing is sent or no arrival time is known. */
function certainty(
  statements: Statements,
  at: number,
  sendWithinMs: number | null,
  arriveWithinMs: number | null,
): { readonly certainAt: number | null; readonly certainAfterMs: number | null } {
  if (sendWithinMs === null || arriveWithinMs === null) {
    return { certainAt: null, certainAfterMs: null };
  }
  const certainAfterMs = sendWithinMs + arriveWithinMs + statements.dropTimeMs();
  return { certainAt: at + certainAfterMs, certainAfterMs };
}

function placesIn({
  database,
  statements,
  now,
}: Context): Pick<JournalTables, 'placesNow' | 'placesSince' | 'recentPlaces' | 'reserve'> {
  const requireComparedBooks = comparedBooks(database);
  return {
    async placesNow(patronKey, kind) {
      const row = statements.placesNow({ patronKey, kind });
      return { epoch: BigInt(row?.epoch ?? 0), holders: JSON.parse(row?.holders ?? '[]') };
    },
    placesSince: async (patronKey, kind, since) => statements.placesSince({ patronKey, kind, since }),
    async recentPlaces(patronKeys, kind, withinMs) {
      return statements.recentPlaces({
        patronKeys: JSON.stringify(patronKeys),
        kind,
        settledFrom: now() - withinMs,
      });
    },
    async reserve(id, place, decide) {
      const { about, kind, since, sendWithinMs, arriveWithinMs, reconcileAfterMs } = place;
      const patronKey = about.key;
      return await database.durably(() => {
        const held = statements.placesSince({ patronKey, kind, since });
        const step = decide(operationRow(statements.byId({ id })), held);
        if (step.kind === 'leave') {
          return { kind: 'left', answer: step.answer };
        }
        requireComparedBooks();
        statements.addPatron({ patronKey });
        const at = now();
        const reserved = statements.reserve({
          id,
          patronKey,
          kind,
          sealed: step.sealed,
          ...aboutValues(about),
          sendBy: at + sendWithinMs,
          reconcileAt: at + reconcileAfterMs,
          ...certainty(statements, at, sendWithinMs, arriveWithinMs),
        });
        return { kind: 'written', row: operationRow(reserved) };
      });
    },
  };
}

function reconcilingIn({
  database,
  statements,
  now,
}: Context): Pick<
  JournalTables,
  | 'reconcileAgain'
  | 'takeDue'
  | 'now'
  | 'ping'
  | 'countOpen'
  | 'connections'
  | 'agreeOnDropTime'
  | 'removeOperations'
  | 'removeOutcomes'
  | 'eraseRemoved'
> {
  return {
    now: async () => new Date(now()),
    async ping() {
      // Takes the lock for writing, and fails where an earlier write may not have reached the disk.
      database.transact(() => statements.dropTimeMs());
    },
    async countOpen(minAgesMs, maxCounted) {
      const at = now();
      const counts = statements.countOpen({ now: at, maxCounted, minAgesMs: JSON.stringify(minAgesMs) });
      const oldest = statements.oldestOpen({ maxCounted })?.requested_at ?? at;
      return { counts: counts.map(({ count }) => count), oldestMs: at - oldest };
    },
    connections: () => null,
    async agreeOnDropTime(ms) {
      return await database.durably(() => {
        const beforeMs = statements.dropTimeMs();
        statements.raiseDropTime({ ms });
        const agreedMs = statements.dropTimeMs();
        if (agreedMs > beforeMs) {
          statements.postponeCertainty({ ms: agreedMs - beforeMs });
        }
        return agreedMs;
      });
    },
    async reconcileAgain(id, afterMs) {
      return await database.durably(() =>
        statements.reconcileAgain({ id, reconcileAt: afterMs === null ? null : now() + afterMs }),
      );
    },
    async takeDue(maxItems, leaseMs, kinds, except) {
      const due = database.transact(() => {
        const at = now();
        const rows = statements.due({
          now: at,
          maxItems,
          kinds: kinds === null ? null : JSON.stringify(kinds),
          except: JSON.stringify(except),
        });
        for (const { id } of rows) {
          statements.reconcileAgain({ id, reconcileAt: at + leaseMs });
        }
        return rows.map((row) => ({ row: operationRow(row), now: new Date(at) }));
      });
      if (due.length > 0) {
        await database.writtenThrough();
      }
      return due;
    },
    async removeOperations(keptMs, maxRows) {
      return await database.durably(() => {
        const oldest = { until: now() - keptMs, maxRows };
        statements.keepOutcomes(oldest);
        return statements.removeOperations(oldest);
      });
    },
    async removeOutcomes(keptMs, maxRows) {
      return await database.durably(() => statements.removeOutcomes({ until: now() - keptMs, maxRows }));
    },
    eraseRemoved: () => database.emptyLog(),
  };
}

/**
 * Checks, in a transaction that reserves a place, that the file has not lost operations.
 * @throws JournalUnavailable if it may have.
 */
function comparedBooks(database: SqliteDatabase): () => void {
  const restored = database.one<{ readonly is_restored: 0 | 1 }>('select is_restored from books');
  return () => {
    if (restored({})?.is_restored === 1) {
      throw new JournalUnavailable(
        'journal: SQLite: the file was restored: no place is reserved before it is compared with circulation',
      );
    }
  };
}
