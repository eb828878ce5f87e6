/**
 * A decision of the search: the source of one selection of an object. This file has what a decision takes; `decider.ts` makes
 * it.
 */
import type { DeferredBlock } from '../deferred-blocks.ts';
import type { Beam } from './beam.ts';
import type { LookupDemands } from './demands.ts';
import { unreachable } from './distance/distances.ts';
import type { DistanceFinder, Solve } from './distance/routes.ts';
import type { PlannedObject } from './planning-positions.ts';
import type { SearchContext } from './search-context.ts';
import type { PendingSelection, SelectionSplitter } from './split-selections.ts';
import type { Outcome, State } from './state.ts';

export interface Decision {
  readonly object: PlannedObject;
  readonly pending: PendingSelection;
  readonly constraint: Constraint;
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

/** The outcomes of a decision. A demand may have none; any other selection may stay unresolved. */
export type Decide = (decision: Decision, state: State) => readonly Outcome[];

/** What all decisions of one search share. */
export interface DecisionContext extends SearchContext {
  readonly splitter: SelectionSplitter;
  readonly lookupDemands: LookupDemands;
  readonly distances: DistanceFinder;
  readonly beam: Beam;
  readonly solve: Solve;
}
