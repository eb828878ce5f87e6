/**
 * The routes to a field of an object at a position. A route is one way to get the field: reading it at the position
 * itself, or a lookup, which first needs a key and required fields. `distances.ts` computes the field's distance from
 * the routes.
 *
 * `price` of a book at `shop Book`, which *prices* looks up by `isbn`, has one route: one level after `isbn`.
 */
import { allOf, type LookupDemands } from '../demands.ts';
import type { PlannedObject, PlanningPosition } from '../planning-positions.ts';
import type { SearchContext } from '../search-context.ts';
import type { Selection } from '../selections.ts';
import type { Solution } from '../solution.ts';
import type { SelectionSplitter } from '../split-selections.ts';
import { Distances, type Route } from './distances.ts';

/**
 * Returns the best plans for the selections of an object at a position, the best one first. There is always at least
 * one, but it may leave everything unresolved.
 */
export type Solve = (position: PlanningPosition, selections: readonly Selection[]) => readonly Solution[];

/** The distances at each position. They are computed once, and again after `clear`. */
export class DistanceFinder {
  readonly #context: SearchContext;
  readonly #splitter: SelectionSplitter;
  readonly #demands: LookupDemands;
  readonly #solve: Solve;
  readonly #distances = new Map<string, Distances>();

  constructor(context: SearchContext, splitter: SelectionSplitter, demands: LookupDemands, solve: Solve) {
    this.#context = context;
    this.#splitter = splitter;
    this.#demands = demands;
    this.#solve = solve;
  }

  /**
   * The distances of the object's fields. They are computed for the selection's first type only, because the field is
   * resolved in the same way on all its types.
   */
  of(object: PlannedObject, { on }: Selection): Distances {
    const [type = ''] = on.names;
    const id = `${object.position?.id ?? 'root'} ${type} ${on.id}`;
    const existing = this.#distances.get(id);
    if (existing !== undefined) {
      return existing;
    }
    const distances = new Distances((selection) => this.#routesTo(selection, object, type));
    this.#distances.set(id, distances);
    return distances;
  }

  /** Forgets all distances. Must be called if they were computed from solutions that are not final. */
  clear(): void {
    this.#distances.clear();
  }

  #routesTo(selection: Selection, object: PlannedObject, type: string): readonly Route[] {
    const { position } = object;
    const { positions, candidates } = this.#context;
    const [pending] = this.#splitter.split(object, [selection]).pending;
    const local = pending?.local === undefined ? [] : this.#routesBelow(pending.below, selection, 0, []);
    const byLookup = candidates.of(position, type, selection.name).flatMap((candidate) => {
      const { field, subgraph, keys } = candidate;
      const below = field === undefined ? undefined : positions.belowLookup(subgraph, field);
      return keys.flatMap((key) => {
        const demands = this.#demands.of(position, candidate, key, selection.on);
        return this.#routesBelow(below, selection, 1, allOf(demands));
      });
    });
    return [...local, ...byLookup];
  }

  /**
   * The routes to a field and everything below it, through one source. The source returns the field `levels` levels
   * after all selections in `after` are available. Empty if the source returns nothing below the field.
   */
  #routesBelow(
    below: PlanningPosition | undefined,
    selection: Selection,
    levels: number,
    after: readonly Selection[],
  ): readonly Route[] {
    if (selection.children === undefined) {
      return [{ levels, after }];
    }
    if (below === undefined) {
      return [];
    }
    const solutions = this.#solve(below, selection.children);
    const completeDepths = solutions.flatMap(({ unresolved, depth }) =>
      unresolved.length === 0 ? depth : [],
    );
    if (completeDepths.length > 0) {
      return [{ levels: levels + Math.min(...completeDepths), after }];
    }
    const [best] = solutions;
    if (best === undefined || best.resolved.length === 0) {
      return [];
    }
    const rest = this.#context.selections.narrow(selection, selection.on, best.unresolved);
    return [{ levels: levels + best.depth, after: [...after, rest] }];
  }
}
