import { encryptedElsewhere } from '../encryption/encrypted-rows.ts';
import type { Encryption } from '../encryption/encryption.ts';
import type { Operation } from '../port.ts';
import { type HeldRow, type OperationRow, operationOf } from '../rows.ts';
import type { SqliteDatabase } from './database.ts';

/** Times are milliseconds since 1970, JSON is text. */
export interface SqliteOperation extends OperationRow<number, string> {
  readonly is_concluded: 0 | 1;
}

export const operationIn = (encryption: Encryption, row: SqliteOperation): Operation =>
  operationOf(row, { date: (ms) => new Date(ms), json: (text) => JSON.parse(text) }, encryption);

export type Statements = ReturnType<typeof prepareStatements>;

/** All the SQL of the journal over SQLite, but for its tables. */
export function prepareStatements(database: SqliteDatabase) {
  const held = `select id, state, patron_id, sealed from operations
    where place_kind = :kind and state <> 'REFUSED'`;
  const due = (which: string) => `select * from (
      select * from operations where ${which} and look_at <= :now
      and (:kinds is null or kind in (select value from json_each(:kinds))) order by look_at, id limit :most
    )`;
  return {
    insert: database.one<SqliteOperation>(`insert into operations
      (id, caller, reference, kind, fingerprint, state, requested_at, send_by, look_at, certain_at, certain_after_ms,
        details, sealed)
      values (:id, :caller, :reference, :kind, :fingerprint, 'UNSETTLED', :now, :sendBy, :lookAt, :certainAt,
        :certainAfterMs, :details, :sealed)
      on conflict (caller, reference) do nothing returning *`),
    byId: database.one<SqliteOperation>('select * from operations where id = :id'),
    byReference: database.one<SqliteOperation>(
      'select * from operations where caller = :caller and reference = :reference',
    ),
    placesNow: database.one<{ readonly epoch: number | null; readonly holders: string }>(`select
      (select epoch from patron_epochs where patron_id = :patronId) as epoch,
      (select json_group_array(id) from operations
        where patron_id = :patronId and place_kind = :kind and state = 'UNSETTLED') as holders`),
    /** To be run where a place was settled as done, which has got this epoch. */
    nextEpoch: database.run('update patron_epochs set epoch = epoch + 1 where patron_id = :patronId'),
    /** At epoch 0, as every patron is before. */
    addPatron: database.run(
      'insert into patron_epochs (patron_id, epoch) values (:patronId, 0) on conflict do nothing',
    ),
    placesSince: database.all<HeldRow>(
      `${held} and patron_id = :patronId and (state = 'UNSETTLED' or epoch > :since)`,
    ),
    recentPlaces: database.all<HeldRow>(`${held} and patron_id in (select value from json_each(:patronIds))
      and (state = 'UNSETTLED' or settled_at >= :settledFrom)`),
    reserve: database.one<SqliteOperation>(`update operations
      set patron_id = :patronId, place_kind = :kind, library_card_number = '${encryptedElsewhere}', subject = '${encryptedElsewhere}',
        sealed = :sealed,        send_by = :sendBy, look_at = :lookAt, certain_at = :certainAt, certain_after_ms = :certainAfterMs
      where id = :id returning *`),
    /**
     * Nothing where the operation stands as it is: for good, or until an outcome corrects it. One that stays REFUSED keeps the
     * time at which it was first settled.
     */
    settle: database.one<SqliteOperation>(`update operations
      set state = :state, is_concluded = :isConcluded, look_at = :lookAt, result = :result,
        details = coalesce(:details, details),
        settled_at = case state when :state then settled_at else :now end,
        epoch = case :state when 'DONE' then (
          select epoch + 1 from patron_epochs where patron_epochs.patron_id = operations.patron_id
        ) end
      where id = :id and (state = 'UNSETTLED' or is_concluded = 1) and (:isAnySendBy = 1 or send_by is :sendBy)
      returning *`),
    note: database.run(`update operations
      set details = case state when 'UNSETTLED' then :details else details end where id = :id`),
    arm: database.one<SqliteOperation>(`update operations
      set details = :details, send_by = :sendBy, look_at = :sendBy, certain_at = :certainAt,
        certain_after_ms = :certainAfterMs
      where id = :id and state = 'UNSETTLED' and send_by is null returning *`),
    reconcileAgain: database.run(`update operations
      set look_at = case when state = 'UNSETTLED' or look_at is not null then :lookAt end where id = :id`),
    due: database.all<SqliteOperation>(
      `${due("state = 'UNSETTLED'")} union all ${due("state <> 'UNSETTLED'")} limit :most`,
    ),
    dropTime: database.one<{ readonly drop_after_ms: number }>(
      'select coalesce((select drop_after_ms from settings), 30000) as drop_after_ms',
    ),
    agreeOnDropTime: database.one<{
      readonly drop_after_ms: number;
    }>(`insert into settings (only_row, drop_after_ms) values (1, :ms)
      on conflict (only_row) do update set drop_after_ms = max(drop_after_ms, excluded.drop_after_ms)
      returning drop_after_ms`),
    beCertainLater: database.run(`update operations
      set certain_at = certain_at + :ms, certain_after_ms = certain_after_ms + :ms
      where state = 'UNSETTLED' and certain_at is not null`),
    /** To be forgotten next: what is to be kept of it is kept before. */
    keepOutcomes: database.run(`insert into past_operations (id, kind, state, requested_at, settled_at)
      select id, kind, state, requested_at, settled_at from operations
      where settled_at <= :until order by settled_at, id limit :most`),
    forget: database.run(`delete from operations where id in
      (select id from operations where settled_at <= :until order by settled_at, id limit :most)`),
    forgetOutcomes: database.run(`delete from past_operations where id in
      (select id from past_operations where settled_at <= :until order by settled_at limit :most)`),
    forgetAttempts: database.run(`delete from attempts where id in
      (select id from attempts where ends_at <= :now order by ends_at limit :most)`),
  };
}
