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
  const clientCount = await count(counts, clientKey, failuresPerClient, clientWindowMs);
  if ('until' in clientCount) {
    return { kind: 'throttled', mayRetryAt: wholeSecond(clientCount.until) };
  }
  const about = hashedKey(counts, 'number', libraryCardNumber);
  const key = `${clientKey} ${about}`;
  const numberCount = await count(counts, key, failuresPerNumber, numberWindowMs, about);
  if ('until' in numberCount) {
    return { kind: 'locked', mayRetryAt: wholeSecond(numberCount.until) };
  }
  return {
    kind: 'counted',
    signal: new AbortController().signal,
    async succeeded() {
      await Promise.all([attempts.forgive([clientCount.id]), attempts.forgiveKey(key)]);
    },
    cameToNothing: () => attempts.forgive([clientCount.id, numberCount.id]),
  };
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
  key: string,
  maxFailures: number,
  withinMs: number,
  about?: string,
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
function hashedKey(
  { fingerprintKey }: Pick<PinCounts, 'fingerprintKey'>,
  what: 'client' | 'number',
  text: string,
): string {
  return `${what} ${createHmac('sha256', fingerprintKey).update(`pin ${what} ${text}`).digest('base64url')}`;
}
