/**
 * A decision of the search: the source of one selection of an object. This file has the input of a decision.
 * `decider.ts` makes the decisions.
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

/** The conditions for each outcome of a decision. */
export interface Constraint {
  /** The selection must be available before this level. */
  readonly beforeLevel: number;
  /** The indexes of the subgraphs that return everything that they can already. The rest must come from others. */
  readonly triedSubgraphs: readonly number[];
  /** A lookup demands the selection, so no part of it may stay unresolved. */
  readonly isDemand: boolean;
  /** The deferred block of the selection. Undefined if the selection is in the same block as the object. */
  readonly block: DeferredBlock | undefined;
}

export const unconstrained: Constraint = {
  beforeLevel: unreachable,
  triedSubgraphs: [],
  isDemand: false,
  block: undefined,
};

/**
 * Returns the outcomes of a decision. A selection without a source stays unresolved. A demand without a source has no
 * outcome.
 */
export type Decide = (decision: Decision, state: State) => readonly Outcome[];

/** The data that all decisions of one search share. */
export interface DecisionContext extends SearchContext {
  readonly splitter: SelectionSplitter;
  readonly lookupDemands: LookupDemands;
  readonly distances: DistanceFinder;
  readonly beam: Beam;
  readonly solve: Solve;
}
