import type { AuditedReading, Json, NewOperation, Outcome, PlaceRequest } from './port.ts';

/** Characters; the migrations say the same. */
const longest = {
  id: 22,
  caller: 200,
  reference: 128,
  kind: 64,
  fingerprint: 128,
  patronId: 64,
  libraryCardNumber: 64,
  subject: 64,
  claimedKey: 200,
  attemptedKey: 400,
  reader: 400,
  clientId: 400,
  applicationId: 64,
} as const;

/** How many of something are taken at once, or given. */
const largest = { due: 100, keys: 10, attempts: 10_000, readings: 10_000 } as const;

/** Of details and of a result, as JSON. Sealed they are a third longer: the migrations know. */
const jsonBytes = 65_536;
/** Thirty days: nothing is looked at, leased or sent later than its reference is kept. */
const longestMs = 2_592_000_000;

/** Milliseconds that a reference is kept after its operation was settled: 30 days. */
export const keptMs = 2_592_000_000;
/** Milliseconds that its id, kind and outcome are: 100 days, for circulation keeps its events for 90. */
export const outcomeKeptMs = 8_640_000_000;
/** Milliseconds in which attempts are counted at most: a day. */
const longestWindowMs = 86_400_000;

/** What circulation drops: its shortest and its longest time for it, in milliseconds. The migrations say the same. */
const dropTimeMs = { least: 100, most: 999_999 } as const;

/** @throws RangeError for an operation that the journal doesn't take. */
export function checkNewOperation(operation: NewOperation): void {
  checkText('caller', operation.caller);
  checkText('reference', operation.reference);
  checkText('kind', operation.kind);
  checkText('fingerprint', operation.fingerprint);
  if (operation.sendWithinMs !== null) {
    checkMs('sendWithinMs', operation.sendWithinMs);
  }
  if (operation.arriveWithinMs !== undefined) {
    checkMs('arriveWithinMs', operation.arriveWithinMs);
  }
  checkMs('reconcileAfterMs', operation.reconcileAfterMs);
}

/** @throws RangeError for a place that the journal doesn't take. */
export function checkPlace(place: PlaceRequest): void {
  checkText('patronId', place.patronId);
  checkText('libraryCardNumber', place.libraryCardNumber);
  checkText('subject', place.subject);
  checkMs('sendWithinMs', place.sendWithinMs);
  checkMs('arriveWithinMs', place.arriveWithinMs);
  checkMs('reconcileAfterMs', place.reconcileAfterMs);
}

/** @throws RangeError for a drop time that no circulation has. */
export function checkDropTime(ms: number): void {
  const { least, most } = dropTimeMs;
  if (!Number.isInteger(ms) || ms < least || ms > most) {
    throw new RangeError(`the drop time is ${ms}: whole milliseconds are wanted, ${least} to ${most}`);
  }
}

/** @throws RangeError unless they are 1 to 10, each of 1 to 200 characters. */
export function checkKeys(keys: readonly string[]): void {
  checkCount('keys', keys.length);
  for (const key of keys) {
    checkText('claimedKey', key);
  }
}

/** @throws RangeError for a key that isn't taken, a count out of bounds, or more than a day. */
export function checkAttempt(key: string, most: number, withinMs: number, about: string | null): void {
  checkText('attemptedKey', key);
  if (about !== null) {
    checkText('attemptedKey', about);
  }
  checkCount('attempts', most);
  checkMs('withinMs', withinMs, longestWindowMs);
}

/** @throws RangeError unless they are 1 to 10000 that the journal takes. */
export function checkReadings(readings: readonly Omit<AuditedReading, 'at'>[]): void {
  checkCount('readings', readings.length);
  for (const { reader, clientId, patronId, applicationId } of readings) {
    checkText('reader', reader);
    if (clientId !== null) {
      checkText('clientId', clientId);
    }
    if (patronId !== null) {
      checkText('patronId', patronId);
    }
    if (applicationId !== undefined) {
      checkText('applicationId', applicationId);
    }
  }
}

/**
 * Text that a database gives back as it got it. The value itself is not told: it may be a person's.
 * @throws RangeError for none, too much, a NUL or half a surrogate pair.
 */
export function checkText(name: keyof typeof longest, text: string): void {
  const most = longest[name];
  if (text.length < 1 || text.length > most) {
    throw new RangeError(`${name} has ${text.length} characters: 1 to ${most} are wanted`);
  }
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new RangeError(`${name} has a NUL or half a surrogate pair in it: whole characters are wanted`);
  }
}

/** @throws RangeError unless it is 0 to 30 days, or to what is said. */
export function checkMs(name: string, ms: number, most = longestMs): void {
  if (!Number.isInteger(ms) || ms < 0 || ms > most) {
    throw new RangeError(`${name} is ${ms}: whole milliseconds are wanted, 0 to ${most}`);
  }
}

/** @throws RangeError unless it is 1 to as many as there may be. */
export function checkCount(of: keyof typeof largest, count: number): void {
  const most = largest[of];
  if (!Number.isInteger(count) || count < 1 || count > most) {
    throw new RangeError(`${count} ${of} are asked for: 1 to ${most} are wanted`);
  }
}

/**
 * What an outcome leaves, as it is stored; details are null where those that stand are kept.
 * @throws RangeError for more than 64 KiB of either, or a time out of bounds.
 */
export function outcomeText({ result, details, reconcileAfterMs }: Outcome): {
  readonly result: string;
  readonly details: string | null;
} {
  if (reconcileAfterMs !== undefined) {
    checkMs('reconcileAfterMs', reconcileAfterMs);
  }
  return {
    result: jsonText('result', result),
    details: details === undefined ? null : jsonText('details', details),
  };
}

/**
 * Details or a result as they are stored.
 * @throws RangeError for more than 64 KiB of it.
 */
export function jsonText(name: 'details' | 'result', value: Json): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > jsonBytes) {
    throw new RangeError(`${name} has ${bytes} bytes of JSON: ${jsonBytes} at most`);
  }
  return text;
}
