/**
 * The ways to have a field of an object at a place, from which `reach.ts` computes how soon it can be there: from the place
 * itself, or by a lookup, after all that the lookup demands.
 */
import type { SearchContext } from '../context.ts';
import type { Position } from '../decision.ts';
import type { Place } from '../places.ts';
import type { Requirements } from '../requirements.ts';
import type { WantSplitter } from '../split-wants.ts';
import type { Solution } from '../state.ts';
import type { Want } from '../wants.ts';
import { Reach, soonest, type WayOfReach } from './reach.ts';

/** The best solutions at a place, the best one first. At least one, which may leave everything. */
export type Solve = (place: Place, wants: readonly Want[]) => readonly Solution[];

/** How soon fields can be there, kept for each position. */
export class Reaches {
  readonly #context: SearchContext;
  readonly #splitter: WantSplitter;
  readonly #requirements: Requirements;
  readonly #solve: Solve;
  readonly #known = new Map<string, Reach>();

  constructor(context: SearchContext, splitter: WantSplitter, requirements: Requirements, solve: Solve) {
    this.#context = context;
    this.#splitter = splitter;
    this.#requirements = requirements;
    this.#solve = solve;
  }

  /** For fields of objects of the want's first type, which all of its types are like. */
  of(position: Position, want: Want): Reach {
    const [type = ''] = want.on.names;
    const id = `${position.place?.id ?? 'root'} ${type} ${want.on.id}`;
    const known = this.#known.get(id);
    if (known !== undefined) {
      return known;
    }
    const reach = new Reach((each) => this.#waysOf(position, each, type));
    this.#known.set(id, reach);
    return reach;
  }

  /** Forgets everything: it was computed with solutions that are not final. */
  clear(): void {
    this.#known.clear();
  }

  #waysOf(position: Position, want: Want, type: string): readonly WayOfReach[] {
    const { place } = position;
    const { places, candidates } = this.#context;
    const [question] = this.#splitter.split(place, position.objects, [want]).questions;
    const ways: WayOfReach[] = [];
    if (question?.local !== undefined) {
      ways.push(...this.#waysBelow(question.below, want, 0, []));
    }
    for (const candidate of candidates.of(place, type, want.name)) {
      const { field, subgraph, keys } = candidate;
      const below = field === undefined ? undefined : places.belowLookup(subgraph, field);
      for (const key of keys) {
        const { keyWants, required, typename } = this.#requirements.of(place, candidate, key, want.on);
        ways.push(...this.#waysBelow(below, want, 1, [...keyWants, ...required, ...typename]));
      }
    }
    return ways;
  }

  /** The way by one source, which has the field `levels` after `after`. None where nothing below the field comes from there. */
  #waysBelow(
    below: Place | undefined,
    want: Want,
    levels: number,
    after: readonly Want[],
  ): readonly WayOfReach[] {
    if (want.children === undefined) {
      return [{ levels, after }];
    }
    if (below === undefined) {
      return [];
    }
    const solutions = this.#solve(below, want.children);
    const whole = soonest(solutions);
    if (whole !== undefined) {
      return [{ levels: levels + whole.depth, after }];
    }
    const [part] = solutions;
    if (part === undefined || part.steps.length === 0) {
      return [];
    }
    const rest = this.#context.wants.narrow(want, want.on, part.left);
    return [{ levels: levels + part.depth, after: [...after, rest] }];
  }
}
