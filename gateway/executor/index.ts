/**
 * The executor: runs a query plan over subgraphs that it reaches through one function, merges what they answer, and
 * projects to exactly what the client asked. This file is its whole face; it opens no socket.
 */
import type { GraphQLFormattedError } from 'graphql';
import type { CompiledOperation } from './compile/operation.ts';
import { type Denials, noDenials } from './denials.ts';
import type { JsonObject } from './json.ts';
import type { SharedObjects } from './projection.ts';
import { AnswerTooLarge, Budget } from './run/answer-budget.ts';
import type { Run } from './run/execution.ts';
import { Failures } from './run/failures.ts';
import { projectObject } from './run/project.ts';
import { ResponseErrors } from './run/response-errors.ts';
import type { FetchSubgraph } from './run/subgraph.ts';
import { walk } from './run/walk.ts';

export { type ConditionValues, conditionVariablesOf, isIncluded } from './compile/conditions.ts';
export { InventedNames } from './compile/invented-names.ts';
export { DataKeys } from './compile/keys.ts';
export { type CompiledOperation, compileOperation, fragmentsOf } from './compile/operation.ts';
export { OperationTooLarge, prepareOperation } from './compile/prepare.ts';
export { coordinatesIn, type Denial, type Denials, noDenials } from './denials.ts';
export { isJsonObject } from './json.ts';
export type * from './plan.ts';
export {
  type FetchSubgraph,
  type SubgraphErrorJson,
  SubgraphFailure,
  type SubgraphRequest,
  type SubgraphResponse,
} from './run/subgraph.ts';
export { coerceVariables, type VariableBounds } from './run/variables.ts';
export { type TypeConditions, typeConditionsOf } from './type-conditions.ts';

/** What one execution is given. */
export interface Execution {
  /** Coerced. */
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly fetch: FetchSubgraph;
  /** Where each denied coordinate that the operation was compiled with is explained. */
  readonly denied?: Denials;
  /** The answers to root introspection fields, by response key. */
  readonly introspected?: Readonly<Record<string, unknown>>;
  /** Of the answer, or so; one with more has no data. */
  readonly maxBytes?: number;
}

export interface Executed {
  readonly data: Record<string, unknown> | null;
  readonly errors?: GraphQLFormattedError[];
}

/** Runs an operation's plan. Rejects only where `fetch` has a bug; never for what a subgraph says. */
export async function executePlan(
  operation: CompiledOperation,
  {
    variables = {},
    fetch,
    denied = noDenials,
    introspected = {},
    maxBytes = Number.POSITIVE_INFINITY,
  }: Execution,
): Promise<Executed> {
  const data: JsonObject = {};
  const failures = new Failures(operation.types);
  const shared: SharedObjects = new Map();
  const run: Run = { variables, fetch, types: operation.types, data, failures, shared };
  for (const step of operation.steps) {
    await walk(step, run);
  }
  failures.settle();
  const responseErrors = new ResponseErrors(failures, denied);
  const budget = new Budget(maxBytes);
  try {
    const projecting = { responseErrors, path: [], introspected, shared, budget };
    const projected = projectObject(operation.fields, data, projecting, 0) ?? null;
    return responseErrors.errors.length === 0
      ? { data: projected }
      : { data: projected, errors: responseErrors.errors };
  } catch (error) {
    if (error instanceof AnswerTooLarge) {
      return { data: null, errors: [{ message: error.message, extensions: { code: 'ANSWER_TOO_LARGE' } }] };
    }
    throw error;
  }
}
