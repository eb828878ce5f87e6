/**
 * Counts attempts to sign in, by card number and by the sender's address (decision 35). All readers sign in through one
 * client. If attempts to sign in were counted by client, as other attempts are, an attacker could lock everybody out.
 */
import { budgetsOf } from '../../../platform/lifecycle/network.ts';
import { answerNotBefore, waitAs } from '../../../platform/telemetry/request-scope.ts';
import type { Attempts } from '../../../store/journal/port.ts';
import type { AttemptOutcome, AttemptSource } from '../../observer.ts';
import type { CountedAttempt } from '../../operations/attempts/counted-attempt.ts';
import {
  type AttemptCounts,
  countFailure,
  type FailureLimit,
  hashedKey,
} from '../../operations/attempts/failure-limits.ts';
import { verificationFloorMs } from '../../operations/attempts/pin-attempts.ts';
import { badInput } from '../../runtime/pagination.ts';

const quarterHourMs = 15 * 60 * 1000;
const dayMs = 24 * 60 * 60 * 1000;

/**
 * The maximum number of failures from one address, for all numbers together, in a quarter of an hour. A school or a
 * household may share an address. A /56 network of IPv6 may have twice as many as a /64, and a /48 four times as many.
 */
export const failuresPerAddress = 30;
/**
 * The maximum number of failures in a quarter of an hour for the whole library, from all addresses and for all numbers.
 * When it is reached, the limit for each address and network falls to a tenth. The sign-in page stays open, because an
 * attacker must not be able to close it for everybody.
 */
export const failuresOfLibrary = 1_000;
export const failuresPerAddressUnderAttack = failuresPerAddress / 10;
/**
 * The maximum number of failures from one address for the PIN of one number, in a day. It is one less than the limit
 * for all addresses. So one address can't lock out the others. The limit is the same for a whole /48 network of IPv6,
 * because one person may have a whole /48.
 */
export const failuresPerNumberAndAddress = 3;
/**
 * The maximum number of failures from all addresses for the PIN of one number, in a day. One more would lock the PIN at
 * card management, for everybody.
 */
export const failuresPerNumber = 4;
/**
 * The maximum number of failures for one number in a day after {@link failuresPerNumber} is reached. It is for browsers
 * that have signed in with this number before. Such a failure is the fifth one, so card management then locks the PIN.
 */
export const failuresOfKnownBrowsers = 1;
/**
 * The maximum number of wrong codes for one number in a quarter of an hour, from one address and from all addresses.
 * There are a hundred million codes. Each is valid for a quarter of an hour, so a guesser has about 50 attempts.
 */
export const wrongCodesPerAddress = 5;
const wrongCodesPerNumber = 50;

export interface SignInAttempt {
  readonly libraryCardNumber: string;
  /** A keyed hash of the reader's address, which the sign-in service computes. */
  readonly address: string;
  /** Keyed hashes of the wider networks of the address, the narrowest first. */
  readonly widerNetworks?: readonly string[] | null;
  /** Whether a reader with this number has signed in with this browser before. */
  readonly knownBrowser?: boolean | null;
}

/**
 * Begins an attempt. Its answer is delayed to a minimum time, so that the duration reveals nothing (R28). If calls must
 * wait in a queue, all attempts from the sender's widest network share one caller's turn.
 */
export function beginAttempt({ address, widerNetworks }: SignInAttempt): void {
  answerNotBefore(verificationFloorMs);
  waitAs(widerNetworks?.at(-1) ?? address);
}

/** The hashed keys of an attempt. */
interface AttemptKeys {
  readonly number: string;
  /** The widest network of the address. */
  readonly site: string;
}

/**
 * Counts an attempt at a PIN. Null if there were too many failures.
 * @throws GraphQLError BAD_USER_INPUT for an address or a wider network that can't be a keyed hash
 */
export function countPin(counts: AttemptCounts, attempt: SignInAttempt): Promise<CountedAttempt | null> {
  return countAttempt(counts, 'sign-in', attempt, ({ number, site }) => [
    { key: `sign-in ${site} ${number}`, maxFailures: failuresPerNumberAndAddress, withinMs: dayMs },
    { key: `sign-in ${number}`, maxFailures: failuresPerNumber, withinMs: dayMs },
  ]);
}

