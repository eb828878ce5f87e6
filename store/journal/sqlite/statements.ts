import type { SqliteDatabase } from '../../sqlite/database.ts';
import { type AboutPatron, encryptedPlaceholder } from '../encryption/encrypted-rows.ts';
import type { Json } from '../port.ts';
import type { HeldRow, OperationRow } from '../rows.ts';

/** Columns that SQLite has no type for: times are milliseconds since 1970, JSON is text, a boolean is 0 or 1. */
type StoredTime = 'requested_at' | 'settled_at' | 'send_by' | 'certain_at';

/** A row of `operations` as SQLite has it. */
export interface SqliteOperation
  extends Omit<OperationRow, StoredTime | 'is_concluded' | 'details' | 'result'>,
    Readonly<Record<Exclude<StoredTime, 'requested_at'>, number | null>> {
  readonly requested_at: number;
  readonly is_concluded: 0 | 1;
  readonly details: string;
  readonly result: string | null;
  readonly patron_id: string | null;
}

export function operationRow(row: SqliteOperation): OperationRow;
export function operationRow(row: SqliteOperation | undefined): OperationRow | undefined;
export function operationRow(row: SqliteOperation | undefined): OperationRow | undefined {
  if (row === undefined) {
    return undefined;
  }
  return {
    ...row,
    is_concluded: row.is_concluded === 1,
    requested_at: new Date(row.requested_at),
    settled_at: dateOrNull(row.settled_at),
    send_by: dateOrNull(row.send_by),
    certain_at: dateOrNull(row.certain_at),
    details: JSON.parse(row.details) as Json,
    result: row.result === null ? null : (JSON.parse(row.result) as Json),
  };
}

export const dateOrNull = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

/** A row that has a patron keeps that one. */
const about = `about_patron = coalesce(about_patron, :aboutKey),
  about_patron_encrypted = case when about_patron is null then :aboutEncrypted else about_patron_encrypted end`;

/** The values of the columns that say whose operation it is. */
export const aboutValues = (patron: AboutPatron | null) => ({
  aboutKey: patron?.key ?? null,
  aboutEncrypted: patron?.encrypted ?? null,
});

export type Statements = ReturnType<typeof prepareStatements>;

/**
 * The SQL for operations and places, prepared. Locks have theirs in their own files.
 *
 * The column `look_at` is the time at which an operation is next due to be reconciled.
 */
