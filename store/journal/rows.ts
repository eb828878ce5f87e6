import type { Encryption } from '../encryption/encryption.ts';
import { OperationLost, StoreUnavailable } from '../store-unavailable.ts';
import { type AboutColumns, decryptAboutPatron, decryptFields, decryptJson } from './encrypted-rows.ts';
import { operationCode } from './operation-id.ts';
import type { Operation, PlaceKind } from './port.ts';

/** A time in a row: a Date in PostgreSQL, and ms since 1970 in SQLite. */
export type StoredTime = Date | number;

/** A time that is later than every stored time. */
export const endOfTime = new Date('9999-12-31T23:59:59.999Z');

export const dateOrNull = (time: StoredTime | null): Date | null => (time === null ? null : new Date(time));

/** A row of `operations`. Details and result contain encrypted text, as JSON. */
export interface OperationRow extends AboutColumns {
  readonly id: string;
  readonly kind: string;
  readonly fingerprint: string;
  readonly state: Operation['state'];
  /** Whether the refusal was concluded from other facts. A later outcome may then correct it. */
  readonly is_concluded: boolean | 0 | 1;
  readonly requested_at: StoredTime;
  readonly settled_at: StoredTime | null;
  readonly send_by: StoredTime | null;
  readonly certain_at: StoredTime | null;
  readonly certain_after_ms: number | null;
  readonly details: string;
  readonly result: string | null;
  readonly place_kind: PlaceKind | null;
  readonly is_place_held: boolean | 0 | 1;
  /** Caller, reference and place, encrypted. */
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
    requestedAt: new Date(row.requested_at),
    settledAt: dateOrNull(row.settled_at),
    sendBy: dateOrNull(row.send_by),
    certainAt: dateOrNull(row.certain_at),
    certainAfterMs: row.certain_after_ms,
    patronId: decryptAboutPatron(encryption, row, fields),
    place:
      place === null || row.place_kind === null
        ? null
        : { ...place, operationId: row.id, kind: row.place_kind },
    holdsPlace: Boolean(row.is_place_held),
    details: decryptJson(encryption, JSON.parse(row.details)),
    result: row.result === null ? null : decryptJson(encryption, JSON.parse(row.result)),
  };
}

/**
 * Returns the row of an operation whose id the journal has given out.
 * @throws OperationLost if there is no row. Then the operation was removed, or it was lost in a crash or with a former
 * primary server.
 */
export function requireOperation<Found>(found: Found | undefined): Found {
  if (found === undefined) {
    throw new OperationLost('journal: the operation does not exist, or no longer exists');
  }
  return found;
}

/** Returns the row of a statement that must find one. @throws StoreUnavailable if it found none */
export function requireFound<Found>(found: Found | undefined): Found {
  if (found === undefined) {
    throw new StoreUnavailable('journal: a row is missing');
  }
  return found;
}
