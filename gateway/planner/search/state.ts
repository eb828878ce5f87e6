/**
 * The state of planning one object: which fields come from where, and which lookups that takes. States are never
 * changed; each decision makes a new one from the last.
 *
 * Before: nothing is decided for `{ name price }` of a book that *shop* gave.
 * After: `name` comes from *shop*, `price` from a lookup in *prices* at level 1, one level after *shop*'s fetch.
 */
import type { SelectionSetNode } from 'graphql';
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { ContextValue, Subgraph, SubgraphType } from '../supergraph/model.ts';
import type { TypeSet } from '../type-sets.ts';
import type { LookupKind } from './candidates.ts';
import type { Place } from './places.ts';
import type { Want } from './wants.ts';

/** The place itself as the source of a field. Any other source is the index of a lookup. */
export const fromPlace = -1;

/** A field, and the source that it is read from. */
export interface Step {
  /** `on` has exactly the types for which this source is asked. */
  readonly want: Want;
  readonly source: number;
  /** How the field's objects go on. Undefined for a leaf. */
  readonly below: Solution | undefined;
  /** What is taken from this object by lookups below. */
  readonly contexts: readonly MetContext[];
  /** When the field and everything below it is there: 0 is with the place itself. */
  readonly level: number;
}

/** A value that lookups below a place take from an object above it. */
export interface ContextDemand {
  readonly value: ContextValue;
  /** The level of the first lookup that takes it. */
  readonly level: number;
}

/** A context's value, and where it comes from on the objects that set the context. */
export interface MetContext {
  readonly value: ContextValue;
  /** The types of these objects. */
  readonly on: TypeSet;
  /** The value's selection, as wants. */
  readonly wants: readonly Want[];
  readonly steps: readonly Step[];
}

/** What represents objects of some types in a lookup. */
export interface Representation {
  readonly types: TypeSet;
  readonly key: SelectionSetNode | undefined;
  readonly keyWants: readonly Want[];
  readonly required: readonly Want[];
  /** Where the fields come from. */
  readonly steps: readonly Step[];
}

/** A lookup of the object in a subgraph, or a fetch of root fields. */
export interface Lookup {
  readonly subgraph: Subgraph;
  readonly kind: LookupKind;
  readonly type: SubgraphType;
  /** Fetches that it has to wait for, from the one that gives the object on. */
  readonly level: number;
  /** The deferred block that it is for. Undefined: that of the object. */
  readonly block: DeferredBlock | undefined;
  readonly representations: readonly Representation[];
}

/** How everything that is wanted at a place is had. */
export interface Solution {
  readonly place: Place | undefined;
  readonly steps: readonly Step[];
  readonly lookups: readonly Lookup[];
  /** What can't be had from here. The object that leads here may have it from elsewhere. */
  readonly left: readonly Want[];
  /** What its lookups take from objects above. */
  readonly contexts: readonly ContextDemand[];
  /** The requests, each as level × number of subgraphs + subgraph. Sorted. Those at the place's own level are not here. */
  readonly requests: readonly number[];
  readonly depth: number;
  readonly cost: number;
}

/** A list that grows at its end without being copied. */
interface Chain<Item> {
  readonly item: Item;
  readonly before: Chain<Item> | undefined;
}

function itemsOf<Item>(chain: Chain<Item> | undefined): Item[] {
  const items: Item[] = [];
  for (let at = chain; at !== undefined; at = at.before) {
    items.push(at.item);
  }
  return items.reverse();
}

/** What each part of a plan counts. A level waits; a request costs a subgraph; an unanswered field is no plan at all. */
const costs = { level: 1.5, request: 1, lookup: 0.1, lateness: 0.01, unanswered: 1000 };

interface StateFields {
  readonly place: Place | undefined;
  readonly subgraphs: number;
  readonly steps: Chain<Step> | undefined;
  readonly left: Chain<Want> | undefined;
  readonly lookups: readonly Lookup[];
  readonly contexts: readonly ContextDemand[];
  readonly requests: readonly number[];
  readonly depth: number;
  readonly lookupCount: number;
  /** Leaves that are left. */
  readonly unanswered: number;
}

export class State {
  readonly #fields: StateFields;
  readonly cost: number;
  #effect: string | undefined;

  private constructor(fields: StateFields) {
    this.#fields = fields;
    let lateness = 0;
    for (const request of fields.requests) {
      lateness += Math.floor(request / fields.subgraphs);
    }
    this.cost =
      costs.request * fields.requests.length +
      costs.level * fields.depth +
      costs.lookup * fields.lookupCount +
      costs.lateness * lateness +
      costs.unanswered * fields.unanswered;
  }

  static start(place: Place | undefined, subgraphs: number): State {
    return new State({
      place,
      subgraphs,
      steps: undefined,
      left: undefined,
      lookups: [],
      contexts: [],
      requests: [],
      depth: 0,
      lookupCount: 0,
      unanswered: 0,
    });
  }

  get lookups(): readonly Lookup[] {
    return this.#fields.lookups;
  }

  get unanswered(): number {
    return this.#fields.unanswered;
  }

