import type { Patron, PatronRegistry } from '../../../adapters/patrons/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { DeliveryFailure, NoticeDelivery } from '../../../store/journal/port.ts';
import type { Attempt, AttemptOptions, NoticeEndpoint } from './endpoint.ts';

/**
 * Makes one attempt. The patron's record is read at each attempt. So a reader whose record is closed gets no notice
 * from any endpoint (R15), and the journal does not keep the reader's address.
 */
export async function attempt(
  patrons: Pick<PatronRegistry, 'findMany'>,
  endpoint: NoticeEndpoint,
  delivery: NoticeDelivery,
  options: Omit<AttemptOptions, 'email'>,
  signal: AbortSignal,
): Promise<Attempt> {
  const found = await findPatron(patrons, delivery.patronId, signal);
  if (found === 'NO_RECORD') {
    return failed('NO_RECORD');
  }
  if (found === null || found.status === 'CLOSED') {
    return { kind: 'dropped' };
  }
  return await endpoint.deliver(delivery, { ...options, email: found.email }, signal);
}

async function findPatron(
  patrons: Pick<PatronRegistry, 'findMany'>,
  patronId: string,
  signal: AbortSignal,
): Promise<Patron | null | 'NO_RECORD'> {
  try {
    const [patron = null] = await patrons.findMany([patronId], signal);
    return patron;
  } catch (error) {
    if (error instanceof UpstreamError) {
      return 'NO_RECORD';
    }
    throw error;
  }
}

/** A failure without an answer of the endpoint. */
export const failed = (failure: DeliveryFailure): Attempt => ({
  kind: 'failed',
  failure,
  status: null,
  retryAfterMs: null,
});
