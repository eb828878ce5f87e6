/**
 * The search: finds for everything that is wanted of an object where it comes from, at the lowest cost.
 *
 * Before: `{ name price }` of a book at the place `shop Book`, where *shop* has `name`, and *prices* has `price`.
 * After: `name` from the place, `price` by a lookup in *prices*, which demands the key `id` from the place.
 *
 * The wants are decided one after the other. Each decision has several outcomes; the best few states are kept (a beam),
 * and the best one at the end is the solution. README.md tells it with an example.
 */
import { Beam } from './beam.ts';
import type { SearchContext } from './context.ts';
import { anyhow, type Position } from './decision.ts';
import { Decider } from './outcomes.ts';
import type { Place } from './places.ts';
import { outOfReach } from './reach/reach.ts';
import { Reaches } from './reach/ways-of-reach.ts';
import { Requirements } from './requirements.ts';
import { type Question, WantSplitter } from './split-wants.ts';
import { type Solution, State } from './state.ts';
import { idsOf, type Want } from './wants.ts';

/** Solutions kept of each place. */
const alternatives = 3;

export class Search {
  readonly #context: SearchContext;
  readonly #splitter: WantSplitter;
  readonly #reaches: Reaches;
  readonly #beam = new Beam();
  readonly #decider: Decider;
  readonly #solutions = new Map<string, readonly Solution[]>();
  /** Places that are being solved, by their depth in the recursion. */
  readonly #underWay = new Map<string, number>();
  /** The lowest depth that a solution under way was needed of: what was found above it is not final. */
  #circle = outOfReach;

  constructor(context: SearchContext) {
    this.#context = context;
    this.#splitter = new WantSplitter(context);
    const requirements = new Requirements(context.wants, context.sets);
    const solve = this.#solve.bind(this);
    this.#reaches = new Reaches(context, this.#splitter, requirements, solve);
    this.#decider = new Decider({
      context,
      splitter: this.#splitter,
      requirements,
      reaches: this.#reaches,
      beam: this.#beam,
      solve,
    });
  }

  /** The best solution for the root fields of an operation. */
  solveRoot(rootType: string, wants: readonly Want[]): Solution {
    const [best] = this.#solveAt({ place: undefined, objects: this.#context.sets.of([rootType]) }, wants);
    if (best === undefined) {
      throw new Error('the search ended without a solution');
    }
    return best;
  }

  /** The best solutions at a place, the best one first. At least one, which may leave everything. */
  #solve(place: Place, wants: readonly Want[]): readonly Solution[] {
    const id = `${place.id} ${idsOf(wants)}`;
    const known = this.#solutions.get(id);
    if (known !== undefined) {
      return known;
    }
    const circle = this.#underWay.get(id);
    if (circle !== undefined) {
      this.#circle = Math.min(this.#circle, circle);
      return [this.#leaveAll(place, wants)];
    }
    const depth = this.#underWay.size;
    const outerCircle = this.#circle;
    this.#circle = outOfReach;
    this.#underWay.set(id, depth);
    const solutions = this.#solveAt({ place, objects: place.objects }, wants);
    this.#underWay.delete(id);
    if (this.#circle >= depth || this.#beam.isExhausted) {
      this.#solutions.set(id, solutions);
      this.#circle = outerCircle;
    } else {
      this.#reaches.clear();
      this.#circle = Math.min(outerCircle, this.#circle);
    }
    return solutions;
  }

  #leaveAll(place: Place, wants: readonly Want[]): Solution {
    return wants.reduce((state, want) => state.withLeft(want), this.#start(place)).solution();
  }

  #start(place: Place | undefined): State {
    return State.start(place, this.#context.supergraph.subgraphs.length);
  }

  #solveAt(position: Position, wants: readonly Want[]): readonly Solution[] {
    const { questions, vain } = this.#splitter.split(position.place, position.objects, wants);
    let states = [vain.reduce((state, want) => state.withLeft(want), this.#start(position.place))];
    for (const question of this.#inOrder(position, questions)) {
      states = this.#beam.best(
        states.flatMap((state) =>
          this.#decider.decide(position, state, question, anyhow).map((outcome) => outcome.state),
        ),
      );
    }
    return this.#beam.best(states, alternatives).map((state) => state.solution());
  }

  /** What is certain first: fields of the place, then those with few candidates. */
  #inOrder({ place }: Position, questions: readonly Question[]): readonly Question[] {
    const weightOf = ({ want, local }: Question): number => {
      if (local !== undefined) {
        return want.children === undefined ? 0 : 1;
      }
      const candidates = this.#context.candidates.of(place, want.on.names[0] ?? '', want.name);
      return (
        2 + candidates.length + (candidates.some(({ field }) => field?.requires !== undefined) ? 100 : 0)
      );
    };
    return questions
      .map((question) => ({ question, weight: weightOf(question) }))
      .sort((a, b) => a.weight - b.weight)
      .map(({ question }) => question);
  }
}
