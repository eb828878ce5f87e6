import { budgetsOf } from '../../../platform/lifecycle/network.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { type AttemptCounts, hashedKey } from '../../operations/attempts/failure-limits.ts';
import { type Caller, clientOf } from '../../runtime/caller.ts';
import { countOrRefuse } from '../count-or-refuse.ts';
import { applicationsOfAll, applicationsPerSender } from '../rules/limits.ts';

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
  for (const [position, sender] of sendersOf(caller).entries()) {
    const key = `application ${hashedKey(counts, 'address', sender)}`;
    const max = applicationsPerSender * budgetsOf(position);
    await countOrRefuse(attempts, key, max, errorTexts.APPLICATIONS_FROM_HERE);
  }
  await countOrRefuse(attempts, 'applications', applicationsOfAll, errorTexts.APPLICATIONS_OF_ALL);
}

/**
 * The keys under which an application is counted for its sender: one key, or one for each network of an address, the
 * narrowest first. Empty if the gateway gave no address. Signed-in readers are counted by patron, because all readers
 * of the library's own page have the same client.
 */
function sendersOf(caller: Caller): readonly string[] {
  if (caller.patronId !== null) {
    return [`patron ${caller.patronId}`];
  }
  if (caller.authenticated) {
    return [`client ${clientOf(caller)}`];
  }
  return caller.address === null ? [] : [caller.address, ...caller.widerNetworks];
}
