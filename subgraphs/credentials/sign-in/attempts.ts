/**
 * Counts attempts to sign in, by card number and by the sender's address (decision 35). All readers sign in through one
 * client. If attempts to sign in were counted by client, as other attempts are, a stranger could lock everybody out.
 */
import type { AttemptOutcome, AttemptSource } from '../../observer.ts';
import type { CountedAttempt } from '../../operations/attempts/counted-attempt.ts';
import {
  type AttemptCounts,
  countFailure,
  type FailureLimit,
  hashedKey,
} from '../../operations/attempts/failure-limits.ts';
import { badInput } from '../../runtime/pagination.ts';

const quarterHourMs = 15 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * The maximum number of failures from one address, for all numbers together, in a quarter of an hour. A school or a
 * household may share an address.
 */
export const failuresPerAddress = 30;
/**
 * The maximum number of failures from one address for the PIN of one number, in a day. It is one less than the limit
 * for all addresses. So one address can't lock out the others.
 */
export const failuresPerNumberAndAddress = 3;
/**
 * The maximum number of failures from all addresses for the PIN of one number, in a day. One more would lock the PIN at
 * card management, for everybody.
 */
export const failuresPerNumber = 4;
/**
 * The maximum number of wrong codes for one number in a quarter of an hour, from one address and from all addresses. A
 * code is valid for the same time. There are a hundred million codes.
 */
export const wrongCodesPerAddress = 5;
const wrongCodesPerNumber = 50;

/** An attempt to sign in: the card number and the sender's address. */
export interface SignInAttempt {
  readonly libraryCardNumber: string;
  /** A keyed hash of the reader's address, which the sign-in service computes. */
  readonly address: string;
}

/**
 * Counts an attempt at a PIN. Null if there were too many failures. @throws GraphQLError BAD_USER_INPUT for an address
 * of another form
 */
export function countPin(counts: AttemptCounts, attempt: SignInAttempt): Promise<CountedAttempt | null> {
  return countAttempt(counts, 'sign-in', attempt, ({ number, address }) => [
    { key: `sign-in ${address} ${number}`, maxFailures: failuresPerNumberAndAddress, withinMs: dayMs },
    { key: `sign-in ${number}`, maxFailures: failuresPerNumber, withinMs: dayMs },
  ]);
}

/** Counts an attempt at a one-time code, with the same results as {@link countPin}. */
export function countCode(counts: AttemptCounts, attempt: SignInAttempt): Promise<CountedAttempt | null> {
  return countAttempt(counts, 'code', attempt, ({ number, address }) => [
    { key: `code ${address} ${number}`, maxFailures: wrongCodesPerAddress, withinMs: quarterHourMs },
    { key: `code ${number}`, maxFailures: wrongCodesPerNumber, withinMs: quarterHourMs },
  ]);
}

async function countAttempt(
  counts: AttemptCounts,
  source: Extract<AttemptSource, 'sign-in' | 'code'>,
  { libraryCardNumber, address: given }: SignInAttempt,
  limitsOf: (keys: { readonly number: string; readonly address: string }) => readonly FailureLimit[],
): Promise<CountedAttempt | null> {
  if (!/^[\w-]{16,128}$/.test(given)) {
    throw badInput('`address` must have 16 to 128 letters, digits, `-` and `_`.');
  }
  const { attempts } = counts;
  const [number, address] = [
    hashedKey(counts, 'number', libraryCardNumber),
    hashedKey(counts, 'address', given),
  ];
  const ofNumber = limitsOf({ number, address }).map((limit) => ({ ...limit, about: number }));
  const ofAddress = { key: `sign-in ${address}`, maxFailures: failuresPerAddress, withinMs: quarterHourMs };
  const counted = await countFailure(counts, [ofAddress, ...ofNumber]);
  const observe = (outcome: AttemptOutcome) => counts.observer.attempted?.(source, outcome);
  if ('until' in counted) {
    observe(counted.limit === ofAddress ? 'throttled' : 'locked');
    return null;
  }
  return {
    signal: new AbortController().signal,
    async succeeded() {
      observe('right');
      await Promise.all([
        attempts.forgive(counted.ids),
        ...ofNumber.map(({ key }) => attempts.forgiveKey(key)),
      ]);
    },
    failed: () => observe('wrong'),
    async didNotExecute() {
      observe('unknown');
      await attempts.forgive(counted.ids);
    },
  };
}
