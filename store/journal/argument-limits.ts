/** The limits on the arguments of the journal's calls, with their checks, and how long the journal keeps an operation. */

import type {
  AuditedChange,
  AuditedReading,
  Effect,
  EventOfKind,
  FeedPosition,
  Finding,
  Json,
  LoanChange,
  NewNotice,
  NewOperation,
  PlaceRequest,
} from './port.ts';

/** The most characters that a text may have. The migrations have the same numbers. */
const maxCharacters = {
  id: 22,
  caller: 200,
  reference: 128,
  kind: 64,
  fingerprint: 128,
  patronId: 64,
  libraryCardNumber: 64,
  subject: 64,
  lockKey: 200,
  attemptKey: 400,
  reader: 400,
  clientId: 400,
  applicationId: 64,
  document: 64,
  field: 64,
  follower: 64,
  eventKind: 32,
  loanId: 64,
  occasion: 200,
  endpoint: 64,
} as const;

/** The most of something that a call may give or ask for. */
const maxCounts = {
  due: 100,
  keys: 10,
  operations: 100,
  attempts: 10_000,
  readings: 10_000,
  changes: 10_000,
  effects: 500,
  loanChanges: 500,
  kinds: 32,
  accounts: 500,
  findings: 10_000,
  notices: 500,
  endpoints: 20,
  deliveries: 101,
  applications: 100,
} as const;

/** Bytes of details, and of a result, as JSON. Encrypted they are a third longer, which the migrations allow for. */
const maxJsonBytes = 65_536;
/** Thirty days: no operation is reconciled, leased or sent later than its reference is kept. */
const maxMs = 2_592_000_000;
/** A day: attempts count no longer than that. */
const maxAttemptMs = 86_400_000;

/** The most open operations that are counted: after an outage there may be thousands. */
export const maxCountedOpen = 10_000;
const maxAges = 10;

/** An operation is kept for 30 days after it was settled. */
export const operationKeptMs = 2_592_000_000;
/** Its id, kind, state and times, its effects and findings are kept for 100 days: circulation keeps its events for 90. */
export const outcomeKeptMs = 8_640_000_000;

/** A notice that could not be delivered is kept for 30 days after it was made. That it was made is known for 100 days. */
export const noticeKeptMs = 2_592_000_000;

/** The drop times that circulation may have, in milliseconds. The migrations have the same numbers. */
const dropTimeMs = { min: 100, max: 999_999 } as const;

/** @throws RangeError if any part of it is out of bounds. */
export function checkNewOperation(operation: NewOperation): void {
  checkText('caller', operation.caller);
  checkText('reference', operation.reference);
  checkText('kind', operation.kind);
  checkText('fingerprint', operation.fingerprint);
  checkPatron(operation.patronId);
  if (operation.sendWithinMs !== null) {
    checkMs('sendWithinMs', operation.sendWithinMs);
  }
  if (operation.arriveWithinMs !== undefined) {
    checkMs('arriveWithinMs', operation.arriveWithinMs);
  }
  checkMs('reconcileAfterMs', operation.reconcileAfterMs);
}

/** @throws RangeError for the number of a patron out of bounds. None is within them. */
export function checkPatron(patronId: string | null | undefined): void {
  if (patronId != null) {
    checkText('patronId', patronId);
  }
}

/** @throws RangeError if any part of it is out of bounds. */
export function checkPlace(place: PlaceRequest): void {
  checkText('patronId', place.patronId);
  checkText('libraryCardNumber', place.libraryCardNumber);
  checkText('subject', place.subject);
  checkMs('sendWithinMs', place.sendWithinMs);
  checkMs('arriveWithinMs', place.arriveWithinMs);
  checkMs('reconcileAfterMs', place.reconcileAfterMs);
}

/** @throws RangeError unless it is 100 to 999999 whole milliseconds. */
export function checkDropTime(ms: number): void {
  const { min, max } = dropTimeMs;
  if (!Number.isInteger(ms) || ms < min || ms > max) {
    throw new RangeError(`the drop time is ${ms}: it must be whole milliseconds, ${min} to ${max}`);
  }
}

/** @throws RangeError unless there are 1 to 10, of 1 to 200 characters each. */
export function checkKeys(keys: readonly string[]): void {
  checkCount('keys', keys.length);
  for (const key of keys) {
    checkText('lockKey', key);
  }
}

/** @throws RangeError unless there are at most 100, of 1 to 22 characters each. */
export function checkExceptions(ids: readonly string[]): void {
  if (ids.length > 0) {
    checkCount('due', ids.length);
  }
  for (const id of ids) {
    checkText('id', id);
  }
}

/** @throws RangeError for a key out of bounds, a count out of bounds, or a time of more than a day. */
export function checkAttempt(key: string, maxAttempts: number, withinMs: number, about: string | null): void {
  checkText('attemptKey', key);
  if (about !== null) {
    checkText('attemptKey', about);
  }
  checkCount('attempts', maxAttempts);
  checkMs('withinMs', withinMs, maxAttemptMs);
}

