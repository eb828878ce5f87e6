/** What the search of one operation works with. */
import type { Supergraph } from '../supergraph/model.ts';
import type { TypeSets } from '../type-sets.ts';
import type { Candidates } from './candidates.ts';
import type { Places } from './places.ts';
import type { TypeGroups } from './type-groups.ts';
import type { Wants } from './wants.ts';

export interface SearchContext {
  readonly supergraph: Supergraph;
  readonly sets: TypeSets;
  readonly wants: Wants;
  readonly places: Places;
  readonly candidates: Candidates;
  readonly groups: TypeGroups;
}
