import { ask, inMergedKeys, recordAt } from './answer.ts';
import type { FetchStep } from './compile-plan.ts';
import { mergeFields } from './merge.ts';
import { renameKeys } from './rename-keys.ts';
import { type Run, variablesOf } from './run.ts';

/** Fetches root fields and merges them. */
export async function runFetch(step: FetchStep, run: Run): Promise<void> {
  const { subgraph, operation, operationKind: kind, shape } = step;
  const variables = variablesOf(step.variables, run);
  const answer = await ask(run.fetch, { subgraph, operation, kind, variables });
  if (answer.failed) {
    for (const { failure, path } of answer.errors) {
      run.failures.recordAll(run.data, shape, failure, inMergedKeys(path, shape));
    }
    return;
  }
  for (const error of answer.errors) {
    recordAt(answer.data, shape, error, error.path, run.failures, run.types);
  }
  if (shape.renamed) {
    renameKeys(answer.data, shape, run.failures);
  }
  mergeFields(run.data, answer.data, shape, false, run);
  if (!run.failures.empty) {
    run.failures.carry(answer.data, run.data);
  }
}
