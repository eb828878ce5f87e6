/** What the search works with. */
import type { Supergraph } from '../supergraph/model.ts';
import type { TypeSets } from '../type-sets.ts';
import type { Beam } from './beam.ts';
import type { Candidates } from './candidates.ts';
import type { LookupDemands } from './demands.ts';
import type { DistanceFinder, Solve } from './distance/routes.ts';
import type { PlanningPositions } from './planning-positions.ts';
import type { Selections } from './selections.ts';
import type { SelectionSplitter } from './split-selections.ts';
import type { TypeGroups } from './type-groups.ts';

/** What is shared by all searches of one operation, and with the fetches that are made of their solutions. */
export interface SearchContext {
  readonly supergraph: Supergraph;
  readonly candidates: Candidates;
  readonly typeGroups: TypeGroups;
  readonly typeSets: TypeSets;
  readonly selections: Selections;
  readonly positions: PlanningPositions;
}

/** What is shared by all decisions of one search. */
export interface DecisionContext extends SearchContext {
  readonly splitter: SelectionSplitter;
  readonly lookupDemands: LookupDemands;
  readonly distances: DistanceFinder;
  readonly beam: Beam;
  readonly solve: Solve;
}
