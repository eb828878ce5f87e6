import type { Caller } from '../access/caller.ts';
import type { SubgraphRequest, SubgraphResponse } from '../executor/index.ts';

/**
 * How one subgraph is reached, for one caller. Gives up when `signal` aborts. Rejects with a `SubgraphFailure` only.
 */
export type Transport = (
  request: SubgraphRequest,
  caller: Caller,
  signal: AbortSignal,
) => Promise<SubgraphResponse>;