/** Counts an attempt at a one-time code, with the same results as {@link countPin}. */
export function countCode(counts: AttemptCounts, attempt: SignInAttempt): Promise<CountedAttempt | null> {
  return countAttempt(counts, 'code', attempt, ({ number, site }) => [
    { key: `code ${site} ${number}`, maxFailures: wrongCodesPerAddress, withinMs: quarterHourMs },
    { key: `code ${number}`, maxFailures: wrongCodesPerNumber, withinMs: quarterHourMs },
  ]);
}

async function countAttempt(
  counts: AttemptCounts,
  source: Extract<AttemptSource, 'sign-in' | 'code'>,
  attempt: SignInAttempt,
  limitsOf: (keys: AttemptKeys) => readonly FailureLimit[],
): Promise<CountedAttempt | null> {
  const { attempts } = counts;
  const networks = networksOf(attempt).map((network) => hashedKey(counts, 'address', network));
  const number = hashedKey(counts, 'number', attempt.libraryCardNumber);
  const about = (limit: FailureLimit): FailureLimit => ({ ...limit, about: number });
  const ofNumber = limitsOf({ number, site: networks.at(-1) ?? '' }).map(about);
  const ofNetworks = await limitsOfNetworks(counts, networks);
  const observe = (outcome: AttemptOutcome) => counts.observer.attempted?.(source, outcome);
  const counted = await countFailure(counts, [...ofNetworks, ...ofNumber]);
  const underLock = 'until' in counted ? await countUnderLock(counts, attempt, about) : [];
  if (underLock === null) {
    observe('until' in counted && ofNetworks.includes(counted.limit) ? 'throttled' : 'locked');
    return null;
  }
  const ids = [...counted.ids, ...underLock, ...(await countForLibrary(attempts))];
  return {
    signal: new AbortController().signal,
    async succeeded() {
      observe('right');
      await Promise.all([attempts.forgive(ids), ...ofNumber.map(({ key }) => attempts.forgiveKey(key))]);
    },
    failed: async () => observe('wrong'),
    async didNotExecute() {
      observe('unknown');
      await attempts.forgive(ids);
    },
  };
}

/** The networks of the sender, the narrowest first. @throws GraphQLError BAD_USER_INPUT */
function networksOf({ address, widerNetworks }: SignInAttempt): readonly string[] {
  const networks = [address, ...(widerNetworks ?? [])];
  if (networks.length > 3 || !networks.every((network) => /^[\w-]{16,128}$/.test(network))) {
    throw badInput(
      '`address` and each of at most two `widerNetworks` must have 16 to 128 letters, digits, `-` and `_`.',
    );
  }
  return networks;
}

/** The key for counting the failures of the whole library, from all addresses and for all numbers. */
const libraryKey = 'sign-in all';

async function limitsOfNetworks(
  { attempts }: AttemptCounts,
  networks: readonly string[],
): Promise<readonly FailureLimit[]> {
  const isUnderAttack = (await attempts.count(libraryKey)) >= failuresOfLibrary;
  const maxFailures = isUnderAttack ? failuresPerAddressUnderAttack : failuresPerAddress;
  return networks.map((network, position) => ({
    key: `sign-in ${network}`,
    maxFailures: maxFailures * budgetsOf(position),
    withinMs: quarterHourMs,
  }));
}

/**
 * Counts an attempt towards the limit of the whole library. This limit refuses no attempt: when it is reached, only the
 * limits of the networks become lower. An attempt over the limit is not counted.
 */
async function countForLibrary(attempts: Attempts): Promise<readonly string[]> {
  const counted = await attempts.attempt(libraryKey, failuresOfLibrary, quarterHourMs);
  return 'id' in counted ? [counted.id] : [];
}

/**
 * Counts an attempt at a number that has reached its limit, if the sender's browser is known. Null if the browser is
 * not known, or has no attempts left.
 */
async function countUnderLock(
  counts: AttemptCounts,
  { knownBrowser, libraryCardNumber }: SignInAttempt,
  about: (limit: FailureLimit) => FailureLimit,
): Promise<readonly string[] | null> {
  if (knownBrowser !== true) {
    return null;
  }
  const key = `sign-in known ${hashedKey(counts, 'number', libraryCardNumber)}`;
  const limit = { key, maxFailures: failuresOfKnownBrowsers, withinMs: dayMs };
  const counted = await countFailure(counts, [about(limit)]);
  return 'until' in counted ? null : counted.ids;
}
