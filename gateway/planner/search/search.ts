/**
 * The search: finds the cheapest way to read all selections of an object.
 *
 * Before: `{ name price }` of a book at the position `shop Book`, where *shop* has `name`, and *prices* has `price`.
 * After: `name` from the position, and `price` from a lookup in *prices*, which needs the key `id` from the position.
 *
 * The selections are decided one after the other. Each decision has several possible results, and each result is a new
 * state. Only the best few states are kept (a beam). The best one at the end is the solution. README.md explains the
 * search with an example.
 */
import { Beam } from './beam.ts';
import { Decider } from './decider.ts';
import { unconstrained } from './decision.ts';
import { LookupDemands } from './demands.ts';
import { unreachable } from './distance/distances.ts';
import { DistanceFinder } from './distance/routes.ts';
import type { PlannedObject, PlanningPosition } from './planning-positions.ts';
import type { SearchContext } from './search-context.ts';
import { idsOf, type Selection } from './selections.ts';
import type { Solution } from './solution.ts';
import { type PendingSelection, SelectionSplitter } from './split-selections.ts';
import { State } from './state.ts';

/** The number of plans (solutions) that are kept for the objects at each position. */
const maxSolutions = 3;

export class Search {
  readonly #context: SearchContext;
  readonly #splitter: SelectionSplitter;
  readonly #distances: DistanceFinder;
  readonly #beam: Beam;
  readonly #decider: Decider;
  readonly #solutions = new Map<string, readonly Solution[]>();
  /** Positions that are being solved now, with their depth in the recursion. */
  readonly #underWay = new Map<string, number>();
  /**
   * The recursion depth of the outermost position that was needed again while it was being solved. Solutions that were
   * found deeper in the recursion are not final, because they were found without the solution of that position.
   */
  #lowestCircle = unreachable;

  constructor(context: SearchContext) {
    this.#context = context;
    this.#beam = new Beam(context.limit);
    this.#splitter = new SelectionSplitter(context);
    const lookupDemands = new LookupDemands(context.selections, context.typeSets);
    const solve = this.#solve.bind(this);
    this.#distances = new DistanceFinder(context, this.#splitter, lookupDemands, solve);
    this.#decider = new Decider({
      ...context,
      splitter: this.#splitter,
      lookupDemands,
      distances: this.#distances,
      beam: this.#beam,
      solve,
    });
  }

  /** Returns the best plan for the root fields of an operation. */
  solveRoot(rootType: string, selections: readonly Selection[]): Solution {
    const root = { position: undefined, objects: this.#context.typeSets.of([rootType]) };
    const [best] = this.#solveObject(root, selections);
    if (best === undefined) {
      throw new Error('the search ended without a solution');
    }
    return best;
  }

  /**
   * Returns the best plans for the objects at a position, the best one first. There is always at least one, but it may
   * leave everything unresolved.
   */
  #solve(position: PlanningPosition, selections: readonly Selection[]): readonly Solution[] {
    const id = `${position.id} ${idsOf(selections)}`;
    const existing = this.#solutions.get(id);
    if (existing !== undefined) {
      return existing;
    }
    const circle = this.#underWay.get(id);
    if (circle !== undefined) {
      this.#lowestCircle = Math.min(this.#lowestCircle, circle);
      return [this.#start(position).withAllUnresolved(selections).solution()];
    }
    const depth = this.#underWay.size;
    const outerCircle = this.#lowestCircle;
    this.#lowestCircle = unreachable;
    this.#underWay.set(id, depth);
    const solutions = this.#solveObject({ position, objects: position.objects }, selections);
    this.#underWay.delete(id);
    const isFinal = this.#lowestCircle >= depth;
    if (isFinal || this.#beam.isExhausted) {
      this.#solutions.set(id, solutions);
      this.#lowestCircle = outerCircle;
    } else {
      this.#distances.clear();
      this.#lowestCircle = Math.min(outerCircle, this.#lowestCircle);
    }
    return solutions;
  }

  #start(position: PlanningPosition | undefined): State {
    return State.start(position, this.#context.supergraph.subgraphs.length);
  }

  #solveObject(object: PlannedObject, selections: readonly Selection[]): readonly Solution[] {
    const { pending, impossible } = this.#splitter.split(object, selections);
    let states = [this.#start(object.position).withoutObjects(impossible)];
    for (const next of this.#inOrder(object, pending)) {
      states = this.#beam.best(
        states.flatMap((state) =>
          this.#decider
            .decide({ object, pending: next, constraint: unconstrained }, state)
            .map((outcome) => outcome.state),
        ),
      );
    }
    return this.#beam.best(states, maxSolutions).map((state) => state.solution());
  }

  /**
   * Sorts the selections for the search: first the fields that the position's subgraph has, then the other fields by
   * the number of subgraphs that can look them up. Fields with `@requires` come last.
   */
  #inOrder({ position }: PlannedObject, pending: readonly PendingSelection[]): readonly PendingSelection[] {
    const weightOf = ({ selection, local }: PendingSelection): number => {
      if (local !== undefined) {
        return selection.children === undefined ? 0 : 1;
      }
      const candidates = this.#context.candidates.of(position, selection.on.names[0] ?? '', selection.name);
      const hasRequirement = candidates.some(({ field }) => field?.requires !== undefined);
      return 2 + candidates.length + (hasRequirement ? 100 : 0);
    };
    return pending
      .map((each) => ({ each, weight: weightOf(each) }))
      .sort((a, b) => a.weight - b.weight)
      .map(({ each }) => each);
  }
}
