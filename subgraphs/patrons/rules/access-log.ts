import type { AuditedChange, AuditedReading, ChangerRole, Numbered } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';

/**
 * The numbers of the reading and of the change before which a page begins. If a number is null, the page begins with
 * the latest reading or change.
 */
export interface AuditPosition {
  readonly reading: number | null;
  readonly change: number | null;
}

/** The SDL's `AccessLogEntry`, and the position after it. The entry names no member of staff (R27). */
export interface AccessLogEntry {
  readonly at: string;
  readonly kind:
    | 'IDENTITY_NUMBER_READ'
    | 'FOUND_BY_IDENTITY_DOCUMENT'
    | 'FOUND_BY_ITEM'
    | 'OPERATIONS_READ'
    | 'SIGNED_IN'
    | 'CHANGED';
  readonly field: string | null;
  readonly role: ChangerRole;
  readonly clientId: string | null;
  readonly position: AuditPosition;
}

const kinds = {
  IDENTITY_NUMBER: 'IDENTITY_NUMBER_READ',
  PATRON_BY_IDENTITY: 'FOUND_BY_IDENTITY_DOCUMENT',
  PATRON_BY_ITEM: 'FOUND_BY_ITEM',
  OPERATIONS: 'OPERATIONS_READ',
  SIGN_IN: 'SIGNED_IN',
} as const satisfies Record<AuditedReading['what'], AccessLogEntry['kind']>;

/**
 * Merges readings and changes into one log, the latest first. Both lists begin with the latest. The two audits have
 * separate numbers, so a position has a number for each audit.
 *
 * @example
 * // readings 8 (09:30) and 7 (09:10), change 3 (09:20), from the beginning:
 * // reading 8, position 8 and null; change 3, position 8 and 3; reading 7, position 7 and 3
 */
export function mergeAccesses(
  readings: readonly Numbered<AuditedReading>[],
  changes: readonly Numbered<AuditedChange>[],
  from: AuditPosition,
): AccessLogEntry[] {
  const entries: AccessLogEntry[] = [];
  let position = from;
  const [readingsLeft, changesLeft] = [[...readings], [...changes]];
  for (;;) {
    const [reading, change] = [readingsLeft[0], changesLeft[0]];
    if (reading !== undefined && (change === undefined || reading.at >= change.at)) {
      readingsLeft.shift();
      position = { ...position, reading: reading.number };
      const { at, what, clientId } = reading;
      // Only staff read a whole number, find a patron by a document, or look up somebody's operations.
      const role = what === 'SIGN_IN' ? 'PATRON' : 'STAFF';
      const told = { kind: kinds[what], field: null, role, clientId } as const;
      entries.push({ at: hongKongInstant(at), ...told, position });
    } else if (change !== undefined) {
      changesLeft.shift();
      position = { ...position, change: change.number };
      const { at, field, role, clientId } = change;
      entries.push({ at: hongKongInstant(at), kind: 'CHANGED', field, role, clientId, position });
    } else {
      return entries;
    }
  }
}

/** The position as the key of a cursor, such as `8.3`. */
export const keyOfPosition = ({ reading, change }: AuditPosition): string =>
  `${reading ?? ''}.${change ?? ''}`;

/** The position in a cursor's key; null if the key has another form. */
export function positionOfKey(key: string): AuditPosition | null {
  const [, reading, change] = /^([0-9]{0,15})\.([0-9]{0,15})$/.exec(key) ?? [];
  const numberIn = (digits: string) => (digits === '' ? null : Number(digits));
  return reading === undefined || change === undefined
    ? null
    : { reading: numberIn(reading), change: numberIn(change) };
}
