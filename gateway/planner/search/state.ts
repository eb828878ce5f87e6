/**
 * The state of planning one object: the decided selections, and the lookups that they need. A state is never changed:
 * each decision makes a new one.
 *
 * Before: nothing is decided for `{ name price }` of a book that *shop* returned.
 * After: `name` comes from *shop*, and `price` from a lookup in *prices* at level 1, one level after *shop*'s fetch.
 */
import type { ContextValue } from '../supergraph/model.ts';
import type { PlanningPosition } from './planning-positions.ts';
import type { Selection } from './selections.ts';
import type {
  ContextDemand,
  Lookup,
  Representation,
  ResolvedSelection,
  SatisfiedContext,
  Solution,
} from './solution.ts';

/** A possible result of a decision: the new state, and the fetches that then read the decided selections. */
export interface Outcome {
  readonly state: State;
  readonly resolved: readonly ResolvedSelection[];
}

/** A list to which items are added without copying it. */
interface Chain<Item> {
  readonly item: Item;
  readonly before: Chain<Item> | undefined;
}

function itemsOf<Item>(chain: Chain<Item> | undefined): Item[] {
  const items: Item[] = [];
  for (let link = chain; link !== undefined; link = link.before) {
    items.push(link.item);
  }
  return items.reverse();
}

/**
 * The weights of the cost of a plan. For each level, the client waits longer. For each request, a subgraph works more.
 * `lateness` counts the levels before each request, so an earlier request is slightly better. `unresolvedLeaf` is so
 * high that any plan that can read the leaf is better.
 */
const costs = { level: 1.5, request: 1, lookup: 0.1, lateness: 0.01, unresolvedLeaf: 1000 };

interface StateFields {
  readonly position: PlanningPosition | undefined;
  readonly subgraphCount: number;
  readonly resolved: Chain<ResolvedSelection> | undefined;
  readonly unresolved: Chain<Selection> | undefined;
  readonly unresolvedLeaves: number;
  /**
   * The number of leaves, here and below, on an interface of which the subgraph has no object type. The subgraph can't
   * return such objects, so these leaves don't count as unresolved selections. But each costs as much as an unresolved
   * leaf, so that a plan with a source for them is preferred.
   */
  readonly leavesWithoutObjects: number;
  readonly lookups: readonly Lookup[];
  /** The number of lookups for this object and all objects below it. */
  readonly lookupCount: number;
  readonly contextDemands: readonly ContextDemand[];
  readonly requests: readonly number[];
  readonly depth: number;
}

export class State {
  readonly #fields: StateFields;
  readonly cost: number;
  #effect: string | undefined;

  private constructor(fields: StateFields) {
    this.#fields = fields;
    let lateness = 0;
    for (const request of fields.requests) {
      lateness += Math.floor(request / fields.subgraphCount);
    }
    this.cost =
      costs.request * fields.requests.length +
      costs.level * fields.depth +
      costs.lookup * fields.lookupCount +
      costs.lateness * lateness +
      costs.unresolvedLeaf * this.unresolvedLeaves;
  }

  static start(position: PlanningPosition | undefined, subgraphCount: number): State {
    return new State({
      position,
      subgraphCount,
      resolved: undefined,
      unresolved: undefined,
      unresolvedLeaves: 0,
      leavesWithoutObjects: 0,
      lookups: [],
      lookupCount: 0,
      contextDemands: [],
      requests: [],
      depth: 0,
    });
  }

  get lookups(): readonly Lookup[] {
    return this.#fields.lookups;
  }

  /** The number of leaves that get no value. */
  get unresolvedLeaves(): number {
    return this.#fields.unresolvedLeaves + this.#fields.leavesWithoutObjects;
  }

  /**
   * Adds a resolved selection. `source` is `fromPosition`, or the index of a lookup. `below` is the plan for the
   * selection's children. `contexts` are values of this object that lookups in `below` need.
   */
  withResolved(
    selection: Selection,
    source: number,
    below: Solution | undefined,
    contexts: readonly SatisfiedContext[] = [],
  ): { readonly state: State; readonly resolved: ResolvedSelection } {
    const fields = this.#fields;
    const sourceLevel = fields.lookups[source]?.level ?? 0;
    const delay = contexts.length === 0 ? 0 : delayBy(contexts, below, sourceLevel);
    const level = sourceLevel + (below?.depth ?? 0) + delay;
    const resolved = { selection, source, below, contexts, level };
    const hasRequests = below !== undefined && below.requests.length > 0;
    const state = new State({
      ...fields,
      resolved: { item: resolved, before: fields.resolved },
      leavesWithoutObjects: fields.leavesWithoutObjects + (below?.leavesWithoutObjects ?? 0),
      contextDemands: withDemands(fields, resolved),
      requests: hasRequests
        ? union(fields.requests, below.requests, sourceLevel * fields.subgraphCount)
        : fields.requests,
      depth: hasRequests ? Math.max(fields.depth, level) : fields.depth,
      lookupCount: fields.lookupCount + (hasRequests ? below.lookups.length : 0),
    });
    return { state, resolved };
  }

