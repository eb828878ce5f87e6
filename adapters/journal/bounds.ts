import type { Json, NewOperation, PlaceRequest } from './port.ts';

/** Characters; the migrations say the same. */
const longest = {
  caller: 200,
  reference: 128,
  kind: 64,
  fingerprint: 128,
  patronId: 64,
  libraryCardNumber: 64,
  subject: 64,
} as const;

/** Of details and of a result, as JSON. */
const jsonBytes = 65_536;
/** Thirty days: nothing is looked at, leased or sent later than its reference is kept. */
const longestMs = 2_592_000_000;

/** Milliseconds that a reference is kept after its operation was settled: 30 days. */
export const keptMs = 2_592_000_000;

/** @throws RangeError for an operation that the journal doesn't take. */
export function checkNewOperation(operation: NewOperation): void {
  checkText('caller', operation.caller);
  checkText('reference', operation.reference);
  checkText('kind', operation.kind);
  checkText('fingerprint', operation.fingerprint);
  if (operation.sendWithinMs !== null) checkMs('sendWithinMs', operation.sendWithinMs);
  checkMs('lookAfterMs', operation.lookAfterMs);
}

/** @throws RangeError for a place that the journal doesn't take. */
export function checkPlace(place: PlaceRequest): void {
  checkText('patronId', place.patronId);
  checkText('libraryCardNumber', place.libraryCardNumber);
  checkText('subject', place.subject);
  checkMs('sendWithinMs', place.sendWithinMs);
  checkMs('lookAfterMs', place.lookAfterMs);
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

/** @throws RangeError unless it is 0 to 30 days. */
export function checkMs(name: string, ms: number): void {
  if (!Number.isInteger(ms) || ms < 0 || ms > longestMs) {
    throw new RangeError(`${name} is ${ms}: whole milliseconds are wanted, 0 to ${longestMs}`);
  }
}

/** @throws RangeError unless it is 1 to 100. */
export function checkMost(most: number): void {
  if (!Number.isInteger(most) || most < 1 || most > 100) {
    throw new RangeError(`most is ${most}: 1 to 100 is wanted`);
  }
}

/** @throws RangeError unless they are 1 to 10, of 1 to 200 characters. */
export function checkKeys(keys: readonly string[]): void {
  const isForm =
    keys.length >= 1 && keys.length <= 10 && keys.every((key) => key.length >= 1 && key.length <= 200);
  if (!isForm) throw new RangeError('1 to 10 keys of 1 to 200 characters are wanted');
}

/** @throws RangeError unless the key has 1 to 400 characters and `most` is 1 to 10000. */
export function checkAttempt(key: string, most: number, withinMs: number): void {
  if (key.length < 1 || key.length > 400) throw new RangeError('a key of 1 to 400 characters is wanted');
  checkReadings(most);
  checkMs('withinMs', withinMs);
}

/** @throws RangeError unless it is 1 to 10000. */
export function checkReadings(most: number): void {
  if (!Number.isInteger(most) || most < 1 || most > 10_000) {
    throw new RangeError(`most is ${most}: 1 to 10000 is wanted`);
  }
}

/**
 * Details or a result as they are stored.
 * @throws RangeError for more than 64 KiB of it.
 */
export function jsonText(name: 'details' | 'result', value: Json): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > jsonBytes) throw new RangeError(`${name} has ${bytes} bytes of JSON: ${jsonBytes} at most`);
  return text;
}
