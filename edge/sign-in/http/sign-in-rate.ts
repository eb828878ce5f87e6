/** How many sign-ins one network may begin: each is kept until it expires, whether anybody goes on with it or not. */
import { networkOf } from '../../../adapters/lifecycle/network.ts';

/** A school or a library has one address, and a class that begins at once. */
export const maxBegunPerMinute = 300;
const windowMs = 60_000;
/** More networks than that in a minute are not told apart from an attack on this memory: they are counted together. */
const maxNetworks = 50_000;

/** Whether one more may begin. Each process counts by itself: nothing is worth a database here. `now`: in ms since 1970. */
export function limitBegun(now: () => number): (address: string) => boolean {
  let begun = new Map<string, number>();
  let until = 0;
  return (address) => {
    if (now() >= until) {
      begun = new Map();
      until = now() + windowMs;
    }
    const network = networkOf(address);
    const key = begun.has(network) || begun.size < maxNetworks ? network : 'all others';
    const count = (begun.get(key) ?? 0) + 1;
    begun.set(key, count);
    return count <= maxBegunPerMinute;
  };
}
