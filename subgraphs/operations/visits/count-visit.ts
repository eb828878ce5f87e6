/**
 * Counts the patrons whose cards a station shows. So an attacker who has taken over a station can't read the data of
 * all patrons.
 */
import { hongKongInstant } from '../../library/calendar.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import { type Caller, clientOf } from '../../runtime/caller.ts';
import { type AttemptCounts, hashedKey } from '../attempts/failure-limits.ts';

/**
 * The maximum number of patrons at one station in a quarter of an hour. Real use stays below it, because each reader
 * needs more than 7.5 seconds.
 */
export const patronsPerStation = 120;
const withinMs = 15 * 60 * 1000;

/**
 * Counts each patron once in a quarter of an hour for each station. If several requests for one patron come at the same
 * moment, each may be counted. So the count may be too high, but never too low.
 * @throws GraphQLError RATE_LIMITED with `mayRetryAt`. A patron who is counted already is not refused.
 */
export async function countVisit(
  counts: Pick<AttemptCounts, 'attempts' | 'fingerprintKey' | 'observer'>,
  caller: Caller,
  patronId: string,
): Promise<void> {
  const { attempts, observer } = counts;
  const station = `visit ${hashedKey(counts, 'client', stationOf(caller))}`;
  const visit = `${station} ${hashedKey(counts, 'number', patronId)}`;
  if ((await attempts.count(visit)) > 0) {
    return;
  }
  const counted = await attempts.attempt(station, patronsPerStation, withinMs);
  if ('until' in counted) {
    observer.visited?.('limited');
    throw new LocalizedError(errorTexts.TOO_MANY_CARDS, {
      extensions: { code: 'RATE_LIMITED', mayRetryAt: hongKongInstant(counted.until) },
    });
  }
  await attempts.attempt(visit, 1, withinMs);
  observer.visited?.('begun');
}

/** Identifies a station. The stations of a library may be one client, with a subject for each. */
export const stationOf = (caller: Caller): string => JSON.stringify([clientOf(caller), caller.subject]);
