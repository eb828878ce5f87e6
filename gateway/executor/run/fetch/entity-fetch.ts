import { isJsonObject, type JsonObject } from '../../json.ts';
import type { EntityFetchStep, LookupStep, RepeatedLookup, RepeatLookups } from '../../steps.ts';
import { type CollectedEntities, collectEntities, type IsMeant } from '../entities/collect-entities.ts';
import { type ContextGroup, collectByContext } from '../entities/context-values.ts';
import { type ExecutionContext, variablesOf } from '../execution-context.ts';
import type { Failure } from '../failures.ts';
import { fillWithNull, mergeFields } from '../merge.ts';
import { askSubgraph, invalidResponse, type SubgraphAnswer } from './ask-subgraph.ts';
import { inDataKeys, recordError } from './record-errors.ts';
import { renameKeys } from './rename-keys.ts';

/** A lookup with the entities that it is sent for. */
interface PendingLookup extends CollectedEntities {
  readonly step: LookupStep;
  /** The response key of its `_entities` field. */
  readonly alias: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** One request of an entity fetch. Nearly all entity fetches have one. */
interface PendingRequest {
  readonly operation: string;
  readonly lookups: readonly PendingLookup[];
}

/** `_entities` fields in one request. A subgraph may limit them, and needs time to parse them. */
const maxLookups = 100;

const noEntities: ContextGroup = {
  entities: { targets: [], indexes: [], representations: [], incomplete: new Map() },
  values: [],
};

/**
 * Fetches fields of entities and merges them into every occurrence of the entity.
 *
 * Before: `{ cards: [{ patron: P1 }, { patron: P1 }] }`, where P1 is `{ __typename: 'Patron', id: 'P1' }`. The subgraph
 * gets one representation of P1. After it answered `{ _entities: [{ name: 'Ann' }] }`, both patrons have `name: 'Ann'`.
 */
export async function runEntityFetch(
  step: EntityFetchStep,
  context: ExecutionContext,
  isMeant: IsMeant = () => true,
): Promise<void> {
  if (!context.failures.isEmpty) {
    context.failures.pushDown();
  }
  const requests =
    step.repeat === undefined
      ? [plainRequest(step, context, isMeant)]
      : contextRequests(step, step.repeat, context, isMeant);
  await Promise.all([
    ...requests.map((request) => runRequest(request, step, context)),
    ...requests.flatMap(({ lookups }) => lookups.flatMap((lookup) => runIncomplete(lookup, context))),
  ]);
}

/** Looks up the entities that lack what some fields require, for the other fields. */
function runIncomplete(
  { step, incomplete }: PendingLookup,
  context: ExecutionContext,
): readonly Promise<void>[] {
  return [...incomplete.values()].flatMap(({ fields, entities }) => {
    const rest = step.without(fields);
    return rest === null ? [] : [runEntityFetch(rest, context, (entity) => entities.has(entity))];
  });
}

function plainRequest(
  { operation, lookups }: EntityFetchStep,
  context: ExecutionContext,
  isMeant: IsMeant,
): PendingRequest {
  return {
    operation,
    lookups: lookups.map((lookup) => {
      const { targets, indexes, representations, incomplete } = collectEntities(lookup, context, isMeant);
      const variables = { [lookup.representations]: representations };
      return { step: lookup, alias: lookup.alias, variables, targets, indexes, representations, incomplete };
    }),
  };
}

/** Repeats each lookup for each combination of the values that its entities take from objects above. */
function contextRequests(
  { lookups }: EntityFetchStep,
  repeat: RepeatLookups,
  context: ExecutionContext,
  isMeant: IsMeant,
): readonly PendingRequest[] {
  const groups = lookups.flatMap((lookup, index) =>
    collectByContext(lookup, context, isMeant).map((group) => ({ index, group })),
  );
  const requests: PendingRequest[] = [];
  for (let start = 0; start < groups.length; start += maxLookups) {
    const byLookup = Map.groupBy(groups.slice(start, start + maxLookups), ({ index }) => index);
    const repeated = repeat(lookups.map((_, index) => byLookup.get(index)?.length ?? 0));
    requests.push({
      operation: repeated.operation,
      lookups: lookups.flatMap((step, index) =>
        (repeated.lookups[index] ?? []).map((names, repetition) =>
          pendingLookup(step, names, byLookup.get(index)?.[repetition]?.group),
        ),
      ),
    });
  }
  return requests;
}

function pendingLookup(
  step: LookupStep,
  { alias, variables: names }: RepeatedLookup,
  group: ContextGroup = noEntities,
): PendingLookup {
  const { targets, indexes, representations, incomplete } = group.entities;
  const values = new Map<string, unknown>([
    [step.representations, representations],
    ...step.contexts.map(({ variable }, index) => [variable, group.values[index]] as const),
  ]);
  const variables = Object.fromEntries([...names].map(([planName, name]) => [name, values.get(planName)]));
  return { step, alias, variables, targets, indexes, representations, incomplete };
}

async function runRequest(
  { operation, lookups }: PendingRequest,
  { subgraph, variables: clientVariables }: EntityFetchStep,
  context: ExecutionContext,
): Promise<void> {
  if (lookups.every(({ representations }) => representations.length === 0)) {
    return;
  }
  const variables = variablesOf(clientVariables, context);
  for (const lookup of lookups) {
    Object.assign(variables, lookup.variables);
  }
  const answer = await askSubgraph(context.fetch, { subgraph, operation, kind: 'query', variables });
  for (const lookup of lookups) {
    mergeAnswer(lookup, answer, subgraph, context);
  }
}

function mergeAnswer(
  lookup: PendingLookup,
  answer: SubgraphAnswer,
  subgraph: string,
  context: ExecutionContext,
): void {
  const { step, alias, targets, representations } = lookup;
  const { failures, types } = context;
  if (answer.failed) {
    for (const { failure, path } of answer.errors) {
      failTargets(lookup, undefined, failure, path[0] === alias ? path.slice(2) : [], context);
    }
    return;
  }
  const answered = answer.data[alias];
  const entities =
    Array.isArray(answered) && answered.length === representations.length ? answered : undefined;
  for (const error of answer.errors) {
    if (error.path[0] === alias) {
      const index = error.path[1] === undefined ? undefined : Number(error.path[1]);
      const entity: unknown = index === undefined ? undefined : entities?.[index];
      const pathInEntity = error.path.slice(2);
      if (isJsonObject(entity)) {
        recordError(entity, step.shape, error, pathInEntity, failures, types);
      } else {
        const failedIndex = entities?.[index ?? -1] === null ? index : undefined;
        failTargets(lookup, failedIndex, error.failure, pathInEntity, context);
      }
    }
  }
  if (entities === undefined) {
    if (!answer.errors.some(({ path }) => path[0] === alias)) {
      failTargets(lookup, undefined, invalidResponse(subgraph), [], context);
    }
    return;
  }
  const merged = new Set<number>();
  for (const [n, target] of targets.entries()) {
    const index = lookup.indexes[n] ?? 0;
    mergeEntity(lookup, target, entities[index], merged.has(index), subgraph, context);
    merged.add(index);
  }
}

/**
 * Records a failure of all fields of the lookup, on the targets of one representation, or of all if `index` is undefined.
 * `path` starts in the entity and uses the subgraph's response keys.
 */
function failTargets(
  { step, targets, indexes }: PendingLookup,
  index: number | undefined,
  failure: Failure,
  path: readonly (string | number)[],
  { failures }: ExecutionContext,
): void {
  const pathBelow = inDataKeys(path, step.shape);
  for (const [n, target] of targets.entries()) {
    if (index === undefined || indexes[n] === index) {
      failures.recordAll(target, step.shape, failure, pathBelow);
    }
  }
}

/** `mustCopy`: the entity was merged into another target before. */
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
