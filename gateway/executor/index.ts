/**
 * The executor: turns a query plan into the client's answer. It opens no socket, because it reaches the subgraphs only
 * through a function that it is given. This file is its whole interface.
 *
 * An operation goes through four stages. The example is
 * `query ($full: Boolean!) { me { number: id quota: loanQuota { remaining } contact @include(if: $full) { email } } }`
 * with `{ "full": false }`.
 *
 * 1. `prepareOperation` writes the planner's document. `@skip` and `@include` are evaluated, fields that the caller may
 *    not read are removed, and aliases become keys that no other field has:
 *
 *    ```graphql
 *    { me { _2_id_number: id  _9_loanQuota_quota: loanQuota { remaining } } }
 *    ```
 *
 * 2. The planner makes a **plan** (`plan.ts`). *circulation* needs the card numbers that *credentials* has:
 *
 *    ```
 *    sequence
 *      fetch        credentials  { me { __typename _2_id_number: id id cardNumbers } }
 *      entityFetch  circulation  at `me`, requires `id cardNumbers`
 *                                { _entities(…) { ... on Patron { _9_loanQuota_quota: loanQuota { remaining } } } }
 *    ```
 *
 * 3. `compileOperation` compiles the plan to **steps** (`plan-steps.ts`): each fetch gets the shape of the answer that
 *    it expects. It also compiles the operation to a table of fields for the answer (`run/answer/projection.ts`). Both
 *    are kept with the plan and used for every request.
 *
 * 4. `executePlan` runs the steps and **merges** what they fetch into one object, under the plan's keys:
 *
 *    ```
 *    after credentials  { me: { __typename: 'Patron', _2_id_number: 'P1', id: 'P1', cardNumbers: ['C1'] } }
 *    after circulation  { me: { …, _9_loanQuota_quota: { remaining: 3 } } }
 *    ```
 *
 *    Then it **projects** the merged data to exactly what the client asked for:
 *
 *    ```json
 *    { "data": { "me": { "number": "P1", "quota": { "remaining": 3 } } } }
 *    ```
 *
 * If *circulation* fails, its failure is kept at the key `_9_loanQuota_quota` of `me`. The projection finds no value
 * there and reports the failure with the client's path: `{ "quota": null }`, and an error at `["me", "quota"]`. So
 * every null in an answer either comes from a subgraph or has an error.
 */
import type { CompiledOperation } from './compile/compile-operation.ts';
import { noDenials } from './denied-coordinates.ts';
import type { JsonObject } from './json.ts';
import { AnswerBudget, AnswerTooLarge } from './run/answer/answer-budget.ts';
import { projectObject } from './run/answer/project.ts';
import type { SharedObjects } from './run/answer/projection.ts';
import { ResponseErrors } from './run/answer/response-errors.ts';
import type { ExecutionArgs, ExecutionContext, ExecutionResult } from './run/execution-context.ts';
import { Failures } from './run/failures.ts';
import { runInSequence } from './run/run-plan-steps.ts';

export { type CompiledOperation, compileOperation, fragmentsOf } from './compile/compile-operation.ts';
export { type ConditionValues, conditionVariablesOf, isIncluded } from './compile/conditions.ts';
export { DeferDirectives, deferVariablesOf } from './compile/defer/defer-directives.ts';
export { InventedNames, namesIn } from './compile/invented-names.ts';
export { DataKeys } from './compile/merged-data-keys.ts';
export { prepareOperation } from './compile/prepare-operation.ts';
export { OperationTooLarge } from './compile/write-document.ts';
export { type IncrementalFormat, incrementalFormats } from './deferred-block.ts';
export { coordinatesIn, type Denial, noDenials } from './denied-coordinates.ts';
export { executeInParts } from './execute-in-parts.ts';
export { isJsonObject } from './json.ts';
export { hasLongNumber, LongNumber, parseJson } from './long-number.ts';
export type * from './plan.ts';
export type { EntityFetchStep, FetchStep, PathField, PlanStep } from './plan-steps.ts';
export { coerceVariables } from './run/coerce-variables.ts';
export type { VariableBounds } from './run/coercion.ts';
export type { FurtherPart, PendingBlock } from './run/deferred/parts.ts';
export type { ExecutionArgs, ExecutionResult } from './run/execution-context.ts';
export {
  bodyStart,
  type FetchSubgraph,
  type SubgraphErrorJson,
  SubgraphFailure,
  type SubgraphFailureCode,
  type SubgraphRequest,
  type SubgraphResponse,
} from './run/subgraph.ts';
export { sourceRequest } from './source-stream.ts';
export { type TypeConditions, typeConditionsOf } from './type-conditions.ts';

/**
 * Runs the operation's steps and projects the answer. Rejects only if `fetch` has a bug, and never because of a
 * subgraph's answer.
 */
export async function executePlan(
  operation: CompiledOperation,
  {
    variables = {},
    fetch,
    denied = noDenials,
    introspected = {},
    maxBytes = Number.POSITIVE_INFINITY,
  }: ExecutionArgs,
): Promise<ExecutionResult> {
  const data: JsonObject = {};
  const failures = new Failures(operation.types);
  const shared: SharedObjects = new Map();
  const { types } = operation;
  const context: ExecutionContext = { variables, fetch, types, data, failures, shared, blocks: null };
  await runInSequence(operation.steps, context);
  failures.pushDown();
  const responseErrors = new ResponseErrors(failures, denied);
  const budget = new AnswerBudget(maxBytes);
  try {
    const projection = {
      responseErrors,
      path: [],
      introspected,
      shared,
      budget,
      deferred: [],
      resumed: null,
    };
    const answer = projectObject(operation.fields, data, projection, 0) ?? null;
    responseErrors.addUnreported(operation.clientPath, data);
    return responseErrors.errors.length === 0
      ? { data: answer }
      : { data: answer, errors: responseErrors.errors };
  } catch (error) {
    if (error instanceof AnswerTooLarge) {
      return { data: null, errors: [{ message: error.message, extensions: { code: 'ANSWER_TOO_LARGE' } }] };
    }
    throw error;
  }
}
