/**
 * Decides which fetches become one request, and in which order requests run.
 *
 * Before, three lookups:
 * - *stock*, at level 1. No fetch waits for it.
 * - *reviews*, at level 1.
 * - *stock*, at level 2. It waits for *reviews*.
 *
 * After: a request to *reviews*, then one request to *stock* with both lookups.
 */
import type { PlanNode } from '../../executor/index.ts';
import type { DeferredBlock } from '../deferred-blocks.ts';
import { haveConflict } from '../search/demands.ts';
import type { Subgraph } from '../supergraph/model.ts';
import { orderFetches } from './order-fetches.ts';
import type { PlannedFetch } from './planned-fetch.ts';

/** One request to a subgraph: root fields at one path, or any number of lookups. */
export interface ScheduledRequest {
  readonly subgraph: Subgraph;
  readonly block: DeferredBlock | undefined;
  /** The fetches of which the request consists. Lookups of the same objects are joined. */
  readonly fetches: readonly PlannedFetch[];
  /** The fetches before they were joined. Other fetches may wait for any of them. */
  readonly plannedFetches: readonly PlannedFetch[];
}

/**
 * Returns the requests for these fetches. The lookups in one subgraph become one request if they are at the same level
 * and in the same deferred block.
 */
export function scheduleRequests(plannedFetches: readonly PlannedFetch[]): readonly ScheduledRequest[] {
  const fetches = orderFetches(plannedFetches);
  delay(fetches);
  return [...groupByRequest(fetches).values()].map((group): ScheduledRequest => {
    const [first] = group;
    if (first === undefined) {
      throw new Error('a group of the schedule is empty');
    }
    const { subgraph, block } = first;
    return { subgraph, block, fetches: joinLookups(group), plannedFetches: group };
  });
}

function groupByRequest(fetches: readonly PlannedFetch[]): ReadonlyMap<string, readonly PlannedFetch[]> {
  return Map.groupBy(fetches, ({ subgraph, level, block, kind, pathText, type }) => {
    const id = `${subgraph.index} ${level} ${block?.id ?? ''}`;
    return kind === 'root' ? `root ${id} ${type} ${pathText}` : id;
  });
}

/** Moves lookups to a later request to the same subgraph, if no other fetch needs them sooner. This saves a request. */
function delay(fetches: readonly PlannedFetch[]): void {
  const waiting = new Map<PlannedFetch, PlannedFetch[]>();
  for (const fetch of fetches) {
    for (const before of fetch.after) {
      waiting.set(before, [...(waiting.get(before) ?? []), fetch]);
    }
  }
  const lookups = fetches.filter(({ kind }) => kind !== 'root');
  const groups = [...groupByRequest(lookups).values()];
  for (const group of groups.sort((a, b) => (b[0]?.level ?? 0) - (a[0]?.level ?? 0))) {
    const [first] = group;
    const waitingLevels = group.flatMap((fetch) => (waiting.get(fetch) ?? []).map(({ level }) => level));
    const firstWaiting = Math.min(...waitingLevels);
    const laterLevels = lookups
      .filter(
        (lookup) =>
          lookup.subgraph === first?.subgraph &&
          lookup.block === first.block &&
          lookup.level > first.level &&
          lookup.level < firstWaiting,
      )
      .map(({ level }) => level);
    if (laterLevels.length > 0) {
      const level = Math.min(...laterLevels);
      for (const fetch of group) {
        fetch.level = level;
      }
    }
  }
}

/** Joins the lookups of the same objects in one request. They may have been at different levels before. */
function joinLookups(fetches: readonly PlannedFetch[]): readonly PlannedFetch[] {
  const joined: PlannedFetch[] = [];
  for (const fetch of fetches) {
    const same = fetch.kind === 'root' ? undefined : joined.find((other) => canJoin(other, fetch));
    if (same === undefined) {
      joined.push(fetch);
    } else {
      same.representations = [...same.representations, ...fetch.representations];
      same.selectionSet.addAll(fetch.selectionSet);
      for (const [variable, taken] of fetch.contexts) {
        same.contexts.set(variable, taken);
      }
    }
  }
  return joined;
}

