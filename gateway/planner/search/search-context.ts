import type { Supergraph } from '../supergraph/model.ts';
import type { TimeLimit } from '../time-limit.ts';
import type { TypeSets } from '../type-sets.ts';
import type { Candidates } from './candidates.ts';
import type { PlanningPositions } from './planning-positions.ts';
import type { Selections } from './selections.ts';
import type { TypeGroups } from './type-groups.ts';

/** The data that all searches of one operation share. The code that makes fetches from their results uses it, too. */
export interface SearchContext {
  readonly supergraph: Supergraph;
  readonly candidates: Candidates;
  readonly typeGroups: TypeGroups;
  readonly limit: TimeLimit;
  readonly typeSets: TypeSets;
  readonly selections: Selections;
  readonly positions: PlanningPositions;
}
