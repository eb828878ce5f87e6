import type { Operation, Place, PlaceKind, Places } from './port.ts';
import type { SqliteDatabase } from './sqlite-database.ts';

/** A row of `operations`. Times are milliseconds since 1970. */
export interface OperationRow {
  readonly id: string;
  readonly caller: string;
  readonly reference: string;
  readonly kind: string;
  readonly fingerprint: string;
  readonly state: Operation['state'];
  readonly is_concluded: 0 | 1;
  readonly requested_at: number;
  readonly settled_at: number | null;
  readonly send_by: number | null;
  readonly details: string;
  readonly result: string | null;
  readonly patron_id: string | null;
  readonly place_kind: PlaceKind | null;
  readonly library_card_number: string | null;
  readonly subject: string | null;
}

type HeldRow = Pick<OperationRow, 'id' | 'state'> & {
  readonly patron_id: string;
  readonly library_card_number: string;
  readonly subject: string;
};

export type Statements = ReturnType<typeof prepareStatements>;

/** All the SQL of the journal over SQLite, but for its tables. */
export function prepareStatements(database: SqliteDatabase) {
  const held = `select id, state, patron_id, library_card_number, subject from operations
    where place_kind = :kind and state <> 'REFUSED'`;
  return {
    insert: database.one<OperationRow>(`insert into operations
      (id, caller, reference, kind, fingerprint, state, requested_at, send_by, look_at, details)
      values (:id, :caller, :reference, :kind, :fingerprint, 'UNSETTLED', :now, :sendBy, :lookAt, :details)
      on conflict (caller, reference) do nothing returning *`),
    byId: database.one<OperationRow>('select * from operations where id = :id'),
    byReference: database.one<OperationRow>(
      'select * from operations where caller = :caller and reference = :reference',
    ),
    epoch: database.one<{ readonly epoch: number }>('select epoch from patrons where patron_id = :patronId'),
    nextEpoch: database.one<{ readonly epoch: number }>(
      'update patrons set epoch = epoch + 1 where patron_id = :patronId returning epoch',
    ),
    /** At epoch 0, as every patron is before. */
    addPatron: database.run(
      'insert into patrons (patron_id, epoch) values (:patronId, 0) on conflict do nothing',
    ),
    placesSince: database.all<HeldRow>(
      `${held} and patron_id = :patronId and (state = 'UNSETTLED' or epoch > :since)`,
    ),
    recentPlaces: database.all<HeldRow>(`${held} and patron_id in (select value from json_each(:patronIds))
      and (state = 'UNSETTLED' or settled_at >= :settledFrom)`),
    reserve: database.one<OperationRow>(`update operations
      set patron_id = :patronId, place_kind = :kind, library_card_number = :libraryCardNumber, subject = :subject,
        send_by = :sendBy, look_at = :lookAt
      where id = :id returning *`),
    settle: database.one<OperationRow>(`update operations
      set state = :state, is_concluded = :isConcluded, settled_at = :now, look_at = :lookAt, result = :result, epoch = :epoch
      where id = :id returning *`),
    note: database.run(`update operations
      set details = case state when 'UNSETTLED' then :details else details end where id = :id`),
    lookAgain: database.run(`update operations
      set look_at = case when state = 'UNSETTLED' or is_concluded then :lookAt end where id = :id`),
    due: database.all<OperationRow>(
      'select * from operations where look_at <= :now order by look_at, id limit :most',
    ),
    forget: database.run(`delete from operations where id in
      (select id from operations where settled_at <= :settledBy order by settled_at limit :most)`),
  };
}

export function operationOf(row: OperationRow): Operation {
  return {
    id: row.id,
    caller: row.caller,
    reference: row.reference,
    kind: row.kind,
    fingerprint: row.fingerprint,
    state: row.state,
    requestedAt: new Date(row.requested_at),
    settledAt: dateOf(row.settled_at),
    sendBy: dateOf(row.send_by),
    place: placeOf(row),
    details: JSON.parse(row.details),
    result: row.result === null ? null : JSON.parse(row.result),
  };
}

const dateOf = (ms: number | null): Date | null => (ms === null ? null : new Date(ms));

function placeOf(row: OperationRow): Operation['place'] {
  const { patron_id, place_kind, library_card_number, subject } = row;
  if (patron_id === null || place_kind === null || library_card_number === null || subject === null)
    return null;
  return {
    operationId: row.id,
    patronId: patron_id,
    kind: place_kind,
    libraryCardNumber: library_card_number,
    subject,
  };
}

export function placesOf(rows: readonly HeldRow[]): Places {
  const inState = (state: HeldRow['state']): readonly Place[] =>
    rows
      .filter((row) => row.state === state)
      .map(({ id, library_card_number, subject }) => ({
        operationId: id,
        libraryCardNumber: library_card_number,
        subject,
      }));
  return { unsettled: inState('UNSETTLED'), doneSince: inState('DONE') };
}
