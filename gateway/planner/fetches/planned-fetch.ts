import type { PathSegment } from '../../executor/index.ts';
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { Lookup, Representation, SatisfiedContext } from '../search/solution.ts';
import type { Subgraph } from '../supergraph/model.ts';
import type { FetchSelectionSet } from './fetch-selection-set.ts';

/**
 * A lookup of the objects at one path, or a fetch of root fields at one path. `schedule.ts` turns fetches into
 * requests.
 */
export interface PlannedFetch {
  /** The number of the fetch, from 0, in the order of planning. */
  readonly number: number;
  readonly subgraph: Subgraph;
  readonly kind: Lookup['kind'];
  /** The type by which objects are looked up, or the root type. */
  readonly type: string;
  level: number;
  /** The deferred block of this fetch. None of its fields is needed outside of the block. */
  block: DeferredBlock | undefined;
  readonly path: readonly PathSegment[];
  /** A text that is equal for equal paths. */
  readonly pathText: string;
  /**
   * The declared type of the objects at the end of the path, in the subgraph that returns them. Undefined for the root.
   */
  readonly from: string | undefined;
  representations: readonly Representation[];
  readonly selectionSet: FetchSelectionSet;
  /** The values that the fetch takes from objects above (`@fromContext`), by the variable that gets the value. */
  readonly contexts: Map<string, TakenContext>;
  /** The fetches that this fetch waits for. */
  readonly after: Set<PlannedFetch>;
}

/** A value that a fetch takes from an object above the objects that it fetches. */
export interface TakenContext extends Pick<SatisfiedContext, 'on' | 'selections'> {
  /** The type of the argument that gets the value. */
  readonly type: string;
  /** The number of fields on the path from the object with the value to the fetched objects. */
  readonly up: number;
}
