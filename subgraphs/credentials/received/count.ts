import type { Attempts } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { errorTexts } from '../../library/error-texts.ts';
import type { Localized } from '../../library/language.ts';
import { LocalizedError } from '../../library/localized-error.ts';
import { type AttemptCounts, hashedKey } from '../../operations/attempts/failure-limits.ts';
import { type Caller, clientOf } from '../../runtime/caller.ts';
import { applicationsOfAll, applicationsPerAddress } from '../rules/limits.ts';

const hourMs = 60 * 60 * 1000;

/**
 * Counts an application of a stranger (decision 36). Staff are not strangers, and neither are readers who apply for
 * themselves. The application is counted for the reader who is signed in, or else for the token's client, or else for
 * the address. It is also counted among all such applications.
 * @throws GraphQLError RATE_LIMITED with `mayRetryAt` if there were too many within an hour.
 */
export async function countApplication(
  counts: Pick<AttemptCounts, 'attempts' | 'fingerprintKey'>,
  caller: Caller,
): Promise<void> {
  const { attempts } = counts;
  const sender = senderOf(caller);
  if (sender !== null) {
    const key = `application ${hashedKey(counts, 'address', sender)}`;
    await countOne(attempts, key, applicationsPerAddress, errorTexts.APPLICATIONS_FROM_HERE);
  }
  await countOne(attempts, 'applications', applicationsOfAll, errorTexts.APPLICATIONS_OF_ALL);
}

/**
 * The sender for whom an application is counted; null if the gateway gave no address. Signed-in readers are counted by
 * patron, because all readers of the library's own page have the same client.
 */
function senderOf(caller: Caller): string | null {
  if (caller.patronId !== null) {
    return `patron ${caller.patronId}`;
  }
  return caller.authenticated ? `client ${clientOf(caller)}` : (caller.address ?? null);
}

async function countOne(attempts: Attempts, key: string, max: number, refusal: Localized): Promise<void> {
  const counted = await attempts.attempt(key, max, hourMs);
  if ('until' in counted) {
    throw new LocalizedError(refusal, {
      extensions: { code: 'RATE_LIMITED', mayRetryAt: hongKongInstant(counted.until) },
    });
  }
}
