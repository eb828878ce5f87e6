import type { Asking, Transaction } from '../../sql.ts';
import { readMigrations } from '../migrations.ts';
import { JournalUnavailable, type OpenOperations, type PlaceKind } from '../port.ts';
import { type HeldRow, type OperationRow, requireFound } from '../rows.ts';
import type { JournalTables, OutcomeRow, PlaceRow, ReservationStep, ReservedRow } from '../tables.ts';
import { lookupsIn } from './lookups.ts';
import type { JournalStatements, statements } from './statements.ts';

/** The number of the last migration that this program has. */
const lastMigration = readMigrations('postgres').length;

/** The journal's tables in PostgreSQL. Statements that don't depend on one another's answers are sent at once. */
export function postgresTables(database: JournalStatements): JournalTables {
  return {
    ...operationsIn(database),
    ...lookupsIn(database),
    ...placesIn(database),
    ...reconcilingIn(database),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function operationsIn({
  write: ask,
  transact,
}: JournalStatements): Pick<
  JournalTables,
  'begin' | 'byReference' | 'byId' | 'saveDetails' | 'allowSending' | 'settle'
> {
  const byReference: JournalTables['byReference'] = async (key) =>
    (await ask<OperationRow>('byReference', [key.caller, key.reference]))[0];
  return {
    async begin({ id, key, kind, fingerprint, details, sealed, about, isPart, ...times }) {
      const { sendWithinMs, arriveWithinMs, reconcileAfterMs } = times;
      // An operation that can't be sent before its reservation is written through with it: both are in the same log.
      const rows = await ask<OperationRow>(sendWithinMs === null ? 'insertEventually' : 'insert', [
        id,
        key.caller,
        key.reference,
        kind,
        fingerprint,
        details,
        sendWithinMs,
        reconcileAfterMs,
        arriveWithinMs,
        sealed,
        about?.key ?? null,
        about?.encrypted ?? null,
        isPart,
      ]);
      const [inserted] = rows;
      return { row: inserted ?? (await byReference(key)), isNew: inserted !== undefined };
    },
    byReference,
    byId: async (id) => (await ask<OperationRow>('byId', [id]))[0],
    saveDetails: async (id, details) => (await ask('saveDetails', [id, details])).length,
    async allowSending(id, { details, sendWithinMs, arriveWithinMs, about }) {
      const rows = await ask<{ readonly maySend: boolean }>('allowSending', [
        id,
        details,
        sendWithinMs,
        arriveWithinMs,
        about?.key ?? null,
        about?.encrypted ?? null,
      ]);
      return rows[0]?.maySend;
    },
    settle: async (id, outcome) =>
      await transact('settle', (transaction) => settle(transaction, id, outcome)),
  };
}

/** Sends both statements at once. The second sees the row as it is once the first has locked it. */
function* settle(
  { ask, last }: Transaction<keyof typeof statements>,
  id: string,
  { state, result, details, isOpenToCorrection, reconcileAfterMs, sendBy, about }: OutcomeRow,
): Asking<{ readonly before: OperationRow | undefined; readonly after: OperationRow | undefined }> {
  const locked = ask<OperationRow>('lockToSettle', [id]);
  const settled = last<OperationRow>('settle', [
    id,
    state,
    result,
    isOpenToCorrection,
    reconcileAfterMs,
    details,
    sendBy === undefined,
    sendBy ?? null,
    about?.key ?? null,
    about?.encrypted ?? null,
  ]);
  return { before: (yield* locked)[0], after: (yield* settled)[0] };
}

interface PlacesNowRow {
  readonly epoch: string | null;
  readonly holders: readonly string[];
}

function placesIn({
  write: ask,
  transact,
}: JournalStatements): Pick<JournalTables, 'placesNow' | 'placesSince' | 'recentPlaces' | 'reserve'> {
  return {
    async placesNow(patronKey, kind) {
      const rows = await ask<PlacesNowRow>('placesNow', [patronKey, kind]);
      return { epoch: BigInt(rows[0]?.epoch ?? 0), holders: rows[0]?.holders ?? [] };
    },
    placesSince: async (patronKey: string, kind: PlaceKind, since: bigint) =>
      await ask<HeldRow>('placesSince', [kind, patronKey, since]),
    recentPlaces: async (patronKeys, kind, withinMs) =>
      await ask<HeldRow>('recentPlaces', [kind, patronKeys, withinMs]),
    reserve: async (id, place, decide) =>
      await transact('reserve', (transaction) => reserve(transaction, id, place, decide)),
  };
}

function* reserve<Answer>(
  { ask, last }: Transaction<keyof typeof statements>,
  id: string,
  place: PlaceRow,
  decide: (row: OperationRow | undefined, held: readonly HeldRow[]) => ReservationStep<Answer>,
): Asking<ReservedRow<Answer>> {
  const { about, kind, since, sendWithinMs, reconcileAfterMs, arriveWithinMs } = place;
  const patronKey = about.key;
  const locked = ask<OperationRow>('lockToReserve', [id, patronKey]);
  const held = ask<HeldRow>('placesSince', [kind, patronKey, since]);
  const step = decide((yield* locked)[0], yield* held);
  if (step.kind === 'leave') {
    return { kind: 'left', answer: step.answer };
  }
  const rows = yield* last<OperationRow>('reserve', [
    id,
    patronKey,
    kind,
    step.sealed,
    sendWithinMs,
    reconcileAfterMs,
    arriveWithinMs,
    about.encrypted,
  ]);
  return { kind: 'written', row: rows[0] };
}

interface DueRow extends OperationRow {
  readonly waiting_since: Date;
  readonly now: Date;
}

function reconcilingIn({
  write: ask,
  connections,
}: JournalStatements): Pick<
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
    async now() {
      const rows = await ask<{ readonly now: Date }>('now', []);
      return requireFound(rows[0]).now;
    },
    async ping() {
      const { length: count } = await ask('ping', [lastMigration]);
      if (count === 0) {
        throw new JournalUnavailable(
          `journal: PostgreSQL: it can't be written, or lacks migration ${lastMigration}: is it a standby, or restored from an older backup?`,
        );
      }
    },
    async countOpen(minAgesMs, maxCounted) {
      const rows = await ask<OpenOperations>('countOpen', [minAgesMs.map(String), maxCounted]);
      return requireFound(rows[0]);
    },
    connections,
    async agreeOnDropTime(ms) {
      const rows = await ask<{ readonly drop_after_ms: number }>('agreeOnDropTime', [ms]);
      return requireFound(rows[0]).drop_after_ms;
    },
    reconcileAgain: async (id, afterMs) => (await ask('reconcileAgain', [id, afterMs])).length,
    async takeDue(maxItems, leaseMs, kinds, except) {
      const rows = await ask<DueRow>('takeDue', [maxItems, leaseMs, kinds, except]);
      // PostgreSQL returns the rows of an update in no particular order.
      return rows
        .toSorted((a, b) => a.waiting_since.getTime() - b.waiting_since.getTime())
        .map((row) => ({ row, now: row.now }));
    },
    removeOperations: async (keptMs, maxRows) => (await ask('removeOperations', [keptMs, maxRows])).length,
    removeOutcomes: async (keptMs, maxRows) => (await ask('removeOutcomes', [keptMs, maxRows])).length,
    eraseRemoved() {},
  };
}
