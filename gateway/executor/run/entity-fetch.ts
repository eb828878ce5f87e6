import type { EntityFetchStep, LookupStep } from '../compile/compile-plan.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { type Answer, ask, inMergedKeys, invalidResponse, recordAt } from './answer.ts';
import { type CollectedEntities, collectEntities } from './collect-entities.ts';
import { type Run, variablesOf } from './execution.ts';
import type { Failure } from './failures.ts';
import { fillWithNull, mergeFields } from './merge.ts';
import { renameKeys } from './rename-keys.ts';

/** A lookup on its way. */
interface Asked extends CollectedEntities {
  readonly lookup: LookupStep;
}

/** Fetches fields of entities and merges them into every place that has the entity. */
export async function runEntityFetch(step: EntityFetchStep, run: Run): Promise<void> {
  if (!run.failures.empty) {
    run.failures.settle();
  }
  const asked: Asked[] = step.lookups.map((lookup) => {
    const { targets, indexes, representations } = collectEntities(lookup, run);
    return { lookup, targets, indexes, representations };
  });
  if (asked.every(({ representations }) => representations.length === 0)) {
    return;
  }
  const { subgraph, operation } = step;
  const variables = variablesOf(step.variables, run);
  for (const { lookup, representations } of asked) {
    variables[lookup.representations] = representations;
  }
  const answer = await ask(run.fetch, { subgraph, operation, kind: 'query', variables });
  for (const lookup of asked) {
    takeAnswer(lookup, answer, subgraph, run);
  }
}

function takeAnswer(asked: Asked, answer: Answer, subgraph: string, run: Run): void {
  const { lookup, targets, representations } = asked;
  if (answer.failed) {
    for (const { failure, path } of answer.errors) {
      failTargets(asked, undefined, failure, path[0] === lookup.alias ? path.slice(2) : [], run);
    }
    return;
  }
  const entities = answer.data[lookup.alias];
  const known = Array.isArray(entities) && entities.length === representations.length ? entities : undefined;
  for (const error of answer.errors) {
    if (error.path[0] === lookup.alias) {
      const index = error.path[1] === undefined ? undefined : Number(error.path[1]);
      const entity: unknown = index === undefined ? undefined : known?.[index];
      const below = error.path.slice(2);
      if (isJsonObject(entity)) {
        recordAt(entity, lookup.shape, error, below, run.failures, run.types);
      } else {
        failTargets(asked, known?.[index ?? -1] === null ? index : undefined, error.failure, below, run);
      }
    }
  }
  if (known === undefined) {
    if (!answer.errors.some(({ path }) => path[0] === lookup.alias)) {
      failTargets(asked, undefined, invalidResponse(subgraph), [], run);
    }
    return;
  }
  const used = new Set<number>();
  for (const [n, target] of targets.entries()) {
    const index = asked.indexes[n] ?? 0;
    takeEntity(asked, target, known[index], used.has(index), subgraph, run);
    used.add(index);
  }
}

/** Fails what the lookup feeds on the targets of one representation, or of all. `path` is the subgraph's, in an entity. */
function failTargets(
  { lookup, targets, indexes }: Asked,
  index: number | undefined,
  failure: Failure,
  path: readonly (string | number)[],
  run: Run,
): void {
  const below = inMergedKeys(path, lookup.shape);
  for (const [n, target] of targets.entries()) {
    if (index === undefined || indexes[n] === index) {
      run.failures.recordAll(target, lookup.shape, failure, below);
    }
  }
}

function takeEntity(
  { lookup: { shape } }: Asked,
  target: JsonObject,
  entity: unknown,
  copy: boolean,
  subgraph: string,
  run: Run,
): void {
  if (entity === null) {
    fillWithNull(target, shape, run.types);
    return;
  }
  if (!isJsonObject(entity)) {
    run.failures.recordAll(target, shape, invalidResponse(subgraph));
    return;
  }
  if (shape.renamed && !copy) {
    renameKeys(entity, shape, run.failures);
  }
  mergeFields(target, entity, shape, copy, run);
  if (!run.failures.empty) {
    run.failures.carry(entity, target);
  }
}
