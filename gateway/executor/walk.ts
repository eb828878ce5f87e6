import { fetchBatch, fetchEntities, fetchRoot, type Run } from './fetch.ts';
import type { PlanNode } from './plan.ts';

/** Runs a plan's nodes in their order, side by side where the plan says so. What they fetch is merged into `run.root`. */
export async function walk(node: PlanNode, run: Run): Promise<void> {
  switch (node.kind) {
    case 'Sequence':
      for (const next of node.nodes) {
        await walk(next, run);
      }
      return;
    case 'Parallel':
      await Promise.all(node.nodes.map((next) => walk(next, run)));
      return;
    case 'Fetch':
      await fetchRoot(node, run);
      return;
    case 'Flatten':
      if (node.node.kind !== 'Fetch') {
        throw new Error(`a plan flattens into a ${node.node.kind} node, which no planner of ours does`);
      }
      await fetchEntities(node.node, node.path, run);
      return;
    case 'BatchFetch':
      await fetchBatch(node, node.entityBatch.aliases, run);
      return;
    case 'Condition': {
      const next = run.variables[node.condition] === true ? node.ifClause : node.elseClause;
      if (next !== undefined) {
        await walk(next, run);
      }
      return;
    }
    case 'Subscription':
    case 'Defer':
      throw new Error(`a plan with a ${node.kind} node can't be executed here`);
    default: {
      const missed: never = node;
      throw new Error(`unknown plan node ${String(missed)}`);
    }
  }
}
