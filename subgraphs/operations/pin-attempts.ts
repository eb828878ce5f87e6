/**
 * Counts attempts at PINs by card number and client, before card management is asked (decision 14). Five failures lock a PIN
 * at card management, for everybody. A client may fail four times, so it locks out nobody but itself.
 */
import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attempts } from '../../adapters/journal/port.ts';
import { hongKongInstant } from '../library/calendar.ts';

/** Failures of one client with one number in a day: one less than lock the PIN at card management. */
export const failuresPerNumber = 4;
const numberWindowMs = 24 * 60 * 60 * 1000;
/** Failures of one client over all numbers in a quarter of an hour. More is guessing. */
export const failuresPerClient = 100;
const clientWindowMs = 15 * 60 * 1000;

/**
 * The least time in ms that an answer takes which must not reveal why a number and PIN were not accepted. It is longer than the
 * systems take on most days.
 */
export const verificationFloorMs = 400;

/** How long an attempt waits for room at most, and between two checks for it, in ms. */
const waitForRoomMs = 300;
const recheckMs = 100;

/** Where attempts are counted, and the key that numbers and clients are hashed with: the counts reveal neither. */
export interface PinCounts {
  readonly attempts: Attempts;
  readonly fingerprintKey: Uint8Array;
  /** Milliseconds since any fixed moment. It never goes back. */
  readonly monotonic: () => number;
}

/**
 * `counted`: card management may be asked. The attempt counts as a failure unless it is forgiven. `locked`: too many failures
 * of this client with this number. `throttled`: too many over all numbers. Neither reveals whether the number exists.
 *
 * Four wrong PINs for a number: each is `counted`. The fifth is `locked`, with the time of the first plus a day. Another
 * client's first attempt at the same number is `counted`.
 */
export type PinAttempt =
  | {
      readonly kind: 'counted';
      /**
       * For all calls about the PIN. It never aborts: card management counts a verification also where the client has left, so
       * the attempt must be followed to its end.
       */
      readonly signal: AbortSignal;
      /** The PIN was right: this client's failures with this number no longer count. */
      succeeded(): Promise<void>;
      /** Card management could not be asked: the attempt does not count (R26). */
      cameToNothing(): Promise<void>;
    }
  | { readonly kind: 'locked'; readonly mayRetryAt: string }
  | { readonly kind: 'throttled'; readonly mayRetryAt: string };

/** Counts an attempt of a client at the PIN of a number, which may not exist. `client`: from `clientOf`. */
export async function countPinAttempt(
  counts: PinCounts,
  client: string,
  libraryCardNumber: string,
): Promise<PinAttempt> {
  const { attempts } = counts;
  const clientKey = hashedKey(counts, 'client', client);
  const about = hashedKey(counts, 'number', libraryCardNumber);
  const key = `${clientKey} ${about}`;
  const counted = await countFailure(counts, [
    { key: clientKey, maxFailures: failuresPerClient, withinMs: clientWindowMs },
    { key, about, maxFailures: failuresPerNumber, withinMs: numberWindowMs },
  ]);
  if ('until' in counted) {
    const kind = counted.limit.key === clientKey ? 'throttled' : 'locked';
    return { kind, mayRetryAt: wholeSecond(counted.until) };
  }
  return {
    kind: 'counted',
    signal: new AbortController().signal,
    async succeeded() {
      await Promise.all([attempts.forgive(counted.ids), attempts.forgiveKey(key)]);
    },
    cameToNothing: () => attempts.forgive(counted.ids),
  };
}

/** How many failures under one key are let through in a time. `about`: by what {@link forgivePinFailures} finds them. */
export interface FailureLimit {
  readonly key: string;
  readonly about?: string;
  readonly maxFailures: number;
  readonly withinMs: number;
}

/**
 * Counts an attempt as a failure under each of the limits, in their order, before it is made; `ids` is what to forgive if it turns
 * out right. Ends at the first limit that is reached, with the time at which there is room again. What was counted before that
 * one stays counted: whoever goes on trying a locked number is still guessing.
 */
export async function countFailure(
  counts: PinCounts,
  limits: readonly FailureLimit[],
): Promise<{ readonly ids: readonly string[] } | { readonly limit: FailureLimit; readonly until: Date }> {
  const ids: string[] = [];
  for (const limit of limits) {
    const counted = await count(counts, limit);
    if ('until' in counted) {
      return { limit, until: counted.until };
    }
    ids.push(counted.id);
  }
  return { ids };
}

/** After a change of PIN, failures with the old one no longer count, for any client. */
export function forgivePinFailures(
  counts: Pick<PinCounts, 'attempts' | 'fingerprintKey'>,
  libraryCardNumber: string,
): Promise<void> {
  return counts.attempts.forgiveAbout(hashedKey(counts, 'number', libraryCardNumber));
}

/** Waits a moment for room: attempts in progress may still turn out right, and no longer count then. */
async function count(
  { attempts, monotonic }: PinCounts,
  { key, maxFailures, withinMs, about = undefined }: FailureLimit,
): Promise<{ readonly id: string } | { readonly until: Date }> {
  const end = monotonic() + waitForRoomMs;
  for (;;) {
    const attempt = await attempts.attempt(key, maxFailures, withinMs, about);
    if ('id' in attempt || monotonic() >= end) {
      return attempt;
    }
    await wait(recheckMs);
  }
}

/** Rounded up to the second: a client that retries then is not too early. */
const wholeSecond = (until: Date): string =>
  hongKongInstant(new Date(Math.ceil(until.getTime() / 1000) * 1000));

/** A key of fixed length, however long the client's name or the given number is. */
export function hashedKey(
  { fingerprintKey }: Pick<PinCounts, 'fingerprintKey'>,
  what: 'client' | 'number' | 'address',
  text: string,
): string {
  return `${what} ${createHmac('sha256', fingerprintKey).update(`pin ${what} ${text}`).digest('base64url')}`;
}
