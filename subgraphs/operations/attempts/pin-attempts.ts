/**
 * Counts attempts at PINs by card number and client, before card management is asked (decision 14). Five failures lock a PIN
 * at card management, for everybody. A client may fail four times, so it locks out nobody but itself.
 */
import { hongKongInstant } from '../../library/calendar.ts';
import type { AttemptOutcome, AttemptSource } from '../../observer.ts';
import type { CountedAttempt } from './counted-attempt.ts';
import { type AttemptCounts, countFailure, type FailureLimit, hashedKey } from './failure-limits.ts';

const quarterHourMs = 15 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

/** Failures of one client with one number in a day: one less than lock the PIN at card management. */
export const failuresPerNumber = 4;
/**
 * Failures of one client over all numbers in a quarter of an hour. More is guessing. A client may have one more for each ten
 * right PINs of a day, because people mistype about that often, up to ten times as many in all.
 */
export const failuresPerClient = 100;
const rightForOneFailure = 10;
const maxExtraFailures = 9 * failuresPerClient;
/** The same for a client that tells its users apart: of one user, and of all users together. */
export const failuresPerUser = 20;
const failuresOfAllUsers = 10 * failuresPerClient;

/**
 * The minimum duration of an answer that must not reveal why a number and PIN were refused, in ms. It is longer than the
 * systems take on most days.
 */
export const verificationFloorMs = 400;

/** Who tries a PIN. */
export interface PinClient {
  readonly source: Extract<AttemptSource, 'partner' | 'reader'>;
  /** From `clientOf`, or the name of a partner. */
  readonly client: string;
  /** The key by which the client knows the user who typed it; null where it says none. */
  readonly endUser?: string | null;
}

/**
 * `counted`: card management may be asked. The attempt counts as a failure unless it is forgiven. `locked`: too many failures
 * of this client with this number. `throttled`: too many over all numbers, of the client or of its user. Neither reveals
 * whether the number exists.
 *
 * Four wrong PINs for a number: each is `counted`. The fifth is `locked`, with the time of the first plus a day. Another
 * client's first attempt at the same number is `counted`.
 */
export type PinAttempt =
  | (CountedAttempt & { readonly kind: 'counted' })
  | { readonly kind: 'locked'; readonly mayRetryAt: string }
  | { readonly kind: 'throttled'; readonly mayRetryAt: string };

/** Counts an attempt at the PIN of a number, which may not exist. */
export async function countPinAttempt(
  counts: AttemptCounts,
  { source, client, endUser = null }: PinClient,
  libraryCardNumber: string,
): Promise<PinAttempt> {
  const { attempts } = counts;
  const clientKey = hashedKey(counts, 'client', client);
  const about = hashedKey(counts, 'number', libraryCardNumber);
  const ofNumber = { key: `${clientKey} ${about}`, about, maxFailures: failuresPerNumber, withinMs: dayMs };
  const observe = (outcome: AttemptOutcome) => counts.observer.attempted?.(source, outcome);
  const counted = await countFailure(counts, [...clientLimits(counts, clientKey, endUser), ofNumber]);
  if ('until' in counted) {
    const kind = counted.limit === ofNumber ? 'locked' : 'throttled';
    observe(kind);
    return { kind, mayRetryAt: wholeSecond(counted.until) };
  }
  return {
    kind: 'counted',
    signal: new AbortController().signal,
    async succeeded() {
      observe('right');
      await Promise.all([
        attempts.forgive(counted.ids),
        attempts.forgiveKey(ofNumber.key),
        attempts.attempt(rightKey(clientKey), maxExtraFailures * rightForOneFailure, dayMs),
      ]);
    },
    failed: () => observe('wrong'),
    async didNotExecute() {
      observe('unknown');
      await attempts.forgive(counted.ids);
    },
  };
}

/** The key under which a client's right PINs of a day are counted. */
const rightKey = (clientKey: string): string => `right ${clientKey}`;

/**
 * A client's limits over all numbers. If it tells its users apart, each of them is counted, so that one can't lock out the
 * others.
 */
function clientLimits(
  counts: AttemptCounts,
  clientKey: string,
  endUser: string | null,
): readonly FailureLimit[] {
  const withinMs = quarterHourMs;
  if (endUser === null) {
    const extra = async () => {
      const right = await counts.attempts.count(rightKey(clientKey));
      return Math.min(Math.floor(right / rightForOneFailure), maxExtraFailures);
    };
    return [{ key: clientKey, maxFailures: failuresPerClient, withinMs, extra }];
  }
  const user = `${clientKey} ${hashedKey(counts, 'user', endUser)}`;
  return [
    { key: user, maxFailures: failuresPerUser, withinMs },
    { key: `${clientKey} users`, maxFailures: failuresOfAllUsers, withinMs },
  ];
}

/** After a change of PIN, failures with the old one no longer count, for any client. */
export function forgivePinFailures(
  counts: Pick<AttemptCounts, 'attempts' | 'fingerprintKey'>,
  libraryCardNumber: string,
): Promise<void> {
  return counts.attempts.forgiveAbout(hashedKey(counts, 'number', libraryCardNumber));
}

/** Rounded up to the second: a client that retries then is not too early. */
const wholeSecond = (until: Date): string =>
  hongKongInstant(new Date(Math.ceil(until.getTime() / 1000) * 1000));
