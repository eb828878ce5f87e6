/** Plans in a process of its own, for `planner-child.ts`: where the planner panics, it takes its process with it. */
import { QueryPlanner } from '@graphql-hive/router-query-planner';
import type { PlanReply, PlanRequest } from './planner-child.ts';

/** Planners kept. A supergraph is planned by in up to nine ways (`around.ts`), and another may be taking over. */
const keptPlanners = 18;
/** In order of use. */
const planners = new Map<string, QueryPlanner>();
// A label that is no percentage is switched on from outside, and here is nothing that would.
const noLabels = new Set<string>();

function plannerFor({ supergraph, sdl }: PlanRequest): QueryPlanner | undefined {
  const planner = planners.get(supergraph) ?? (sdl === undefined ? undefined : new QueryPlanner(sdl));
  if (planner !== undefined) {
    planners.delete(supergraph);
    planners.set(supergraph, planner);
    for (const [oldest] of planners) {
      if (planners.size > keptPlanners) {
        planners.delete(oldest);
      }
    }
  }
  return planner;
}

async function answer(request: PlanRequest): Promise<PlanReply> {
  const { id, document, percentage } = request;
  try {
    const planner = plannerFor(request);
    if (planner === undefined) {
      return { id, kind: 'unknown' };
    }
    if (request.sdl !== undefined) {
      process.send?.({ id, kind: 'read' } satisfies PlanReply);
    }
    const { node } = await planner.planAsync(document, null, noLabels, percentage);
    return node == null ? { id, kind: 'failed', reason: 'the plan is empty' } : { id, kind: 'planned', node };
  } catch (error) {
    return { id, kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

process.on('message', (request: PlanRequest) => {
  answer(request).then(
    (reply) => process.send?.(reply),
    () => process.exit(1),
  );
});
// Not by exit(), which waits for the plans under way: one that goes on for ever would outlive whoever asked for it.
const end = () => process.kill(process.pid, 'SIGKILL');
process.on('disconnect', end);
// A reply that can't be sent any more is known sooner than that the channel is closed.
process.on('error', end);
// Whoever asks ends it, and may have requests under way that need plans.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
