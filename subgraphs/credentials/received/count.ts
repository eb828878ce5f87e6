import { GraphQLError } from 'graphql';
import type { Attempts } from '../../../adapters/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { type AttemptCounts, hashedKey } from '../../operations/attempts/failure-limits.ts';
import { type Caller, clientOf } from '../../runtime/caller.ts';
import { applicationsOfAll, applicationsPerAddress } from '../rules/limits.ts';

const hourMs = 60 * 60 * 1000;

/**
 * Counts an application of somebody who is neither staff nor signed in as a reader: by address, or by client where there is a token;
 * and all of them together (decision 36).
 * @throws GraphQLError RATE_LIMITED with `mayRetryAt`, where there were too many within an hour.
 */
export async function countApplication(
  counts: Pick<AttemptCounts, 'attempts' | 'fingerprintKey'>,
  caller: Caller,
): Promise<void> {
  const { attempts } = counts;
  const sender = caller.authenticated ? `client ${clientOf(caller)}` : (caller.address ?? null);
  if (sender !== null) {
    const key = `application ${hashedKey(counts, 'address', sender)}`;
    await countOne(attempts, key, applicationsPerAddress, 'from here');
  }
  await countOne(attempts, 'applications', applicationsOfAll, 'over the internet');
}

async function countOne(attempts: Attempts, key: string, max: number, whence: string): Promise<void> {
  const counted = await attempts.attempt(key, max, hourMs);
  if ('until' in counted) {
    throw new GraphQLError(`Too many applications came ${whence} within an hour: try again later.`, {
      extensions: { code: 'RATE_LIMITED', mayRetryAt: hongKongInstant(counted.until) },
    });
  }
}
