import type { CompiledOperation } from './compile/compile-operation.ts';
import type { FetchStep, PlanStep } from './plan-steps.ts';
import { variablesOf } from './run/execution-context.ts';
import type { SubgraphRequest } from './run/subgraph.ts';

/**
 * The request of a subscription for its source stream (GraphQL, section 6.2.3.1). Null if the caller may not read the
 * root field. Each event of the stream is answered like a query: `executePlan` gets the event as the response to this
 * request, and fetches the rest from the other subgraphs.
 * @throws Error if the plan has several source streams.
 */
export function sourceRequest(
  { steps }: CompiledOperation,
  variables: Readonly<Record<string, unknown>>,
): SubgraphRequest | null {
  const [source, ...others] = steps.flatMap(sourcesIn);
  if (others.length > 0) {
    throw new Error('the plan of a subscription has several source streams');
  }
  if (source === undefined) {
    return null;
  }
  const { subgraph, operation, operationKind: kind } = source;
  return { subgraph, operation, kind, variables: variablesOf(source.variables, { variables }) };
}

function sourcesIn(step: PlanStep): readonly FetchStep[] {
  switch (step.kind) {
    case 'sequence':
    case 'parallel':
      return step.steps.flatMap(sourcesIn);
    case 'defer':
      return sourcesIn(step.primary);
    case 'fetch':
      return step.operationKind === 'subscription' ? [step] : [];
    case 'entityFetch':
      return [];
  }
}
