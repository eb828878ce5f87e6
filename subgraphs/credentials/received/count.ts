import { GraphQLError } from 'graphql';
import type { Attempts } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { type AttemptCounts, hashedKey } from '../../operations/attempts/failure-limits.ts';
import { type Caller, clientOf } from '../../runtime/caller.ts';
import { applicationsOfAll, applicationsPerAddress } from '../rules/limits.ts';

const hourMs = 60 * 60 * 1000;

/**
 * Counts an application that is neither from staff nor a reader's own: by reader where one is signed in, by client where there is
 * another token, else by address; and all of them together (decision 36).
 * @throws GraphQLError RATE_LIMITED with `mayRetryAt`, where there were too many within an hour.
 */
export async function countApplication(
  counts: Pick<AttemptCounts, 'attempts' | 'fingerprintKey'>,
  caller: Caller,
): Promise<void> {
  const { attempts } = counts;
  const sender = senderOf(caller);
  if (sender !== null) {
    const key = `application ${hashedKey(counts, 'address', sender)}`;
    await countOne(attempts, key, applicationsPerAddress, 'from here');
  }
  await countOne(attempts, 'applications', applicationsOfAll, 'over the internet');
}

/** Null where the gateway gave no address. All readers of the library's own page have one client, so they are counted by patron. */
function senderOf(caller: Caller): string | null {
  if (caller.patronId !== null) {
    return `patron ${caller.patronId}`;
  }
  return caller.authenticated ? `client ${clientOf(caller)}` : (caller.address ?? null);
}

async function countOne(attempts: Attempts, key: string, max: number, whence: string): Promise<void> {
  const counted = await attempts.attempt(key, max, hourMs);
  if ('until' in counted) {
    throw new GraphQLError(`Too many applications came ${whence} within an hour: try again later.`, {
      extensions: { code: 'RATE_LIMITED', mayRetryAt: hongKongInstant(counted.until) },
    });
  }
}
