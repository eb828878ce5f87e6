import type { ChangeRefusal, DuplicateRefusal } from '../../../adapters/charges/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Refused } from '../../operations/adopted/prepared-change.ts';
import { unavailable, unencodable } from '../../operations/procedure.ts';
import { refused } from '../rules/refusals.ts';
import type { PayingServices } from './services.ts';

export function refusalFor(
  refusal: Exclude<ChangeRefusal, DuplicateRefusal>,
  { clock }: Pick<PayingServices, 'clock'>,
): Refused {
  switch (refusal.refused) {
    case 'INVALID':
      return { kind: 'refused', problems: [unencodable] };
    case 'CLOSED':
      return closedFor(refusal.retryAfterSeconds, clock());
    default: {
      const { paymentId } = refusal;
      return refused(refusal.refused, null, paymentId === null ? {} : { paymentId });
    }
  }
}

const closedFor = (seconds: number, now: Date): Refused =>
  refused('CLOSED', null, { closedUntil: new Date(now.getTime() + seconds * 1000).toISOString() });

/**
 * Prepares a change. While the payment system is closed at the end of the day, the result is a refusal that says until
 * when.
 * @throws any other error of `prepare`
 */
export async function unlessClosed<Prepared>(
  { clock }: Pick<PayingServices, 'clock'>,
  prepare: () => Promise<Prepared | Refused>,
): Promise<Prepared | Refused> {
  try {
    return await prepare();
  } catch (error) {
    if (error instanceof UpstreamError && error.reason === 'busy' && error.retryAfterSeconds !== null) {
      return closedFor(error.retryAfterSeconds, clock());
    }
    throw error;
  }
}

/**
 * The refusal for an operation whose reference already belongs to another change in the payment system. The operation
 * itself has changed nothing.
 */
export const notOurs: Refused = {
  kind: 'refused',
  problems: [unavailable],
  alarm:
    'ALARM: the payment system has something else under the reference of an operation: a duplicate that is not ours',
};
