/**
 * The result of planning one object: the source of each selection, and the lookups that this takes.
 *
 * Before: `{ name price stock }` of a book that *shop* gave.
 * After: `name` is resolved at the position, `price` by a lookup in *prices* at level 1, and `stock` is unresolved.
 */
import type { SelectionSetNode } from 'graphql';
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { ContextValue, Subgraph, SubgraphType } from '../supergraph/model.ts';
import type { TypeSet } from '../type-sets.ts';
import type { LookupKind } from './candidates.ts';
import type { PlanningPosition } from './planning-positions.ts';
import type { Selection } from './selections.ts';

/** The source of a selection that is read at the position itself. Any other source is the index of a lookup. */
export const fromPosition = -1;

/** A selection, and the source that it is read from. */
export interface ResolvedSelection {
  /** Its types are exactly those for which this source is asked. */
  readonly selection: Selection;
  readonly source: number;
  /** The solution for the field's own objects. Undefined for a leaf. */
  readonly below: Solution | undefined;
  /** The values that lookups below take from this object. */
  readonly contexts: readonly SatisfiedContext[];
  /** When the field and everything below it is available. Level 0 is when the position itself is. */
  readonly level: number;
}

/** A value that lookups below a position take from an object above it. */
export interface ContextDemand {
  readonly value: ContextValue;
  /** The level of the first lookup that takes it. */
  readonly level: number;
}

/** A context's value, and where it comes from on the objects that set the context. */
export interface SatisfiedContext {
  readonly value: ContextValue;
  /** The types of these objects. */
  readonly on: TypeSet;
  readonly selections: readonly Selection[];
  readonly resolved: readonly ResolvedSelection[];
}

/** What represents objects of some types in a lookup. */
export interface Representation {
  readonly types: TypeSet;
  readonly key: SelectionSetNode | undefined;
  readonly keySelections: readonly Selection[];
  readonly required: readonly Selection[];
  /** Where the key and the required fields come from. */
  readonly resolved: readonly ResolvedSelection[];
}

/** A lookup of the object in a subgraph, or a fetch of root fields. */
export interface Lookup {
  readonly subgraph: Subgraph;
  readonly kind: LookupKind;
  readonly type: SubgraphType;
  /** The number of fetches that it waits for, including the one that gives the object. */
  readonly level: number;
  /** The deferred block that it is for. Undefined for the block of the object. */
  readonly block: DeferredBlock | undefined;
  readonly representations: readonly Representation[];
}

/** The plan for all selections at one position. */
export interface Solution {
  /** Undefined for the root of the operation. */
  readonly position: PlanningPosition | undefined;
  readonly resolved: readonly ResolvedSelection[];
  readonly lookups: readonly Lookup[];
  /** What can't be resolved from this position. The object above may resolve it by another source. */
  readonly unresolved: readonly Selection[];
  /** Leaves at positions where no object can be. A source without them is better. */
  readonly leavesWithoutObjects: number;
  /** What its lookups take from objects above. */
  readonly contextDemands: readonly ContextDemand[];
  /** The requests after the position's own, each as level × number of subgraphs + index of the subgraph. Sorted. */
  readonly requests: readonly number[];
  readonly depth: number;
  readonly cost: number;
}
