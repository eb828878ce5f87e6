import type { JsonObject } from '../json.ts';
import { clientVariableOf } from '../plan-variables.ts';
import type { TypeConditions } from '../type-conditions.ts';
import type { SharedObjects } from './answer/projection.ts';
import type { Failures } from './failures.ts';
import type { FetchSubgraph } from './subgraph.ts';

/** The state of one execution: its arguments, and the data that its steps have fetched so far. */
export interface ExecutionContext {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fetch: FetchSubgraph;
  readonly types: TypeConditions;
  /** The merged data, under the plan's keys. */
  readonly data: JsonObject;
  readonly failures: Failures;
  readonly shared: SharedObjects;
}

/**
 * The values of the client's variables that a subgraph operation uses, under the plan's names. Variables without a
 * value are left out.
 */
export function variablesOf(
  planNames: readonly string[],
  { variables }: ExecutionContext,
): Record<string, unknown> {
  const used: Record<string, unknown> = {};
  for (const planName of planNames) {
    const clientName = clientVariableOf(planName);
    if (Object.hasOwn(variables, clientName)) {
      used[planName] = variables[clientName];
    }
  }
  return used;
}
