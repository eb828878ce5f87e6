/** Limits how many sign-ins one network may begin. Each sign-in is stored until it expires, even if it is abandoned. */
import type { ServerObserver } from '../../platform/http/server-observer.ts';
import { networksOf } from '../../platform/lifecycle/network.ts';
import { NetworkCounter } from '../server/network-counter.ts';

/**
 * The maximum number of sign-ins that may begin in one network per minute. A school or a library has one address, and a
 * whole class may begin at the same time.
 */
export const maxBegunPerMinute = 300;

/**
 * Returns a function that counts a new sign-in for an address and its wider networks. The function returns false,
 * without counting, if too many sign-ins have begun in one of these networks. `now` is in ms since 1970.
 */
export function limitBegun(now: () => number, observer: ServerObserver = {}): (address: string) => boolean {
  const begun = new NetworkCounter(maxBegunPerMinute, { lengthMs: 60_000, maxKeys: 50_000 }, now);
  observer.watchTable?.('sign_ins_begun', () => begun.fill);
  return (address) => begun.tryAdd(networksOf(address)) === 0;
}
