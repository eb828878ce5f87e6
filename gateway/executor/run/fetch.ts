import type { FetchStep } from '../compile/compile-plan.ts';
import { visitEntities } from '../compile/entity-paths.ts';
import type { JsonObject } from '../json.ts';
import { type Answer, ask, inMergedKeys, recordAt } from './answer.ts';
import { type Run, variablesOf } from './execution.ts';
import { mergeFields } from './merge.ts';
import { renameKeys } from './rename-keys.ts';

/** Fetches root fields and merges them into all objects that get them; where there is none, nothing is fetched. */
export async function runFetch(step: FetchStep, run: Run): Promise<void> {
  const { subgraph, operation, operationKind: kind } = step;
  const targets = targetsOf(step, run);
  if (targets.size === 0) {
    return;
  }
  const variables = variablesOf(step.variables, run);
  const answer = await ask(run.fetch, { subgraph, operation, kind, variables });
  takeAnswer(answer, targets, step, run);
}

function targetsOf({ path }: FetchStep, { data, types }: Run): ReadonlySet<JsonObject> {
  const targets = new Set<JsonObject>();
  visitEntities(data, path, types, (target) => {
    targets.add(target);
    return target;
  });
  return targets;
}

function takeAnswer(answer: Answer, targets: ReadonlySet<JsonObject>, { shape }: FetchStep, run: Run): void {
  if (answer.failed) {
    for (const { failure, path } of answer.errors) {
      for (const target of targets) {
        run.failures.recordAll(target, shape, failure, inMergedKeys(path, shape));
      }
    }
    return;
  }
  for (const error of answer.errors) {
    recordAt(answer.data, shape, error, error.path, run.failures, run.types);
  }
  if (shape.renamed) {
    renameKeys(answer.data, shape, run.failures);
  }
  let copy = false;
  for (const target of targets) {
    mergeFields(target, answer.data, shape, copy, run);
    if (!run.failures.empty) {
      run.failures.carry(answer.data, target);
    }
    copy = true;
  }
}
