import type { Attempts } from '../../store/journal/port.ts';
import { hongKongInstant } from '../library/calendar.ts';
import { LocalizedError } from '../library/errors/localized-error.ts';
import type { Localized } from '../library/language.ts';

const hourMs = 60 * 60 * 1000;

/**
 * Counts an attempt under the key.
 * @throws GraphQLError RATE_LIMITED with `mayRetryAt` if there were `max` attempts within an hour
 */
export async function countOrRefuse(
  attempts: Attempts,
  key: string,
  max: number,
  refusal: Localized,
): Promise<void> {
  const counted = await attempts.attempt(key, max, hourMs);
  if ('until' in counted) {
    throw new LocalizedError(refusal, {
      extensions: { code: 'RATE_LIMITED', mayRetryAt: hongKongInstant(counted.until) },
    });
  }
}
