import type { PathSegment } from '../../executor/index.ts';
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { Lookup, Representation, SatisfiedContext } from '../search/solution.ts';
import type { Subgraph } from '../supergraph/model.ts';
import type { FetchSelectionSet } from './fetch-selection-set.ts';

/** A lookup of the objects at one path, or root fields at one path. Scheduling makes requests of it. */
export interface PlannedFetch {
  /** From 0, in the order in which the fetches of the operation were planned. */
  readonly number: number;
  readonly subgraph: Subgraph;
  readonly kind: Lookup['kind'];
  /** The type by which objects are looked up, or the root type. */
  readonly type: string;
  level: number;
  /** The deferred block that it is for: none of its fields is needed outside. */
  block: DeferredBlock | undefined;
  readonly path: readonly PathSegment[];
  /** Equal for equal paths. */
  readonly pathText: string;
  /** The type at the end of the path, where the objects come from. */
  readonly from: string | undefined;
  representations: readonly Representation[];
  readonly selectionSet: FetchSelectionSet;
  /** By the variable that takes the value. */
  readonly contexts: Map<string, TakenContext>;
  /** The fetches that it waits for. */
  readonly after: Set<PlannedFetch>;
}

/** A value that a fetch takes from an object above its own objects. */
export interface TakenContext extends Pick<SatisfiedContext, 'on' | 'selections'> {
  /** The type of the argument that gets it. */
  readonly type: string;
  /** The number of fields between the two objects. */
  readonly up: number;
}
