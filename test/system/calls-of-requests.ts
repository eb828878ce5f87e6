import type { HttpSimulator } from '../../simulators/server.ts';

/**
 * The calls that requests caused at a legacy system, by operation. `ListEvents` is left out, because circulation's feed
 * is always read, even without requests.
 */
export const callsOfRequests = ({ calls }: Pick<HttpSimulator, 'calls'>): ReadonlyMap<string, number> =>
  new Map([...calls].filter(([operation]) => operation !== 'ListEvents'));