export function prepareStatements(database: SqliteDatabase) {
  const held = `select id, state, patron_id, sealed from operations
    where place_kind = :kind and state <> 'REFUSED'`;
  const due = (which: string) => `select * from (
      select * from operations where ${which} and look_at <= :now
      and (:kinds is null or kind in (select value from json_each(:kinds)))
      and id not in (select value from json_each(:except)) order by look_at, id limit :maxItems
    )`;
  const open = `select requested_at from operations
    where state = 'UNSETTLED' and look_at is not null limit :maxCounted`;
  const dropTime = database.one<{ readonly drop_after_ms: number }>('select drop_after_ms from settings');
  return {
    insert: database.one<SqliteOperation>(`insert into operations
      (id, caller, reference, kind, fingerprint, state, requested_at, send_by, look_at, certain_at, certain_after_ms,
        details, sealed, about_patron, about_patron_encrypted, is_part)
      values (:id, :caller, :reference, :kind, :fingerprint, 'UNSETTLED', :now, :sendBy, :reconcileAt, :certainAt,
        :certainAfterMs, :details, :sealed, :aboutKey, :aboutEncrypted, :isPart)
      on conflict (caller, reference) do nothing returning *`),
    byId: database.one<SqliteOperation>('select * from operations where id = :id'),
    byReference: database.one<SqliteOperation>(
      'select * from operations where caller = :caller and reference = :reference',
    ),
    placesNow: database.one<{ readonly epoch: number | null; readonly holders: string }>(`select
      (select epoch from patron_epochs where patron_id = :patronKey) as epoch,
      (select json_group_array(id) from operations
        where patron_id = :patronKey and place_kind = :kind and state = 'UNSETTLED') as holders`),
    /** For a place that was just settled as done: `settle` has given its row this epoch. */
    nextEpoch: database.run('update patron_epochs set epoch = epoch + 1 where patron_id = :patronKey'),
    /** At epoch 0, which is also the epoch of a patron without a row. */
    addPatron: database.run(
      'insert into patron_epochs (patron_id, epoch) values (:patronKey, 0) on conflict do nothing',
    ),
    placesSince: database.all<HeldRow>(
      `${held} and patron_id = :patronKey and (state = 'UNSETTLED' or epoch > :since)`,
    ),
    recentPlaces: database.all<HeldRow>(`${held} and patron_id in (select value from json_each(:patronKeys))
      and (state = 'UNSETTLED' or settled_at >= :settledFrom)`),
    reserve: database.one<SqliteOperation>(`update operations
      set patron_id = :patronKey, place_kind = :kind, library_card_number = '${encryptedPlaceholder}',
        subject = '${encryptedPlaceholder}', sealed = :sealed, ${about},
        send_by = :sendBy, look_at = :reconcileAt, certain_at = :certainAt, certain_after_ms = :certainAfterMs
      where id = :id returning *`),
    /**
     * Gives no row if the outcome is not taken: the operation has its final outcome, or another `send_by`. An operation that
     * stays REFUSED keeps the time at which it was first settled.
     */
    settle: database.one<SqliteOperation>(`update operations
      set state = :state, is_concluded = :isConcluded, look_at = :reconcileAt, result = :result,
        details = coalesce(:details, details), ${about},
        settled_at = case state when :state then settled_at else :now end,
        epoch = case :state when 'DONE' then (
          select epoch + 1 from patron_epochs where patron_epochs.patron_id = operations.patron_id
        ) end
      where id = :id and (state = 'UNSETTLED' or is_concluded = 1) and (:isAnySendBy = 1 or send_by is :sendBy)
      returning *`),
    saveDetails: database.run(`update operations
      set details = case state when 'UNSETTLED' then :details else details end where id = :id`),
    allowSending: database.one<SqliteOperation>(`update operations
      set details = :details, send_by = :sendBy, look_at = :sendBy, certain_at = :certainAt,
        certain_after_ms = :certainAfterMs, ${about}
      where id = :id and state = 'UNSETTLED' and send_by is null returning *`),
    reconcileAgain: database.run(`update operations
      set look_at = case when state = 'UNSETTLED' or look_at is not null then :reconcileAt end where id = :id`),
    due: database.all<SqliteOperation>(
      `${due("state = 'UNSETTLED'")} union all ${due("state <> 'UNSETTLED'")} limit :maxItems`,
    ),
    /** By the index of what is unsettled, in which `look_at` is never null. */
    countOpen: database.all<{ readonly count: number }>(`with open as materialized (${open})
      select (select count(*) from open where requested_at <= :now - value) as count
      from json_each(:minAgesMs) order by key`),
    oldestOpen: database.one<{ readonly requested_at: number | null }>(
      `select min(requested_at) as requested_at from (${open})`,
    ),
    /** The drop time that all processes use: 30 seconds until one says otherwise. */
    dropTimeMs: () => dropTime({})?.drop_after_ms ?? 30_000,
    raiseDropTime: database.run(`insert into settings (only_row, drop_after_ms) values (1, :ms)
      on conflict (only_row) do update set drop_after_ms = max(drop_after_ms, excluded.drop_after_ms)`),
    postponeCertainty: database.run(`update operations
      set certain_at = certain_at + :ms, certain_after_ms = certain_after_ms + :ms
      where state = 'UNSETTLED' and certain_at is not null`),
    /** To run before `removeOperations`, with the same values: copies what outlives the operations that it removes. */
    keepOutcomes: database.run(`insert into past_operations (id, kind, state, requested_at, settled_at)
      select id, kind, state, requested_at, settled_at from operations
      where settled_at <= :until order by settled_at, id limit :maxRows`),
    removeOperations: database.run(`delete from operations where id in
      (select id from operations where settled_at <= :until order by settled_at, id limit :maxRows)`),
    removeOutcomes: database.run(`delete from past_operations where id in
      (select id from past_operations where settled_at <= :until order by settled_at limit :maxRows)`),
  };
}
