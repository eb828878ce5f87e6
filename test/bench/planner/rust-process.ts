/** The Rust planner in a process of its own, because some operations end its process. */
import { QueryPlanner } from '@graphql-hive/router-query-planner';
import { type CountedNode, cpuMs, sizeOf } from './plan-size.ts';
import type { PlannedOnce } from './planners.ts';

let planner: QueryPlanner | undefined;

process.on('message', async ({ sdl, document }: { readonly sdl?: string; readonly document?: string }) => {
  if (sdl !== undefined) {
    planner = new QueryPlanner(sdl);
    process.send?.({ isReady: true });
  } else if (planner !== undefined && document !== undefined) {
    process.send?.({ planned: await planned(planner, document) });
  }
});

async function planned(rust: QueryPlanner, document: string): Promise<PlannedOnce | undefined> {
  const plan = async () =>
    (await rust.planAsync(document, null, new Set(), 0)).node as CountedNode | undefined;
  try {
    const start = cpuMs();
    const node = await plan();
    const between = cpuMs();
    await plan();
    const warmMs = cpuMs() - between;
    return node && { ...sizeOf(node), coldMs: between - start, warmMs };
  } catch {
    return undefined;
  }
}