/**
 * Whether both fetches look up the same objects, and their keys and required fields don't conflict. Then one
 * representation of each object has the values of both.
 */
function canJoin(first: PlannedFetch, second: PlannedFetch): boolean {
  return (
    first.kind === second.kind &&
    first.type === second.type &&
    first.pathText === second.pathText &&
    first.representations.every((one) =>
      second.representations.every(
        (other) =>
          !haveConflict([...one.keySelections, ...one.required], [...other.keySelections, ...other.required]),
      ),
    )
  );
}

/**
 * Returns the plan for an operation's requests. `blocksWithin` returns the deferred blocks directly inside a block. For
 * `undefined`, it returns the blocks that are in no other block.
 */
export function planOf(
  requests: readonly ScheduledRequest[],
  blocksWithin: (block: DeferredBlock | undefined) => readonly DeferredBlock[],
  write: (request: ScheduledRequest) => PlanNode,
): PlanNode {
  const nodeOf = (block: DeferredBlock | undefined): PlanNode => {
    const own = requests.filter((request) => request.block === block);
    const primary = nest(own, write);
    const deferred = blocksWithin(block).map((inner) => ({
      label: inner.label,
      path: inner.path,
      node: nodeOf(inner),
    }));
    return deferred.length === 0 ? primary : { kind: 'defer', primary, deferred };
  };
  return nodeOf(undefined);
}

type RequestsBefore = ReadonlyMap<ScheduledRequest, ReadonlySet<ScheduledRequest>>;

/** The nodes of the requests: in sequence if a request waits for another, otherwise in parallel. */
function nest(
  requests: readonly ScheduledRequest[],
  write: (request: ScheduledRequest) => PlanNode,
): PlanNode {
  const before = requestsBefore(requests);
  const inParallel = (some: readonly ScheduledRequest[]): PlanNode =>
    parallel(connected(some, before).map((group) => inSequence(group)));
  const inSequence = (group: readonly ScheduledRequest[]): PlanNode => {
    const members = new Set(group);
    const isReady = (request: ScheduledRequest) =>
      ![...(before.get(request) ?? [])].some((other) => members.has(other));
    const rest = group.filter((request) => !isReady(request));
    const nodes = parallel(group.filter(isReady).map(write));
    return rest.length === 0 ? nodes : sequence(nodes, inParallel(rest));
  };
  return inParallel(requests);
}

/** The other requests that each request waits for. */
function requestsBefore(requests: readonly ScheduledRequest[]): RequestsBefore {
  const requestOf = new Map(
    requests.flatMap((request) => request.plannedFetches.map((fetch) => [fetch, request] as const)),
  );
  return new Map(
    requests.map((request) => {
      const awaited = request.plannedFetches.flatMap(({ after }) => [...after]);
      const others = awaited.flatMap((fetch) => requestOf.get(fetch) ?? []);
      return [request, new Set(others.filter((other) => other !== request))];
    }),
  );
}

/** Divides the requests into groups. No request waits for a request of another group. */
function connected(
  requests: readonly ScheduledRequest[],
  before: RequestsBefore,
): readonly (readonly ScheduledRequest[])[] {
  let groups: ScheduledRequest[][] = [];
  for (const request of requests) {
    const own = before.get(request);
    const isLinked = (group: readonly ScheduledRequest[]) =>
      group.some((other) => own?.has(other) === true || before.get(other)?.has(request) === true);
    const apart = groups.filter((group) => !isLinked(group));
    groups = [...apart, [...groups.filter(isLinked).flat(), request]];
  }
  return groups;
}

function parallel(nodes: readonly PlanNode[]): PlanNode {
  const flat = nodes.flatMap((node) => (node.kind === 'parallel' ? node.nodes : [node]));
  const [only] = flat;
  return only !== undefined && flat.length === 1 ? only : { kind: 'parallel', nodes: flat };
}

function sequence(first: PlanNode, rest: PlanNode): PlanNode {
  return { kind: 'sequence', nodes: [first, ...(rest.kind === 'sequence' ? rest.nodes : [rest])] };
}
