/**
 * Guesses at PINs, counted by number and client before card management is asked (decision 14). Five failures lock a PIN at
 * card management, for everybody; so a client that may fail four times locks nobody but itself out.
 */
import { createHmac } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Attempts } from '../../adapters/journal/port.ts';
import { hongKongInstant } from '../library/calendar.ts';

/** Failures that one client may have with one number in a day: one less than lock the PIN at card management. */
export const failuresPerNumber = 4;
const numberWindowMs = 24 * 60 * 60 * 1000;
/** Failures of one client over all numbers, in a quarter of an hour: more is guessing. */
export const failuresPerClient = 100;
const clientWindowMs = 15 * 60 * 1000;

/** Milliseconds that an attempt waits for room at most, and between two looks for it. */
const waitForRoomMs = 300;
const reconcileAgainMs = 100;

/** Where attempts are counted, and what numbers and clients are hashed with: whoever reads what is counted learns neither. */
export interface PinCounts {
  readonly attempts: Attempts;
  readonly fingerprintKey: Uint8Array;
  /** Milliseconds from any fixed moment, and never back. */
  readonly monotonic: () => number;
}

/**
 * `counted`: card management may be asked; the attempt counts as wrong unless it is forgiven. `locked`: too many failures
 * with this number; `throttled`: with all numbers. Neither says whether there is such a number.
 */
export type PinAttempt =
  | {
      readonly kind: 'counted';
      /**
       * For all that is asked about the PIN: a client that leaves ends none of it. Card management counts what it was asked,
       * also where nobody waits for its answer.
       */
      readonly signal: AbortSignal;
      /** The PIN was right: no failure of this client's with this number counts any more. */
      succeeded(): Promise<void>;
      /** It could not be found out: this attempt doesn't count (R26). */
      cameToNothing(): Promise<void>;
    }
  | { readonly kind: 'locked'; readonly mayRetryAt: string }
  | { readonly kind: 'throttled'; readonly mayRetryAt: string };

/** Counts an attempt of a client's, under whatever it is known by, at the PIN of a number, known or not. */
export async function countPinAttempt(
  counts: PinCounts,
  client: string,
  libraryCardNumber: string,
): Promise<PinAttempt> {
  const { attempts } = counts;
  const clientKey = keyed(counts, 'client', client);
  const ofClient = await count(counts, clientKey, failuresPerClient, clientWindowMs);
  if ('until' in ofClient) {
    return { kind: 'throttled', mayRetryAt: wholeSecond(ofClient.until) };
  }
  const about = keyed(counts, 'number', libraryCardNumber);
  const key = `${clientKey} ${about}`;
  const ofNumber = await count(counts, key, failuresPerNumber, numberWindowMs, about);
  if ('until' in ofNumber) {
    return { kind: 'locked', mayRetryAt: wholeSecond(ofNumber.until) };
  }
  return {
    kind: 'counted',
    signal: new AbortController().signal,
    async succeeded() {
      await Promise.all([attempts.forgive([ofClient.id]), attempts.forgiveKey(key)]);
    },
    cameToNothing: () => attempts.forgive([ofClient.id, ofNumber.id]),
  };
}

/** A number has got another PIN: failures with the one before don't count any more, whoever had them. */
export function forgivePinFailures(
  counts: Pick<PinCounts, 'attempts' | 'fingerprintKey'>,
  libraryCardNumber: string,
): Promise<void> {
  return counts.attempts.forgiveAbout(keyed(counts, 'number', libraryCardNumber));
}

/** Waits for room: attempts that are under way may yet turn out right, and leave some. */
async function count(
  { attempts, monotonic }: PinCounts,
  key: string,
  most: number,
  withinMs: number,
  about?: string,
): Promise<{ readonly id: string } | { readonly until: Date }> {
  const end = monotonic() + waitForRoomMs;
  for (;;) {
    const attempt = await attempts.attempt(key, most, withinMs, about);
    if ('id' in attempt || monotonic() >= end) {
      return attempt;
    }
    await wait(reconcileAgainMs);
  }
}

/** The next whole second: whoever comes back then is not too early. */
const wholeSecond = (until: Date): string =>
  hongKongInstant(new Date(Math.ceil(until.getTime() / 1000) * 1000));

/** Of one length, however long a client's name is, or what was given for a number. */
function keyed(
  { fingerprintKey }: Pick<PinCounts, 'fingerprintKey'>,
  what: 'client' | 'number',
  text: string,
): string {
  return `${what} ${createHmac('sha256', fingerprintKey).update(`pin ${what} ${text}`).digest('base64url')}`;
}
