import { decryptedJson, decryptedNames } from './encryption/encrypted-rows.ts';
import type { Encryption } from './encryption/encryption.ts';
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
  /** A digest. */
  readonly patron_id: string | null;
  readonly place_kind: PlaceKind | null;
  /** Caller, reference and place. */
  readonly sealed: string;
}

/** What of a row with a place is asked for where there may be many. */
export interface HeldRow {
  readonly id: string;
  readonly state: Operation['state'];
  readonly patron_id: string;
  readonly sealed: string;
}

/** How to read what is a database's own. */
export interface Reading<Time, StoredJson> {
  readonly date: (time: Time) => Date;
  readonly json: (stored: StoredJson) => Json;
}

export function operationOf<Time, StoredJson>(
  row: OperationRow<Time, StoredJson>,
  { date, json }: Reading<Time, StoredJson>,
  encryption: Encryption,
): Operation {
  const { caller, reference, place } = decryptedNames(encryption, row.sealed);
  return {
    id: row.id,
    caller,
    reference,
    kind: row.kind,
    fingerprint: row.fingerprint,
    state: row.state,
    requestedAt: date(row.requested_at),
    settledAt: row.settled_at === null ? null : date(row.settled_at),
    sendBy: row.send_by === null ? null : date(row.send_by),
    certainAt: row.certain_at === null ? null : date(row.certain_at),
    certainAfterMs: row.certain_after_ms,
    place:
      place === null || row.place_kind === null
        ? null
        : { ...place, operationId: row.id, kind: row.place_kind },
    details: decryptedJson(encryption, json(row.details)),
    result: row.result === null ? null : decryptedJson(encryption, json(row.result)),
  };
}

export function placesOf(encryption: Encryption, rows: readonly HeldRow[]): Places {
  const inState = (state: HeldRow['state']): readonly Place[] =>
    rows
      .filter((row) => row.state === state)
      .flatMap(({ id, sealed }) => {
        const { place } = decryptedNames(encryption, sealed);
        if (place === null) {
          return [];
        }
        return [{ operationId: id, libraryCardNumber: place.libraryCardNumber, subject: place.subject }];
      });
  return { unsettled: inState('UNSETTLED'), doneSince: inState('DONE') };
}

/** The places of each patron, in the order and number of their digests. */
export function placesByPatron(
  encryption: Encryption,
  patronKeys: readonly string[],
  rows: readonly HeldRow[],
): readonly Places[] {
  const byPatron = Map.groupBy(rows, (row) => row.patron_id);
  return patronKeys.map((key) => placesOf(encryption, byPatron.get(key) ?? []));
}

/**
 * What a statement about one operation gave. An id that the journal gave is unknown to it only where the operation has
 * been forgotten since, or was lost before anything came of it.
 * @throws JournalUnavailable where that is nothing.
 */
export function known<Found>(found: Found | undefined): Found {
  if (found === undefined || found === 0) {
    throw new JournalUnavailable('journal: no such operation is there any more');
  }
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
