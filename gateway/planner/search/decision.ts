/**
 * A decision of the search: the source of one selection of an object. This file has its input and its outcomes; `decider.ts`
 * makes it.
 */
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { TypeSet } from '../type-sets.ts';
import { unreachable } from './distance/distances.ts';
import type { PlanningPosition } from './planning-positions.ts';
import type { ResolvedSelection } from './solution.ts';
import type { PendingSelection } from './split-selections.ts';
import type { State } from './state.ts';

export interface Decision {
  readonly object: PlannedObject;
  readonly pending: PendingSelection;
  readonly constraint: Constraint;
}

/** The object whose selections are decided. */
export interface PlannedObject {
  /** Undefined for the root of the operation. */
  readonly position: PlanningPosition | undefined;
  /** The types that the object may have. */
  readonly objects: TypeSet;
}

/** What each outcome of a decision must satisfy. */
export interface Constraint {
  /** The selection must be available before this level. */
  readonly beforeLevel: number;
  /** The subgraphs that have given what they can, by their indexes. */
  readonly triedSubgraphs: readonly number[];
  /** A lookup demands the selection, so nothing of it may stay unresolved. */
  readonly isDemand: boolean;
  /** The deferred block that it is for. Undefined for the block of the object. */
  readonly block: DeferredBlock | undefined;
}

export const unconstrained: Constraint = {
  beforeLevel: unreachable,
  triedSubgraphs: [],
  isDemand: false,
  block: undefined,
};

/** A state in which selections are decided, and the sources of these selections. */
export interface Outcome {
  readonly state: State;
  readonly resolved: readonly ResolvedSelection[];
}

/** The outcomes of a decision. A demand may have none; any other selection may stay unresolved. */
export type Decide = (decision: Decision, state: State) => readonly Outcome[];
