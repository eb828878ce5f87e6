/**
 * Counts the smart identity cards that a station reads but the library doesn't know. Somebody who knows an identity
 * number could find its patron by trying one date of issue after another. The limit stops this.
 */
import { hongKongInstant } from '../../library/calendar.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import type { SmartIdPresented } from '../../library/smart-id.ts';
import type { Caller } from '../../runtime/caller.ts';
import { type AttemptCounts, countFailure, hashedKey } from '../attempts/failure-limits.ts';
import { stationOf } from './count-visit.ts';
import { needsProof } from './proof.ts';

/**
 * The maximum number of unknown cards with one identity number at one station, in a day. Thousands of dates are
 * possible.
 */
export const missesPerIdentityNumber = 10;
/**
 * The maximum number of unknown cards at one station, in a quarter of an hour. Readers often try cards that are not
 * enrolled.
 */
const missesPerStation = 60;
const dayMs = 24 * 60 * 60 * 1000;
const quarterHourMs = 15 * 60 * 1000;

/**
 * Resolves to the result of `find`. At a station, the attempt counts as an unknown card before `find` is called. If
 * `isFound` accepts the result, or if `find` fails, the attempt no longer counts.
 * @throws GraphQLError RATE_LIMITED with `mayRetryAt`
 */
export async function countSmartId<Found>(
  counts: AttemptCounts,
  caller: Caller,
  { identityNumber }: SmartIdPresented,
  find: () => Promise<Found>,
  isFound: (found: Found) => boolean,
): Promise<Found> {
  if (!needsProof(caller, '')) {
    return await find();
  }
  const station = `smart id ${hashedKey(counts, 'client', stationOf(caller))}`;
  const ofNumber = `${station} ${hashedKey(counts, 'number', identityNumber)}`;
  const counted = await countFailure(counts, [
    { key: station, maxFailures: missesPerStation, withinMs: quarterHourMs },
    { key: ofNumber, maxFailures: missesPerIdentityNumber, withinMs: dayMs },
  ]);
  if ('until' in counted) {
    counts.observer.visited?.('limited');
    throw new LocalizedError(errorTexts.TOO_MANY_CARDS, {
      extensions: { code: 'RATE_LIMITED', mayRetryAt: hongKongInstant(counted.until) },
    });
  }
  let isMiss = false;
  try {
    const found = await find();
    isMiss = !isFound(found);
    return found;
  } finally {
    if (!isMiss) {
      await counts.attempts.forgive(counted.ids);
    }
  }
}
