import type { Supergraph } from '../supergraph/model.ts';
import type { TypeSets } from '../type-sets.ts';
import type { Candidates } from './candidates.ts';
import type { PlanningPositions } from './planning-positions.ts';
import type { Selections } from './selections.ts';
import type { TypeGroups } from './type-groups.ts';

/** What all searches of one operation share, and the fetches that are made from their solutions. */
export interface SearchContext {
  readonly supergraph: Supergraph;
  readonly candidates: Candidates;
  readonly typeGroups: TypeGroups;
  readonly typeSets: TypeSets;
  readonly selections: Selections;
  readonly positions: PlanningPositions;
}
