/**
 * A decision of the search: where one selection of an object is read (its source). This file has the input of a
 * decision. `decider.ts` makes the decisions.
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
  /**
   * The selection must be available before this level. The level of a fetch is the number of fetches that must run
   * before it.
   */
  readonly beforeLevel: number;
  /** The indexes of the subgraphs that were already asked for the selection. Others must return the rest. */
  readonly triedSubgraphs: readonly number[];
  /** Whether a lookup needs the selection as a key or a required field. No part of it may then stay unresolved. */
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
 * Returns the possible outcomes of a decision. If no source has the selection, the only outcome leaves it unresolved. A
 * selection that a lookup needs (`isDemand`) then has no outcome.
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
