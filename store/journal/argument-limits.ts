/**
 * The limits on arguments of the journal's methods, with their checks, and how long the journal keeps its data. Some
 * arguments come only from the program itself, such as kinds, fingerprints, and names of followers and endpoints. They
 * are limited only by their columns.
 */
import type { Json } from './port.ts';

/** The maximum length of each text, in characters. If a text is stored unencrypted, its column has the same limit. */
const maxCharacters = {
  id: 22,
  caller: 200,
  reference: 128,
  patronId: 64,
  libraryCardNumber: 64,
  subject: 64,
  lockKey: 200,
  attemptKey: 400,
  sub: 400,
  clientId: 400,
  applicationId: 64,
  document: 64,
  field: 64,
  accessReason: 32,
  formerEmail: 254,
  occasion: 200,
  switchOff: 1000,
  operator: 400,
  stationId: 64,
  changeId: 64,
  reason: 500,
  workRow: 64,
} as const;

/** The maximum number of items of each kind that a call may pass or request. */
const maxCounts = {
  due: 100,
  keys: 10,
  // A page has at most a hundred operations. One more is read, which shows whether there is another page.
  operations: 101,
  attempts: 10_000,
  readings: 10_000,
  colleagues: 100,
  changes: 10_000,
  fields: 10,
  effects: 500,
  loanChanges: 500,
  kinds: 32,
  accounts: 500,
  findings: 10_000,
  notices: 500,
  patrons: 500,
  endpoints: 20,
  deliveries: 101,
  applications: 100,
  ages: 10,
  logRows: 500,
} as const;

/**
 * The maximum size of details, a result or an application, in bytes of JSON. Encryption adds a third, and the columns
 * have room for it.
 */
const maxJsonBytes = 65_536;
/**
 * The maximum for arguments that are durations: thirty days, in ms. References are kept for thirty days, so no
 * reconciliation, lease or sending takes longer.
 */
const maxMs = 2_592_000_000;
/**
 * The longest delay until the next reconciliation of an unsettled operation, and until the next check of a settled one,
 * in ms. If an operation seems to be due later than that, the clock was put back. It is then taken as due now.
 */
export const maxUnsettledDelayMs = 120_000;
export const maxCheckDelayMs = 86_400_000;
/** The longest pause between two attempts to deliver a notice: half a day, in ms. */
export const maxDeliveryDelayMs = 43_200_000;
/** The longest time for which an attempt, for example at a PIN, is counted: one day, in ms. */
export const maxAttemptMs = 86_400_000;
/** The limits of circulation's drop time, in ms. The column has the same limits. */
const dropTimeMs = { min: 100, max: 999_999 } as const;

/** The maximum number of unsettled operations that are counted. After an outage there may be thousands. */
export const maxCountedOpen = 10_000;

/** An operation is kept for 30 days after it was settled. */
export const operationKeptMs = 2_592_000_000;
/**
 * The time for which an operation's outcome is kept: its id, kind, state and times, its findings, and its effects. 100
 * days, because circulation keeps its events for 90 days.
 */
export const outcomeKeptMs = 8_640_000_000;
/**
 * The time for which an effect (a change that the payment system made for an operation) is kept: 60 days.
 * - An operation is kept for 30 days. Effects must be kept longer, because a done operation without an effect looks as
 *   if the payment system had not carried it out.
 * - The operation's outcome is kept for 100 days. Effects must be kept shorter, because an effect without an outcome
 *   looks as if the operation had been lost.
 */
export const paymentEffectKeptMs = 5_184_000_000;
/** The time for which an undelivered notice is kept: 30 days. The record that it was made is kept for 100 days. */
export const noticeKeptMs = 2_592_000_000;

/** A row of the log of changes is kept for seven days. */
export const logKeptMs = 604_800_000;

/**
 * Accepts only texts that every database returns unchanged. Null and undefined are accepted. The error does not quote
 * the text, which may be personal.
 * @throws RangeError for an empty or too long text, a NUL, or half a surrogate pair.
 */
export function checkTexts(
  texts: Readonly<Partial<Record<keyof typeof maxCharacters, string | null | undefined>>>,
): void {
  for (const [name, text] of Object.entries(texts)) {
    const max = maxCharacters[name as keyof typeof texts];
    if (text != null && (text.length < 1 || text.length > max)) {
      throw new RangeError(`${name} has ${text.length} characters: it must have 1 to ${max}`);
    }
    if (text?.includes('\0') || text?.isWellFormed() === false) {
      throw new RangeError(`${name} contains a NUL or half a surrogate pair: it must be well-formed text`);
    }
  }
}

/**
 * Checks times. Null and undefined are accepted.
 * @throws RangeError unless each is 0 to `max` whole milliseconds.
 */
export function checkTimes(times: Readonly<Record<string, number | null | undefined>>, max = maxMs): void {
  for (const [name, ms] of Object.entries(times)) {
    if (ms != null && (!Number.isInteger(ms) || ms < 0 || ms > max)) {
      throw new RangeError(`${name} is ${ms}: it must be whole milliseconds, 0 to ${max}`);
    }
  }
}

/** @throws RangeError unless `count` is a whole number from `min` to the maximum for `name`. */
export function checkCount(name: keyof typeof maxCounts, count: number, min: 0 | 1 = 1): void {
  const max = maxCounts[name];
  if (!Number.isInteger(count) || count < min || count > max) {
    throw new RangeError(`${count} ${name} are asked for: it must be ${min} to ${max}`);
  }
}

/** @throws RangeError unless the drop time is 100 to 999999 whole milliseconds. */
export function checkDropTime(ms: number): void {
  const { min, max } = dropTimeMs;
  if (!Number.isInteger(ms) || ms < min || ms > max) {
    throw new RangeError(`the drop time is ${ms}: it must be whole milliseconds, ${min} to ${max}`);
  }
}

/** @throws RangeError unless `sequence` is a decimal number of 1 to 19 digits. */
export function checkSequence(sequence: string): void {
  if (!/^[0-9]{1,19}$/.test(sequence)) {
    throw new RangeError('a sequence must be a decimal number of 1 to 19 digits');
  }
}

/** @throws RangeError unless `number` is 0 or a positive whole number. */
export function checkLogNumber(number: number): void {
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new RangeError(`${number} is no number of the log: it must be a whole number, from 0`);
  }
}

/**
 * Details, a result or an application as JSON text.
 * @throws RangeError if the text is longer than 64 KiB.
 */
export function jsonText(name: 'details' | 'result' | 'application', value: Json): string {
  const text = JSON.stringify(value);
  const bytes = Buffer.byteLength(text);
  if (bytes > maxJsonBytes) {
    throw new RangeError(`${name} has ${bytes} bytes of JSON: it may have at most ${maxJsonBytes}`);
  }
  return text;
}
