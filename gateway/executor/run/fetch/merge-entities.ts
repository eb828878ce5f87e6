import { isJsonObject, type JsonObject } from '../../json.ts';
import type { LookupStep } from '../../plan-steps.ts';
import type { CollectedEntities } from '../entities/collect-entities.ts';
import type { ExecutionContext } from '../execution-context.ts';
import type { Failure } from '../failures.ts';
import { fillWithNull, mergeFields } from '../merge.ts';
import {
  invalidResponse,
  type LocatedError,
  type SubgraphAnswer,
  wrongNumberOfEntities,
} from './ask-subgraph.ts';
import { inDataKeys, indexOf, maxReasons, recordError } from './record-errors.ts';
import { renameKeys } from './rename-keys.ts';

/** A lookup (one `_entities` field of the request), with the entities that it is sent for. */
export interface PendingLookup extends CollectedEntities {
  readonly step: LookupStep;
  /** The response key of the lookup's `_entities` field. */
  readonly alias: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Merges the entities of one answer into the targets of its lookups, with the answer's errors. */
export function mergeEntities(
  lookups: readonly PendingLookup[],
  answer: SubgraphAnswer,
  subgraph: string,
  context: ExecutionContext,
): void {
  if (answer.errors.length === 0) {
    // A fast path: most answers have no errors.
    for (const lookup of lookups) {
      mergeAnswer(lookup, answer, [], subgraph, context);
    }
    return;
  }
  const aliases = new Set<string | number | undefined>(lookups.map(({ alias }) => alias));
  const aboutAll = answer.errors.filter(({ path }) => !aliases.has(path[0]));
  // A lookup without entities is left out: its paths may lead to no object at which an error could be reported.
  const withEntities = lookups.filter(({ targets }) => targets.length > 0);
  setFetchPaths(aboutAll, withEntities, context);
  for (const lookup of lookups) {
    const errors = answer.errors.filter(({ path }) => path[0] === lookup.alias);
    setFetchPaths(errors, lookup.targets.length > 0 ? [lookup] : withEntities, context);
    mergeAnswer(lookup, answer, [...errors, ...aboutAll], subgraph, context);
  }
}

/**
 * Sets the path for errors that are reported at no entity: the common beginning of the lookups' paths. It has no list
 * indexes, so the client's path ends at the first list.
 */
function setFetchPaths(
  errors: readonly Pick<LocatedError, 'failure'>[],
  lookups: readonly PendingLookup[],
  { failures }: ExecutionContext,
): void {
  if (errors.length === 0) {
    return;
  }
  const [path = [], ...others] = lookups.flatMap(({ step }) =>
    step.paths.map(({ fields }) => fields.map(({ key }) => key)),
  );
  const end = path.findIndex((key, depth) => others.some((other) => other[depth] !== key));
  const commonPath = end === -1 ? path : path.slice(0, end);
  for (const { failure } of errors) {
    failures.setFetchPath(failure, commonPath);
  }
}

/** Merges the entities of one lookup. In `errors`, the errors of this lookup come before those of the whole answer. */
function mergeAnswer(
  lookup: PendingLookup,
  answer: SubgraphAnswer,
  errors: readonly LocatedError[],
  subgraph: string,
  context: ExecutionContext,
): void {
  const { alias, targets, indexes, representations } = lookup;
  if (answer.failed) {
    for (const { failure, path } of errors.slice(0, maxReasons)) {
      failTargets(lookup, targets, failure, path[0] === alias ? path.slice(2) : [], context);
    }
    return;
  }
  const answered = answer.data[alias];
  const entities: readonly unknown[] = Array.isArray(answered) ? answered : [];
  if (entities.length > representations.length) {
    setFetchPaths([{ failure: wrongNumberOfEntities(subgraph) }], [lookup], context);
  }
  const { explained, aboutAll } =
    errors.length === 0 ? noErrors : recordEntityErrors(lookup, entities, errors, context);
  const unanswered: JsonObject[] = [];
  // An entity that occurs for the first time has a higher index than all entities before it. So if an index is below
  // `merged`, the entity is already part of an earlier target, and must be copied.
  let merged = 0;
  for (const [n, target] of targets.entries()) {
    const index = indexes[n] ?? 0;
    if (index < entities.length) {
      mergeEntity(lookup, target, entities[index], index < merged, subgraph, context);
      merged = Math.max(merged, index + 1);
    } else if (!explained.has(index)) {
      unanswered.push(target);
    }
  }
  if (unanswered.length > 0) {
    const absence = Array.isArray(answered) ? wrongNumberOfEntities(subgraph) : invalidResponse(subgraph);
    const reasons = aboutAll.length === 0 ? [absence] : aboutAll.slice(0, maxReasons);
    for (const target of unanswered) {
      for (const failure of reasons) {
        context.failures.recordAll(target, lookup.step.shape, failure);
      }
    }
  }
}

interface EntityErrors {
  readonly explained: ReadonlySet<number>;
  readonly aboutAll: readonly Failure[];
}

const noErrors: EntityErrors = { explained: new Set(), aboutAll: [] };

/**
 * Records the errors of single entities. In the result, `explained` has the indexes of entities that are null or
 * missing and have an error of their own. `aboutAll` has the failures that belong to no single entity. They explain why
 * any other entity is missing.
 */
function recordEntityErrors(
  lookup: PendingLookup,
  entities: readonly unknown[],
  errors: readonly LocatedError[],
  context: ExecutionContext,
): EntityErrors {
  const { step, alias, representations, targets, indexes } = lookup;
  // This map is made once, so that ten thousand errors don't each search all targets.
  let targetsOf: ReadonlyMap<number | undefined, readonly JsonObject[]> | undefined;
  const explained = new Set<number>();
  const aboutAll: Failure[] = [];
  for (const error of errors) {
    const index = error.path[0] === alias ? indexOf(error.path[1]) : Number.NaN;
    const entity = entities[index];
    const pathInEntity = error.path.slice(2);
    if (!(index in representations)) {
      aboutAll.push(error.failure);
    } else if (isJsonObject(entity)) {
      recordError(entity, step.shape, error, pathInEntity, context.failures, context.types);
    } else {
      explained.add(index);
      targetsOf ??= Map.groupBy(targets, (_, n) => indexes[n]);
      failTargets(lookup, targetsOf.get(index) ?? [], error.failure, pathInEntity, context);
    }
  }
  return { explained, aboutAll };
}

/**
 * Records a failure of all fields of the lookup on these targets. `path` starts in the entity and uses the subgraph's
 * response keys.
 */
function failTargets(
  { step }: PendingLookup,
  targets: readonly JsonObject[],
  failure: Failure,
  path: readonly (string | number)[],
  { failures }: ExecutionContext,
): void {
  const pathBelow = inDataKeys(path, step.shape);
  for (const target of targets) {
    failures.recordAll(target, step.shape, failure, pathBelow);
  }
}

/** `mustCopy` is true if the entity was merged into another target before. */
function mergeEntity(
  { step: { shape } }: PendingLookup,
  target: JsonObject,
  entity: unknown,
  mustCopy: boolean,
  subgraph: string,
  context: ExecutionContext,
): void {
  const { failures, types } = context;
  if (entity === null) {
    fillWithNull(target, shape, types);
    return;
  }
  if (!isJsonObject(entity)) {
    failures.recordAll(target, shape, invalidResponse(subgraph));
    return;
  }
  if (shape.hasRenames && !mustCopy) {
    renameKeys(entity, shape, failures);
  }
  mergeFields(target, entity, shape, mustCopy, context);
  if (!failures.isEmpty) {
    failures.copy(entity, target);
  }
}
