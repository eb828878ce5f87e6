import type { PlannedChange, Refused } from '../../operations/adopted/prepared-change.ts';
import { fingerprintOf } from '../../operations/ledger.ts';
import { refused } from '../rules/refusals.ts';
import type { PayingServices } from './services.ts';

/**
 * The maximum number of payments that can be started for one patron on the web in an hour. The payment system keeps
 * each of them as an order for good, and unpaid orders are looked up for a day. With 60, a reader can pay each of 50
 * charges separately.
 */
const maxStarted = 60;
const hourMs = 60 * 60_000;

/**
 * Counts a planned payment on the web, or refuses it if there are too many. Payments at counters and stations are not
 * counted, so that attempts on the web don't prevent a patron from paying there.
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
