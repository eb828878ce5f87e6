import type { EntityFetchStep, LookupStep, RepeatedLookup, RepeatLookups } from '../../plan-steps.ts';
import { collectEntities, type IsMeant } from '../entities/collect-entities.ts';
import { type ContextGroup, collectByContext } from '../entities/context-values.ts';
import { type ExecutionContext, variablesOf } from '../execution-context.ts';
import { askSubgraph } from './ask-subgraph.ts';
import { mergeEntities, type PendingLookup } from './merge-entities.ts';

/** One request of an entity fetch. Nearly all entity fetches make one request. */
interface PendingRequest {
  readonly operation: string;
  /**
   * The start of the request's body, from the compiled plan. Undefined if a lookup is in the request several times, once
   * for each group of context values. The plan has no operation for that.
   */
  readonly bodyStart?: string;
  readonly lookups: readonly PendingLookup[];
}

/**
 * The largest number of lookups in one request. If lookups have context variables, each group of equal values needs a
 * lookup, which is one `_entities` field. A subgraph may limit these fields, and needs time to parse them.
 */
const maxLookups = 100;

const noEntities: ContextGroup = {
  entities: { targets: [], indexes: [], representations: [], incomplete: new Map() },
  values: [],
};

/**
 * Fetches fields of entities and merges them into every occurrence of each entity.
 *
 * Before: `{ cards: [{ patron: P1 }, { patron: P1 }] }`, where P1 is `{ __typename: 'Patron', id: 'P1' }`. The subgraph
 * gets one representation of P1.
 * After the answer `{ _entities: [{ name: 'Ann' }] }`, both patrons have `name: 'Ann'`.
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
  const running = requests.map((request) => runRequest(request, step, context));
  for (const { lookups } of requests) {
    for (const lookup of lookups) {
      addIncomplete(lookup, running, context);
    }
  }
  await Promise.all(running);
}

/** Looks up the entities that lack values which some fields require. Requests only the other fields. */
function addIncomplete(
  { step, incomplete }: PendingLookup,
  running: Promise<void>[],
  context: ExecutionContext,
): void {
  for (const { fields, entities } of incomplete.values()) {
    const rest = step.without(fields);
    if (rest !== null) {
      running.push(runEntityFetch(rest, context, (entity) => entities.has(entity)));
    }
  }
}

function plainRequest(
  { operation, bodyStart, lookups }: EntityFetchStep,
  context: ExecutionContext,
  isMeant: IsMeant,
): PendingRequest {
  return {
    operation,
    bodyStart,
    lookups: lookups.map((lookup) => {
      const { targets, indexes, representations, incomplete } = collectEntities(lookup, context, isMeant);
      const variables = { [lookup.representations]: representations };
      return { step: lookup, alias: lookup.alias, variables, targets, indexes, representations, incomplete };
    }),
  };
}

/**
 * The arguments of some lookups take values from objects above their entities (`@fromContext`). Such a lookup is
 * repeated for each group of entities that have the same values.
 */
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
  { operation, bodyStart, lookups }: PendingRequest,
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
  const answer = await askSubgraph(context.fetch, {
    subgraph,
    operation,
    bodyStart,
    kind: 'query',
    variables,
  });
  mergeEntities(lookups, answer, subgraph, context);
}
