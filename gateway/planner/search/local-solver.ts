/**
 * Solves a position without any lookup.
 *
 * Before: `{ name price maker { name age } }` of a book at the position `shop Book`, where *shop* has `name` and `maker
 * { name }`.
 * After: `name` and `maker { name }` are resolved. `price` and `maker { age }` are unresolved.
 */
import type { PlanningPosition } from './planning-positions.ts';
import type { SearchContext } from './search-context.ts';
import { idsOf, type Selection } from './selections.ts';
import { fromPosition, type Solution } from './solution.ts';
import type { SelectionSplitter } from './split-selections.ts';
import { State } from './state.ts';

export class LocalSolver {
  readonly #context: SearchContext;
  readonly #splitter: SelectionSplitter;
  readonly #solutions = new Map<string, Solution>();

  constructor(context: SearchContext, splitter: SelectionSplitter) {
    this.#context = context;
    this.#splitter = splitter;
  }

  solve(position: PlanningPosition, selections: readonly Selection[]): Solution {
    const id = `${position.id} ${idsOf(selections)}`;
    const solution = this.#solutions.get(id) ?? this.#solveNew(position, selections);
    this.#solutions.set(id, solution);
    return solution;
  }

  #solveNew(position: PlanningPosition, selections: readonly Selection[]): Solution {
    let state = State.start(position, this.#context.supergraph.subgraphs.length);
    const object = { position, objects: position.objects };
    const { pending, impossible } = this.#splitter.split(object, selections);
    for (const { selection, local, below: next } of pending) {
      const below = next && selection.children && this.solve(next, selection.children);
      const isEmpty = below !== undefined && below.resolved.length === 0;
      if (local === undefined || isEmpty || selection.defer !== undefined) {
        state = state.withUnresolved(selection);
        continue;
      }
      state = state.withResolved(selection, fromPosition, below).state;
      if (below !== undefined && below.unresolved.length > 0) {
        const rest = this.#context.selections.narrow(selection, selection.on, below.unresolved);
        state = state.withUnresolved(rest);
      }
    }
    return state.withoutObjects(impossible).solution();
  }
}
