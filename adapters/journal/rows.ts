import {
  type AuditedReading,
  JournalUnavailable,
  type Json,
  type Operation,
  type Place,
  type PlaceKind,
  type Places,
} from './port.ts';

/** A row of `operations`; how a database gives times and JSON is its own. */
export interface OperationRow<Time, StoredJson> {
  readonly id: string;
  readonly caller: string;
  readonly reference: string;
  readonly kind: string;
  readonly fingerprint: string;
  readonly state: Operation['state'];
  readonly requested_at: Time;
  readonly settled_at: Time | null;
  readonly send_by: Time | null;
  readonly certain_at: Time | null;
  readonly certain_after_ms: number | null;
  readonly details: StoredJson;
  readonly result: StoredJson | null;
  readonly patron_id: string | null;
  readonly place_kind: PlaceKind | null;
  readonly library_card_number: string | null;
  readonly subject: string | null;
}

/** What of a row with a place is asked for where there may be many. */
export interface HeldRow {
  readonly id: string;
  readonly state: Operation['state'];
  readonly patron_id: string;
  readonly library_card_number: string;
  readonly subject: string;
}

/** How to read what is a database's own. */
export interface Reading<Time, StoredJson> {
  readonly date: (time: Time) => Date;
  readonly json: (stored: StoredJson) => Json;
}

export function operationOf<Time, StoredJson>(
  row: OperationRow<Time, StoredJson>,
  { date, json }: Reading<Time, StoredJson>,
): Operation {
  return {
    id: row.id,
    caller: row.caller,
    reference: row.reference,
    kind: row.kind,
    fingerprint: row.fingerprint,
    state: row.state,
    requestedAt: date(row.requested_at),
    settledAt: row.settled_at === null ? null : date(row.settled_at),
    sendBy: row.send_by === null ? null : date(row.send_by),
    certainAt: row.certain_at === null ? null : date(row.certain_at),
    certainAfterMs: row.certain_after_ms,
    place: placeOf(row),
    details: json(row.details),
    result: row.result === null ? null : json(row.result),
  };
}

function placeOf(row: OperationRow<unknown, unknown>): Operation['place'] {
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

/** The places of each patron, in the order and number of `patronIds`. */
export function placesByPatron(patronIds: readonly string[], rows: readonly HeldRow[]): readonly Places[] {
  const byPatron = Map.groupBy(rows, (row) => row.patron_id);
  return patronIds.map((patronId) => placesOf(byPatron.get(patronId) ?? []));
}

/**
 * What a statement about one operation gave. An id that the journal gave is unknown to it only where the operation has
 * been forgotten since, or was lost before anything came of it.
 * @throws JournalUnavailable where that is nothing.
 */
export function known<Found>(found: Found | undefined): Found {
  if (found === undefined || found === 0)
    throw new JournalUnavailable('journal: no such operation is there any more');
  return found;
}

/** A row of `readings`. */
export interface ReadingRow<Time> {
  readonly at: Time;
  readonly reader: string;
  readonly client_id: string | null;
  readonly what: AuditedReading['what'];
  readonly patron_id: string | null;
  readonly application_id: string | null;
}

export function readingOf<Time>(row: ReadingRow<Time>, date: (time: Time) => Date): AuditedReading {
  return {
    at: date(row.at),
    reader: row.reader,
    clientId: row.client_id,
    what: row.what,
    patronId: row.patron_id,
    ...(row.application_id !== null && { applicationId: row.application_id }),
  };
}
