import type { HttpSimulator } from '../../simulators/server.ts';

/** What a system was called for by requests, by operation. Circulation's feed of events is read all the time, without any. */
export const callsOfRequests = ({ calls }: Pick<HttpSimulator, 'calls'>): ReadonlyMap<string, number> =>
  new Map([...calls].filter(([operation]) => operation !== 'ListEvents'));