/** @throws RangeError unless there are 1 to 10000, each within its bounds. */
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

/** @throws RangeError unless there are 1 to 10000, each within its bounds. */
export function checkChanges(changes: readonly Omit<AuditedChange, 'at'>[]): void {
  checkCount('changes', changes.length);
  for (const { operationId, subject, clientId, patronId, field } of changes) {
    checkText('id', operationId);
    checkText('reader', subject);
    if (clientId !== null) {
      checkText('clientId', clientId);
    }
    checkText('patronId', patronId);
    checkText('field', field);
  }
}

/** @throws RangeError unless there are at most 500, each within its bounds, and the position is one of the feed. */
export function checkFeedPage({ last, settledSequence }: FeedPosition, effects: readonly Effect[]): void {
  checkSequence(settledSequence);
  if (last !== null) {
    checkSequence(last.sequence);
  }
  if (effects.length > 0) {
    checkCount('effects', effects.length);
  }
  for (const { sequence, operationId, kind } of effects) {
    checkSequence(sequence);
    checkText('id', operationId);
    checkText('eventKind', kind);
  }
}

/** @throws RangeError unless there are 1 to 500, each within its bounds. */
export function checkFindings(findings: readonly Omit<Finding, 'foundAt'>[]): void {
  checkCount('accounts', findings.length);
  for (const { operationId, sequence } of findings) {
    checkText('id', operationId);
    if (sequence !== null) {
      checkSequence(sequence);
    }
  }
}

/** @throws RangeError unless there are 1 to 32, each within its bounds. */
export function checkKinds(kinds: EventOfKind): void {
  const entries = Object.entries(kinds);
  checkCount('kinds', entries.length);
  for (const [kind, event] of entries) {
    checkText('kind', kind);
    checkText('eventKind', event);
  }
}

/** @throws RangeError unless there are at most 500, each within its bounds. */
export function checkLoanChanges(changes: readonly LoanChange[], until: string): void {
  checkSequence(until);
  if (changes.length > 0) {
    checkCount('loanChanges', changes.length);
  }
  for (const { sequence, loanId, begunBy } of changes) {
    checkSequence(sequence);
    checkText('loanId', loanId);
    if (begunBy !== null) {
      checkText('id', begunBy);
    }
  }
}

/** @throws RangeError unless there are 1 to 500, each within its bounds. */
export function checkNotices(notices: readonly NewNotice[]): void {
  checkCount('notices', notices.length);
  for (const { patronId, occasion, endpoints } of notices) {
    checkText('patronId', patronId);
    checkText('occasion', occasion);
    checkCount('endpoints', endpoints.length);
    for (const endpoint of endpoints) {
      checkText('endpoint', endpoint);
    }
  }
}

/** @throws RangeError for what is no sequence of the feed. */
export function checkSequence(sequence: string): void {
  if (!/^[0-9]{1,19}$/.test(sequence)) {
    throw new RangeError('a sequence must be a decimal number of 1 to 19 digits');
  }
}

/**
 * Takes only text that every database returns unchanged. The error does not quote the text, which may be personal.
 * @throws RangeError for empty or too long text, a NUL, or half a surrogate pair.
 */
export function checkText(name: keyof typeof maxCharacters, text: string): void {
  const max = maxCharacters[name];
  if (text.length < 1 || text.length > max) {
    throw new RangeError(`${name} has ${text.length} characters: it must have 1 to ${max}`);
  }
  if (text.includes('\0') || !text.isWellFormed()) {
    throw new RangeError(`${name} contains a NUL or half a surrogate pair: it must be well-formed text`);
  }
}

/** @throws RangeError unless it is 0 to `max` whole milliseconds. */
export function checkMs(name: string, ms: number, max = maxMs): void {
  if (!Number.isInteger(ms) || ms < 0 || ms > max) {
    throw new RangeError(`${name} is ${ms}: it must be whole milliseconds, 0 to ${max}`);
  }
}

/** Ages by which open operations are counted. @throws RangeError */
export function checkAges(agesMs: readonly number[]): void {
  if (agesMs.length > maxAges) {
    throw new RangeError(`${agesMs.length} ages are given: it must be ${maxAges} at most`);
  }
  for (const ageMs of agesMs) {
    checkMs('minAgesMs', ageMs);
  }
}

/** @throws RangeError unless it is a whole number from 1 to the most that a call may have. */
export function checkCount(name: keyof typeof maxCounts, count: number): void {
  const max = maxCounts[name];
  if (!Number.isInteger(count) || count < 1 || count > max) {
    throw new RangeError(`${count} ${name} are asked for: it must be 1 to ${max}`);
  }
}

/**
 * Details or a result as JSON text.
 * @throws RangeError if that is more than 64 KiB.
 */
export function jsonText(name: 'details' | 'result' | 'application', value: Json): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxJsonBytes) {
    throw new RangeError(`${name} has ${bytes} bytes of JSON: it may have at most ${maxJsonBytes}`);
  }
  return text;
}
