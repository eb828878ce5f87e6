import type { AuditedChange, AuditedReading, ChangerRole, Numbered } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';

/**
 * The position after which a page of the access log begins: the numbers of the last reading and of the last change
 * before the page. Null if there is none.
 */
export interface AuditPosition {
  readonly reading: number | null;
  readonly change: number | null;
}

/**
 * The SDL's `AccessLogEntry`, and the position after this entry. Only staff with `audit:read` see `colleague` (R27).
 */
export interface AccessLogEntry {
  readonly at: string;
  readonly kind:
    | 'RECORD_READ'
    | 'LOANS_READ'
    | 'IDENTITY_NUMBER_READ'
    | 'FOUND_BY_IDENTITY_DOCUMENT'
    | 'FOUND_BY_ITEM'
    | 'OPERATIONS_READ'
    | 'SIGNED_IN'
    | 'DATA_EXPORTED'
    | 'CHANGED';
  readonly field: string | null;
  readonly role: ChangerRole;
  readonly colleague: string | null;
  readonly reason: string | null;
  readonly clientId: string | null;
  readonly position: AuditPosition;
}

type ReadingOfPatron = Exclude<AuditedReading['what'], 'ERASURE'>;

/** An erasure names no patron, so no patron's log has it. */
const isOfPatron = (
  reading: Numbered<AuditedReading>,
): reading is Numbered<AuditedReading> & { readonly what: ReadingOfPatron } => reading.what !== 'ERASURE';

const kinds = {
  RECORD: 'RECORD_READ',
  LOANS: 'LOANS_READ',
  IDENTITY_NUMBER: 'IDENTITY_NUMBER_READ',
  PATRON_BY_IDENTITY: 'FOUND_BY_IDENTITY_DOCUMENT',
  PATRON_BY_ITEM: 'FOUND_BY_ITEM',
  OPERATIONS: 'OPERATIONS_READ',
  SIGN_IN: 'SIGNED_IN',
  DATA_EXPORT: 'DATA_EXPORTED',
} as const satisfies Record<ReadingOfPatron, AccessLogEntry['kind']>;

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
  const [readingsLeft, changesLeft] = [readings.filter(isOfPatron), [...changes]];
  for (;;) {
    const [reading, change] = [readingsLeft[0], changesLeft[0]];
    if (reading !== undefined && (change === undefined || reading.at >= change.at)) {
      readingsLeft.shift();
      position = { ...position, reading: reading.number };
      const { at, what, subject, role, reason, clientId } = reading;
      const who = { role, colleague: colleagueOf(role, subject), reason, clientId };
      entries.push({ at: hongKongInstant(at), kind: kinds[what], field: null, ...who, position });
    } else if (change !== undefined) {
      changesLeft.shift();
      position = { ...position, change: change.number };
      const { at, field, role, subject, clientId } = change;
      const who = { role, colleague: colleagueOf(role, subject), reason: null, clientId };
      entries.push({ at: hongKongInstant(at), kind: 'CHANGED', field, ...who, position });
    } else {
      return entries;
    }
  }
}

const colleagueOf = (role: ChangerRole, subject: string): string | null =>
  role === 'PATRON' ? null : subject;

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
