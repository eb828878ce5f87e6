import { budgetsOf } from '../../../platform/lifecycle/network.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { type AttemptCounts, hashedKey } from '../../operations/attempts/failure-limits.ts';
import { type Caller, clientOf } from '../../runtime/caller.ts';
import { countOrRefuse } from '../count-or-refuse.ts';
import { applicationsOfAll, applicationsPerSender } from '../rules/limits.ts';

/**
 * Counts an application by or for a person without a record (decision 36). It is not called for staff, or for readers
 * who apply for themselves. The application is counted for its sender: the reader who is signed in, or else the token's
 * client, or else the network address. All such applications are also counted together.
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
 * The senders for which an application is counted. A signed-in reader is counted by patron, because all readers of the
 * library's own page have the same client. A network address gives several senders: the address, and then each wider
 * network around it. Empty if the gateway gave no address.
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
