import type { Encryption } from '../encryption/encryption.ts';
import {
  type AboutColumns,
  decryptAboutPatron,
  decryptFields,
  decryptJson,
} from './encryption/encrypted-rows.ts';
import { operationCode } from './operation-id.ts';
import {
  JournalUnavailable,
  type Json,
  type Operation,
  type Place,
  type PlaceKind,
  type Places,
} from './port.ts';

/** PostgreSQL gives a Date, and SQLite ms since 1970. */
export type StoredTime = Date | number;

/** After every time that is stored. */
export const endOfTime = new Date('9999-12-31T23:59:59.999Z');

export const dateOrNull = (time: StoredTime | null): Date | null => (time === null ? null : new Date(time));

/** A row of `operations`. Details and result are encrypted. */
export interface OperationRow extends AboutColumns {
  readonly id: string;
  readonly kind: string;
  readonly fingerprint: string;
  readonly state: Operation['state'];
  /** A refusal that a later outcome may correct. */
  readonly is_concluded: boolean;
  readonly requested_at: Date;
  readonly settled_at: Date | null;
  readonly send_by: Date | null;
  readonly certain_at: Date | null;
  readonly certain_after_ms: number | null;
  readonly details: Json;
  readonly result: Json;
  readonly place_kind: PlaceKind | null;
  /** Caller, reference and place, encrypted. */
  readonly sealed: string;
}

/** The columns of a row with a place, for queries that may return many rows. */
export interface HeldRow {
  readonly id: string;
  readonly state: Operation['state'];
  /** A digest. */
  readonly patron_id: string;
  readonly sealed: string;
}

export function decryptOperation(encryption: Encryption, row: OperationRow): Operation {
  const fields = decryptFields(encryption, row.sealed);
  const { caller, reference, place } = fields;
  return {
    id: row.id,
    code: operationCode(row.id),
    caller,
    reference,
    kind: row.kind,
    fingerprint: row.fingerprint,
    state: row.state,
    requestedAt: row.requested_at,
    settledAt: row.settled_at,
    sendBy: row.send_by,
    certainAt: row.certain_at,
    certainAfterMs: row.certain_after_ms,
    patronId: decryptAboutPatron(encryption, row, fields),
    place:
      place === null || row.place_kind === null
        ? null
        : { ...place, operationId: row.id, kind: row.place_kind },
    details: decryptJson(encryption, row.details),
    result: decryptJson(encryption, row.result),
  };
}

/** The places of one patron. */
export function decryptPlaces(encryption: Encryption, rows: readonly HeldRow[]): Places {
  const inState = (state: HeldRow['state']): readonly Place[] =>
    rows
      .filter((row) => row.state === state)
      .flatMap(({ id, sealed }) => {
        const { place } = decryptFields(encryption, sealed);
        if (place === null) {
          return [];
        }
        return [{ operationId: id, libraryCardNumber: place.libraryCardNumber, subject: place.subject }];
      });
  return { unsettled: inState('UNSETTLED'), doneSince: inState('DONE') };
}

/** The places of each patron, in the order and number of their digests. */
export function decryptPlacesByPatron(
  encryption: Encryption,
  patronKeys: readonly string[],
  rows: readonly HeldRow[],
): readonly Places[] {
  const rowsByPatron = Map.groupBy(rows, (row) => row.patron_id);
  return patronKeys.map((key) => decryptPlaces(encryption, rowsByPatron.get(key) ?? []));
}

/**
 * The row, answer or count that a statement about one operation gave. The journal has given out the operation's id, so
 * nothing is found for it only if the operation has been removed since, or was lost in a crash before it was sent.
 * @throws JournalUnavailable if nothing was found.
 */
export function requireFound<Found>(found: Found | undefined): Found {
  if (found === undefined || found === 0) {
    throw new JournalUnavailable('journal: the operation does not exist, or no longer exists');
  }
  return found;
}