  withUnresolved(selection: Selection): State {
    const fields = this.#fields;
    return new State({
      ...fields,
      unresolved: { item: selection, before: fields.unresolved },
      unresolvedLeaves: fields.unresolvedLeaves + selection.leafCount,
    });
  }

  /** Counts the leaves of selections on an interface of which the position's subgraph has no object type. */
  withoutObjects(selections: readonly Selection[]): State {
    return selections.length === 0
      ? this
      : new State({
          ...this.#fields,
          leavesWithoutObjects: selections.reduce(
            (sum, { leafCount }) => sum + leafCount,
            this.#fields.leavesWithoutObjects,
          ),
        });
  }

  withAllUnresolved(selections: readonly Selection[]): State {
    return selections.reduce<State>((state, selection) => state.withUnresolved(selection), this);
  }

  withLookup(lookup: Lookup): State {
    const fields = this.#fields;
    return new State({
      ...fields,
      lookups: [...fields.lookups, lookup],
      lookupCount: fields.lookupCount + 1,
      requests: union(fields.requests, [lookup.level * fields.subgraphCount + lookup.subgraph.index], 0),
      depth: Math.max(fields.depth, lookup.level),
    });
  }

  withRepresentation(lookupIndex: number, representation: Representation): State {
    return new State({
      ...this.#fields,
      lookups: this.#fields.lookups.map((lookup, index) =>
        index === lookupIndex
          ? { ...lookup, representations: [...lookup.representations, representation] }
          : lookup,
      ),
    });
  }

  /** A text that is equal for two states if each further selection would cost the same in both. */
  get effect(): string {
    this.#effect ??= effectOf(this.#fields);
    return this.#effect;
  }

  solution(): Solution {
    const { position, resolved, unresolved, leavesWithoutObjects, lookups, contextDemands, requests, depth } =
      this.#fields;
    return {
      position,
      leavesWithoutObjects,
      lookups,
      contextDemands,
      requests,
      depth,
      resolved: itemsOf(resolved),
      unresolved: itemsOf(unresolved),
      cost: this.cost,
    };
  }
}

function effectOf({ lookups, requests, unresolved, contextDemands }: StateFields): string {
  const lookupTexts = lookups
    .map(({ subgraph, kind, level, block, representations }) => {
      const deferred = block === undefined ? '' : `@${block.id} `;
      return `${subgraph.index}${kind}${level}${deferred}${representations.map(({ types }) => types.id)}`;
    })
    .sort();
  const unresolvedIds = itemsOf(unresolved).map(({ id }) => id);
  const contextTexts = contextDemands.map(({ value, level }) => `${value.context}${level}`);
  return `${lookupTexts} ${requests} ${unresolvedIds} ${contextTexts}`;
}

/** The context values that lookups here and below need from objects above, after one more selection is resolved. */
function withDemands(
  { lookups, contextDemands }: StateFields,
  { selection, source, below, contexts }: ResolvedSelection,
): readonly ContextDemand[] {
  const lookup = lookups[source];
  const level = lookup?.level ?? 0;
  const ownArguments = lookup?.type.fields.get(selection.name)?.contextArguments ?? [];
  const demandsBelow = below?.contextDemands ?? [];
  if (ownArguments.length === 0 && demandsBelow.length === 0) {
    return contextDemands;
  }
  const unsatisfied = demandsBelow.filter(({ value }) =>
    contexts.every((context) => context.value !== value),
  );
  return merged([
    ...contextDemands,
    ...ownArguments.map(({ value }) => ({ value, level })),
    ...unsatisfied.map((demand) => ({ ...demand, level: demand.level + level })),
  ]);
}

/** Merges demands for the same context value. The result has the lowest of their levels. */
function merged(demands: readonly ContextDemand[]): readonly ContextDemand[] {
  const levels = new Map<ContextValue, number>();
  for (const { value, level } of demands) {
    levels.set(value, Math.min(level, levels.get(value) ?? level));
  }
  return [...levels].map(([value, level]) => ({ value, level }));
}

/** The number of levels by which `below` is delayed, because its lookups wait for the values in `contexts`. */
function delayBy(
  contexts: readonly SatisfiedContext[],
  below: Solution | undefined,
  sourceLevel: number,
): number {
  return contexts.reduce((delay, { value, resolved }) => {
    const demand = below?.contextDemands.find((each) => each.value === value);
    const available = resolved.reduce((latest, { level }) => Math.max(latest, level), 0);
    return Math.max(delay, demand === undefined ? 0 : available + 1 - (sourceLevel + demand.level));
  }, 0);
}

/** Merges two sorted lists of `requests` without duplicates. Adds `shift` to each number of the second list. */
function union(first: readonly number[], second: readonly number[], shift: number): readonly number[] {
  const all: number[] = [];
  let index = 0;
  for (const request of second) {
    const moved = request + shift;
    for (let next = first[index]; next !== undefined && next <= moved; next = first[++index]) {
      all.push(next);
    }
    if (all.at(-1) !== moved) {
      all.push(moved);
    }
  }
  const isSame = all.length === index;
  for (; index < first.length; index++) {
    all.push(first[index] ?? 0);
  }
  return isSame ? first : all;
}
