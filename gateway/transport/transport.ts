import type { Caller } from '../access/caller.ts';
import type { SubgraphRequest, SubgraphResponse } from '../executor/index.ts';

/**
 * Sends a request to one subgraph, for one caller. Stops waiting when `signal` aborts.
 * @throws SubgraphFailure and nothing else.
 */
export type Transport = (
  request: SubgraphRequest,
  caller: Caller,
  signal: AbortSignal,
) => Promise<SubgraphResponse>;
