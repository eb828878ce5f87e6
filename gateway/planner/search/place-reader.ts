/**
 * What a place has itself, without any lookup.
 *
 * Before: `{ name price maker { name age } }` of a book at the place `shop Book`, where *shop* has `name` and `maker { name }`.
 * After: `name` and `maker { name }` are steps, `price` and `maker { age }` are left.
 */
import type { SearchContext } from './context.ts';
import type { Place } from './places.ts';
import type { WantSplitter } from './split-wants.ts';
import { fromPlace, type Solution, State } from './state.ts';
import { idsOf, type Want } from './wants.ts';

export class PlaceReader {
  readonly #context: SearchContext;
  readonly #splitter: WantSplitter;
  readonly #solutions = new Map<string, Solution>();

  constructor(context: SearchContext, splitter: WantSplitter) {
    this.#context = context;
    this.#splitter = splitter;
  }

  /** The solution that reads from the place alone. It may leave everything. */
  solve(place: Place, wants: readonly Want[]): Solution {
    const id = `${place.id} ${idsOf(wants)}`;
    const solution = this.#solutions.get(id) ?? this.#read(place, wants);
    this.#solutions.set(id, solution);
    return solution;
  }

  #read(place: Place, wants: readonly Want[]): Solution {
    let state = State.start(place, this.#context.supergraph.subgraphs.length);
    const { questions, vain } = this.#splitter.split(place, place.objects, wants);
    for (const { want, local, below: next } of questions) {
      const below = next && want.children && this.solve(next, want.children);
      const isVain = below !== undefined && below.steps.length === 0;
      if (local === undefined || isVain || want.defer !== undefined) {
        state = state.withLeft(want);
        continue;
      }
      state = state.withStep(want, fromPlace, below).state;
      if (below !== undefined && below.left.length > 0) {
        state = state.withLeft(this.#context.wants.narrow(want, want.on, below.left));
      }
    }
    return vain.reduce((all, want) => all.withLeft(want), state).solution();
  }
}
