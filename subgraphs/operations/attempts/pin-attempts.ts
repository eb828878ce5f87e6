/**
 * Counts attempts at PINs by card number and client, before card management is called (decision 14). Five failures lock
 * a PIN at card management, for everybody. A client may fail only four times, so it can't lock out anybody else.
 */
import { hongKongInstant } from '../../library/calendar.ts';
import type { AttemptOutcome, AttemptSource } from '../../observer.ts';
import { countForNumber } from './attempts-under-way.ts';
import type { CountedAttempt } from './counted-attempt.ts';
import { type AttemptCounts, countFailure, type FailureLimit, hashedKey } from './failure-limits.ts';

const quarterHourMs = 15 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * The maximum number of failures of one client with one number, in a day. One more could lock the PIN at card
 * management.
 */
export const failuresPerNumber = 4;
/**
 * The maximum number of failures of one client with all numbers together, in a quarter of an hour. More failures mean
 * guessing. For every ten right PINs in a day, one more failure is allowed: people mistype about one PIN in ten. The
 * limit grows to ten times at most.
 */
export const failuresPerClient = 100;
const rightForOneFailure = 10;
const maxExtraFailures = 9 * failuresPerClient;
/**
 * The limits of a client that distinguishes its users: for one user, and for all users together, in a quarter of an
 * hour.
 */
export const failuresPerUser = 20;
const failuresOfAllUsers = 10 * failuresPerClient;

/**
 * The minimum duration of an answer that must not reveal why a number and PIN were refused, in ms. On most days, the
 * systems need less time. The gateway or the sign-in service waits for the rest of the time (`answerNotBefore`).
 */
export const verificationFloorMs = 400;

export interface PinClient {
  readonly source: Extract<AttemptSource, 'partner' | 'reader'>;
  /** The result of `clientOf`, or the name of a partner. */
  readonly client: string;
  /** The client's own key for the user who typed the PIN; null if it gives none. */
  readonly endUser: string | null;
}

/**
 * The result of counting an attempt.
 *
 * - `counted`: card management may be called. The attempt counts as a failure, unless it is forgiven.
 * - `locked`: this client has too many failures with this number.
 * - `throttled`: the client, or its user, has too many failures with all numbers together.
 *
 * Neither `locked` nor `throttled` reveals whether the number exists.
 *
 * Example: four wrong PINs are tried for a number, and each is `counted`. The fifth is `locked`, until a day after the
 * first. The first attempt of another client at the same number is `counted`.
 */
export type PinAttempt =
  | (CountedAttempt & { readonly kind: 'counted' })
  | { readonly kind: 'locked'; readonly mayRetryAt: string }
  | { readonly kind: 'throttled'; readonly mayRetryAt: string };

/**
 * Counts an attempt at the PIN of a number. The number need not exist.
 * @throws UpstreamError over-share if too many attempts of this client at this number are under way.
 */
export async function countPinAttempt(
  counts: AttemptCounts,
  { source, client, endUser }: PinClient,
  libraryCardNumber: string,
): Promise<PinAttempt> {
  const { attempts } = counts;
  const clientKey = hashedKey(counts, 'client', client);
  const about = hashedKey(counts, 'number', libraryCardNumber);
  const ofNumber = { key: `${clientKey} ${about}`, about, maxFailures: failuresPerNumber, withinMs: dayMs };
  const observe = (outcome: AttemptOutcome) => counts.observer.attempted?.(source, outcome);
  const ofClient = await countFailure(counts, clientLimits(counts, clientKey, endUser));
  if ('until' in ofClient) {
    observe('throttled');
    return { kind: 'throttled', mayRetryAt: wholeSecond(ofClient.until) };
  }
  const ofThisNumber = await countForNumber(counts, ofNumber).catch(async (error: unknown) => {
    await attempts.forgive(ofClient.ids);
    throw error;
  });
  if ('until' in ofThisNumber) {
    observe('locked');
    return { kind: 'locked', mayRetryAt: wholeSecond(ofThisNumber.until) };
  }
  const { underWay } = ofThisNumber;
  const ids = [...ofClient.ids, ...ofThisNumber.ids, ...underWay];
  return {
    kind: 'counted',
    signal: new AbortController().signal,
    async succeeded() {
      observe('right');
      await Promise.all([
        attempts.forgive(ids),
        attempts.forgiveKey(ofNumber.key),
        attempts.attempt(rightKey(clientKey), maxExtraFailures * rightForOneFailure, dayMs),
      ]);
    },
    async failed() {
      observe('wrong');
      await attempts.forgive(underWay);
    },
    async didNotExecute() {
      observe('unknown');
      await attempts.forgive(ids);
    },
  };
}

/** The key under which a client's right PINs of a day are counted. */
const rightKey = (clientKey: string): string => `right ${clientKey}`;

/**
 * A client's limits for all numbers together. If the client distinguishes its users, each user has a limit, so that one
 * user can't lock out the others.
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

/**
 * Forgives all failed PIN attempts on this card number, from every client. Must be called after the PIN was changed,
 * because those attempts were checked against the old PIN.
 */
export function forgivePinFailures(
  counts: Pick<AttemptCounts, 'attempts' | 'fingerprintKey'>,
  libraryCardNumber: string,
): Promise<void> {
  return counts.attempts.forgiveAbout(hashedKey(counts, 'number', libraryCardNumber));
}

/** The time is rounded up to the second, so that a client that retries then is not too early. */
const wholeSecond = (until: Date): string =>
  hongKongInstant(new Date(Math.ceil(until.getTime() / 1000) * 1000));
