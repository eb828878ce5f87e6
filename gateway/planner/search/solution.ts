/**
 * The result of planning one object: where each selection is read, and the lookups that are needed.
 *
 * Before: `{ name price stock }` of a book that *shop* returned.
 * After: `name` is resolved at the position, `price` by a lookup in *prices* at level 1, and `stock` is unresolved.
 */
import type { SelectionSetNode } from 'graphql';
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { ContextValue, Subgraph, SubgraphType } from '../supergraph/model.ts';
import type { TypeSet } from '../type-sets.ts';
import type { LookupKind } from './candidates.ts';
import type { PlanningPosition } from './planning-positions.ts';
import type { Selection } from './selections.ts';

/** The source of a selection that is in the response with the object. Any other source is the index of a lookup. */
export const fromPosition = -1;

/** A selection, and the source from which it is read: `fromPosition`, or the index of a lookup. */
export interface ResolvedSelection {
  /** The selection, on exactly the types for which it is read from this source. */
  readonly selection: Selection;
  readonly source: number;
  /** The plan for the objects of this field. Undefined for a leaf. */
  readonly below: Solution | undefined;
  /** The values that lookups below this object take from this object. */
  readonly contexts: readonly SatisfiedContext[];
  /** The level at which the field and everything below it is available. The position itself is available at level 0. */
  readonly level: number;
}

/** A value that lookups below a position take from an object above it. */
export interface ContextDemand {
  readonly value: ContextValue;
  /** The level of the first lookup that needs the value. */
  readonly level: number;
}

/** A context's value, and where it is read on the objects that set the context. */
export interface SatisfiedContext {
  readonly value: ContextValue;
  /** The types of the objects that set the context. */
  readonly on: TypeSet;
  readonly selections: readonly Selection[];
  readonly resolved: readonly ResolvedSelection[];
}

/** The representation of objects of some types in a lookup. */
export interface Representation {
  readonly types: TypeSet;
  readonly key: SelectionSetNode | undefined;
  readonly keySelections: readonly Selection[];
  readonly required: readonly Selection[];
  /** Where the key and the required fields are read. */
  readonly resolved: readonly ResolvedSelection[];
}

/** A lookup of the object in a subgraph, or a fetch of root fields. */
export interface Lookup {
  readonly subgraph: Subgraph;
  readonly kind: LookupKind;
  readonly type: SubgraphType;
  /** The number of fetches that must run before this lookup, including the fetch that returns the object. */
  readonly level: number;
  /** The deferred block of the lookup. Undefined if the lookup is in the same block as the object. */
  readonly block: DeferredBlock | undefined;
  readonly representations: readonly Representation[];
}

/** The plan for all selections at one position. */
export interface Solution {
  /** The position of the object. Undefined for the root of the operation. */
  readonly position: PlanningPosition | undefined;
  readonly resolved: readonly ResolvedSelection[];
  readonly lookups: readonly Lookup[];
  /**
   * The selections that can't be resolved from this position. The plan of the object above may read them in another
   * way.
   */
  readonly unresolved: readonly Selection[];
  /**
   * The number of leaves on interfaces of which the subgraph has no object type. A source with such a type is better.
   */
  readonly leavesWithoutObjects: number;
  /** The values that the lookups take from objects above. */
  readonly contextDemands: readonly ContextDemand[];
  /**
   * The requests after the one that returns the object, sorted. Each request is written as one number: level × number
   * of subgraphs + index of the subgraph.
   */
  readonly requests: readonly number[];
  readonly depth: number;
  readonly cost: number;
}
