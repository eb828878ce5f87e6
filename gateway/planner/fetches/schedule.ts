/**
 * Decides which fetches make one request, and in which order requests run.
 *
 * Before: a lookup in *stock* at level 1, which nothing waits for; a lookup in *reviews* at level 1; a lookup in *stock* at
 * level 2, which waits for *reviews*.
 * After: *reviews*, then one request to *stock* with both lookups.
 */
import type { PlanNode } from '../../executor/index.ts';
import type { DeferredBlock } from '../deferred-blocks.ts';
import { haveClash } from '../search/requirements.ts';
import type { Subgraph } from '../supergraph/model.ts';
import type { FetchPart } from './build-fetches.ts';
import { orderParts } from './order-parts.ts';

/** One request to a subgraph: root fields at one path, or any number of lookups. */
export interface ScheduledRequest {
  readonly subgraph: Subgraph;
  readonly level: number;
  readonly block: DeferredBlock | undefined;
  readonly parts: readonly FetchPart[];
  /** The parts as they were before those of the same objects became one. */
  readonly fetched: readonly FetchPart[];
  readonly waitsFor: ReadonlySet<FetchPart>;
}

/** The requests of these parts. All lookups of a subgraph at one level are one request. */
export function scheduleRequests(fetched: readonly FetchPart[]): readonly ScheduledRequest[] {
  const parts = orderParts(fetched);
  delay(parts);
  return [...groupParts(parts).values()].map((group): ScheduledRequest => {
    const [first] = group;
    if (first === undefined) {
      throw new Error('a group of the schedule is empty');
    }
    const { subgraph, level, block } = first;
    const waitsFor = new Set(group.flatMap(({ after }) => [...after]));
    return { subgraph, level, block, parts: joinSamePaths(group), fetched: group, waitsFor };
  });
}

/** Lookups of the same objects that were on different levels become one. */
function joinSamePaths(parts: readonly FetchPart[]): readonly FetchPart[] {
  const joined: FetchPart[] = [];
  const byPath = new Map<string, FetchPart[]>();
  for (const part of parts) {
    const { kind, type, pathText } = part;
    const at = `${kind} ${type} ${pathText}`;
    const others = byPath.get(at) ?? [];
    const same = kind === 'root' ? undefined : others.find((other) => mayJoin(other, part));
    if (same === undefined) {
      joined.push(part);
      byPath.set(at, [...others, part]);
    } else {
      same.representations = [...same.representations, ...part.representations];
      same.selection.addAll(part.selection);
      for (const [variable, taken] of part.contexts) {
        same.contexts.set(variable, taken);
      }
    }
  }
  return joined;
}

/** Whether one representation of each object can have what both send. */
function mayJoin(first: FetchPart, second: FetchPart): boolean {
  return first.representations.every((one) =>
    second.representations.every(
      (other) => !haveClash([...one.keyWants, ...one.required], [...other.keyWants, ...other.required]),
    ),
  );
}

function groupParts(parts: readonly FetchPart[]): Map<string, FetchPart[]> {
  return Map.groupBy(parts, ({ subgraph, level, block, kind, pathText, type }) => {
    const at = `${subgraph.index} ${level} ${block?.id ?? ''}`;
    return kind === 'root' ? `root ${at} ${type} ${pathText}` : at;
  });
}

/** Moves the lookups of a request to a later one of the same subgraph, if nothing waits for them until then. */
function delay(parts: readonly FetchPart[]): void {
  const waiting = new Map<FetchPart, FetchPart[]>();
  for (const part of parts) {
    for (const before of part.after) {
      waiting.set(before, [...(waiting.get(before) ?? []), part]);
    }
  }
  const lookups = parts.filter(({ kind }) => kind !== 'root');
  const latestOf = (part: FetchPart): number =>
    (waiting.get(part) ?? []).reduce(
      (latest, { level }) => Math.min(latest, level - 1),
      Number.POSITIVE_INFINITY,
    );
  for (const group of [...groupParts(lookups).values()].sort(
    (a, b) => (b[0]?.level ?? 0) - (a[0]?.level ?? 0),
  )) {
    const [first] = group;
    const latest = Math.min(...group.map(latestOf));
    const later = lookups
      .filter(
        (part) =>
          part.subgraph === first?.subgraph &&
          part.block === first.block &&
          part.level > first.level &&
          part.level <= latest,
      )
      .map(({ level }) => level);
    if (later.length > 0) {
      const level = Math.min(...later);
      for (const part of group) {
        part.level = level;
      }
    }
  }
}

/** The plan of the requests of an operation. `within` tells the deferred blocks directly within another, or outside all. */
export function planOf(
  requests: readonly ScheduledRequest[],
  within: (block: DeferredBlock | undefined) => readonly DeferredBlock[],
  write: (request: ScheduledRequest) => PlanNode,
): PlanNode {
  const nodeOf = (block: DeferredBlock | undefined): PlanNode => {
    const own = requests.filter((request) => request.block === block);
    const primary = nest(own, write);
    const deferred = within(block).map((each) => ({
      label: each.label,
      path: each.path,
      node: nodeOf(each),
    }));
    return deferred.length === 0 ? primary : { kind: 'defer', primary, deferred };
  };
  return nodeOf(undefined);
}

/** The nodes of the requests: side by side where none waits for another, one after the other where it does. */
function nest(
  requests: readonly ScheduledRequest[],
  write: (request: ScheduledRequest) => PlanNode,
): PlanNode {
  const requestOf = new Map(
    requests.flatMap((request) => request.fetched.map((part) => [part, request] as const)),
  );
  const before = new Map(
    requests.map((request) => [
      request,
      new Set(
        [...request.waitsFor]
          .flatMap((part) => requestOf.get(part) ?? [])
          .filter((other) => other !== request),
      ),
    ]),
  );
  const sideBySide = (some: readonly ScheduledRequest[]): PlanNode =>
    parallel(connected(some, before).map((group) => inOrder(group)));
  const inOrder = (group: readonly ScheduledRequest[]): PlanNode => {
    const members = new Set(group);
    const ready = group.filter(
      (request) => ![...(before.get(request) ?? [])].some((other) => members.has(other)),
    );
    const rest = group.filter((request) => !ready.includes(request));
    const nodes = parallel(ready.map(write));
    return rest.length === 0 ? nodes : sequence(nodes, sideBySide(rest));
  };
  return sideBySide(requests);
}

/** Groups of requests that have nothing to do with one another. */
function connected(
  requests: readonly ScheduledRequest[],
  before: ReadonlyMap<ScheduledRequest, ReadonlySet<ScheduledRequest>>,
): readonly (readonly ScheduledRequest[])[] {
  let groups: ScheduledRequest[][] = [];
  for (const request of requests) {
    const own = before.get(request);
    const linked = groups.filter((group) =>
      group.some((other) => own?.has(other) === true || before.get(other)?.has(request) === true),
    );
    groups = [...groups.filter((group) => !linked.includes(group)), [...linked.flat(), request]];
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
