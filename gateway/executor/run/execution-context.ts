import type { GraphQLFormattedError } from 'graphql';
import type { Denials } from '../denied-coordinates.ts';
import type { JsonObject } from '../json.ts';
import { clientVariableOf } from '../plan-variables.ts';
import type { TypeConditions } from '../type-conditions.ts';
import type { SharedObjects } from './answer/projection.ts';
import type { RunningBlocks } from './deferred/running-blocks.ts';
import type { Failures } from './failures.ts';
import type { FetchSubgraph } from './subgraph.ts';

export interface ExecutionArgs {
  /** The variables of the client, coerced. */
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly fetch: FetchSubgraph;
  /** The reason for each coordinate that was denied when the operation was compiled. */
  readonly denied?: Denials;
  /** The answers to root introspection fields, by response key. */
  readonly introspected?: Readonly<Record<string, unknown>>;
  /** The largest answer, in estimated bytes. A larger answer is replaced by an error. */
  readonly maxBytes?: number;
}

export interface ExecutionResult {
  readonly data: Record<string, unknown> | null;
  readonly errors?: GraphQLFormattedError[];
}

/** The state of one execution: its arguments, and the data that its steps have fetched so far. */
export interface ExecutionContext {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly fetch: FetchSubgraph;
  readonly types: TypeConditions;
  /** The merged data, under the plan's keys. */
  readonly data: JsonObject;
  readonly failures: Failures;
  readonly shared: SharedObjects;
  /**
   * The fragments with `@defer`, whose steps may run after the initial part is delivered. Null if the answer is
   * delivered as a whole.
   */
  readonly blocks: RunningBlocks | null;
}

/**
 * The values of the client's variables that a subgraph operation uses, under the plan's names. Variables without a
 * value are left out.
 */
export function variablesOf(
  planNames: readonly string[],
  { variables }: Pick<ExecutionContext, 'variables'>,
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
