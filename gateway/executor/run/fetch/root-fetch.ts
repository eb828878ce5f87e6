import type { JsonObject } from '../../json.ts';
import type { FetchStep } from '../../plan-steps.ts';
import { visitEntities } from '../entities/visit-entities.ts';
import { type ExecutionContext, variablesOf } from '../execution-context.ts';
import { mergeFields } from '../merge.ts';
import { askSubgraph, type SubgraphAnswer } from './ask-subgraph.ts';
import { inDataKeys, maxReasons, recordError } from './record-errors.ts';
import { renameKeys } from './rename-keys.ts';

/**
 * Fetches root fields and merges them into the root of the merged data. If the step has a path, merges them into the
 * objects of the root type at the end of the path. If there is no such object, nothing is fetched.
 */
export async function runRootFetch(step: FetchStep, context: ExecutionContext): Promise<void> {
  const { subgraph, operation, bodyStart, operationKind: kind } = step;
  const targets = targetsOf(step, context);
  if (targets.size === 0) {
    return;
  }
  const variables = variablesOf(step.variables, context);
  const answer = await askSubgraph(context.fetch, { subgraph, operation, bodyStart, kind, variables });
  mergeAnswer(answer, targets, step, context);
}

function targetsOf({ path }: FetchStep, { data, types }: ExecutionContext): ReadonlySet<JsonObject> {
  const targets = new Set<JsonObject>();
  visitEntities(data, path, types, (target) => {
    targets.add(target);
    return target;
  });
  return targets;
}

function mergeAnswer(
  answer: SubgraphAnswer,
  targets: ReadonlySet<JsonObject>,
  { path: stepPath, shape }: FetchStep,
  context: ExecutionContext,
): void {
  const { failures, types } = context;
  for (const { failure, path } of answer.errors) {
    failures.setFetchPath(failure, [...stepPath.map(({ key }) => key), ...inDataKeys(path, shape)]);
  }
  if (answer.failed) {
    for (const { failure, path } of answer.errors.slice(0, maxReasons)) {
      const dataPath = inDataKeys(path, shape);
      for (const target of targets) {
        failures.recordAll(target, shape, failure, dataPath);
      }
    }
    return;
  }
  for (const error of answer.errors) {
    recordError(answer.data, shape, error, error.path, failures, types);
  }
  if (shape.hasRenames) {
    renameKeys(answer.data, shape, failures);
  }
  let mustCopy = false;
  for (const target of targets) {
    mergeFields(target, answer.data, shape, mustCopy, context);
    if (!failures.isEmpty) {
      failures.copy(answer.data, target);
    }
    mustCopy = true;
  }
}