  /** A field from a source, with everything below it but what that leaves. `contexts` is what is taken below from here. */
  withStep(
    want: Want,
    source: number,
    below: Solution | undefined,
    contexts: readonly MetContext[] = [],
  ): { readonly state: State; readonly step: Step } {
    const fields = this.#fields;
    const level = fields.lookups[source]?.level ?? 0;
    const delay = contexts.length === 0 ? 0 : delayBy(contexts, below, level);
    const step = { want, source, below, contexts, level: level + (below?.depth ?? 0) + delay };
    const hasRequests = below !== undefined && below.requests.length > 0;
    const state = new State({
      ...fields,
      steps: { item: step, before: fields.steps },
      contexts: withDemands(fields, step),
      requests: hasRequests
        ? union(fields.requests, below.requests, level * fields.subgraphs)
        : fields.requests,
      depth: hasRequests ? Math.max(fields.depth, step.level) : fields.depth,
      lookupCount: fields.lookupCount + (hasRequests ? below.lookups.length : 0),
    });
    return { state, step };
  }

  withLookup(lookup: Lookup): State {
    const fields = this.#fields;
    return new State({
      ...fields,
      lookups: [...fields.lookups, lookup],
      requests: union(fields.requests, [lookup.level * fields.subgraphs + lookup.subgraph.index], 0),
      depth: Math.max(fields.depth, lookup.level),
      lookupCount: fields.lookupCount + 1,
    });
  }

  withRepresentation(index: number, representation: Representation): State {
    return new State({
      ...this.#fields,
      lookups: this.#fields.lookups.map((lookup, at) =>
        at === index ? { ...lookup, representations: [...lookup.representations, representation] } : lookup,
      ),
    });
  }

  withLeft(want: Want): State {
    return new State({
      ...this.#fields,
      left: { item: want, before: this.#fields.left },
      unanswered: this.#fields.unanswered + want.size,
    });
  }

  /** Equal for states from which all that is still wanted can be had at the same cost. */
  get effect(): string {
    this.#effect ??= effectOf(this.#fields);
    return this.#effect;
  }

  solution(): Solution {
    const { place, steps, lookups, left, contexts, requests, depth } = this.#fields;
    return {
      place,
      lookups,
      contexts,
      requests,
      depth,
      steps: itemsOf(steps),
      left: itemsOf(left),
      cost: this.cost,
    };
  }
}

function effectOf({ lookups, requests, left, contexts }: StateFields): string {
  const made = lookups
    .map(
      ({ subgraph, kind, level, block, representations }) =>
        `${subgraph.index}${kind}${level}${block === undefined ? '' : `@${block.id} `}${representations.map(({ types }) => types.id)}`,
    )
    .sort();
  const taken = contexts.map(({ value, level }) => `${value.context}${level}`);
  return `${made} ${requests} ${itemsOf(left).map(({ id }) => id)} ${taken}`;
}

/** What is taken from objects above, with what a step takes. */
function withDemands(
  { lookups, contexts }: StateFields,
  { want, source, below, contexts: met }: Step,
): readonly ContextDemand[] {
  const lookup = lookups[source];
  const level = lookup?.level ?? 0;
  const own = lookup?.type.fields.get(want.name)?.contextArguments ?? [];
  if (own.length === 0 && (below === undefined || below.contexts.length === 0)) {
    return contexts;
  }
  const unmet = (below?.contexts ?? []).filter(({ value }) => met.every((each) => each.value !== value));
  return merged([
    ...contexts,
    ...own.map(({ value }) => ({ value, level })),
    ...unmet.map((demand) => ({ ...demand, level: demand.level + level })),
  ]);
}

/** Each value once, with the lowest level. */
function merged(demands: readonly ContextDemand[]): readonly ContextDemand[] {
  const levels = new Map<ContextValue, number>();
  for (const { value, level } of demands) {
    levels.set(value, Math.min(level, levels.get(value) ?? level));
  }
  return [...levels].map(([value, level]) => ({ value, level }));
}

/** By how many levels what is below a field is late, because its lookups wait for these values. */
function delayBy(contexts: readonly MetContext[], below: Solution | undefined, level: number): number {
  return contexts.reduce((delay, { value, steps }) => {
    const taken = below?.contexts.find((demand) => demand.value === value);
    const there = steps.reduce((latest, step) => Math.max(latest, step.level), 0);
    return Math.max(delay, taken === undefined ? 0 : there + 1 - (level + taken.level));
  }, 0);
}

/** Two sorted lists of requests, the second one moved to later levels. */
function union(first: readonly number[], second: readonly number[], shift: number): readonly number[] {
  const all: number[] = [];
  let at = 0;
  for (const request of second) {
    const moved = request + shift;
    for (let next = first[at]; next !== undefined && next <= moved; next = first[++at]) {
      all.push(next);
    }
    if (all.at(-1) !== moved) {
      all.push(moved);
    }
  }
  const isSame = all.length === at;
  for (; at < first.length; at++) {
    all.push(first[at] ?? 0);
  }
  return isSame ? first : all;
}
