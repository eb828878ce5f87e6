import type { PlannedChange, Refused } from '../../operations/adopted/prepared-change.ts';
import { fingerprintOf } from '../../operations/ledger.ts';
import { refused } from '../rules/refusals.ts';
import type { PayingServices } from './services.ts';

/**
 * The maximum number of payments that are started for one patron on the web in an hour. Each is an order for good in the
 * payment system, and is looked up for a day if it isn't paid. 60 lets a reader pay each of 50 charges by itself.
 */
const maxStarted = 60;
const hourMs = 60 * 60_000;

/**
 * Counts a planned payment, or refuses it after too many. Staff and stations take no part in this: a counter must not be
 * closed to a patron because of what was started on the web.
 */
export async function withinLimit<Plan extends object>(
  { attempts, fingerprintKey, origin }: PayingServices,
  patronId: string,
  planned: PlannedChange<Plan>,
): Promise<PlannedChange<Plan> | Refused> {
  if (origin.channel !== 'WEB') {
    return planned;
  }
  const key = fingerprintOf(fingerprintKey, 'payments of a patron', { patronId });
  const counted = await attempts.attempt(key, maxStarted, hourMs);
  return 'until' in counted ? refused('TOO_MANY_REQUESTS') : planned;
}
