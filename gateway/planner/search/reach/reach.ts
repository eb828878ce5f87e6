/**
 * How soon each field of an object can be had, by the shortest way of keys and requirements.
 *
 * *first* gives `{ id }`; *second* has the keys `id` and `code`; *third* has the key `code`, and `height`. So `id` can
 * be had at level 0, `code` at level 1 and `height` at level 2.
 *
 * It is a fix-point: everything starts as out of reach, and comes nearer until nothing changes. So it ends where the
 * keys of subgraphs lead to one another in circles.
 */
import type { Solution } from '../state.ts';
import type { Want } from '../wants.ts';

export const outOfReach = Number.POSITIVE_INFINITY;

/** One way to have a field: `levels` after all of `after` is there. */
export interface WayOfReach {
  readonly levels: number;
  readonly after: readonly Want[];
}

/** All ways to have a field at one place, on objects of one type. */
export type WaysOfReach = (want: Want) => readonly WayOfReach[];

export class Reach {
  readonly #waysOf: WaysOfReach;
  readonly #levels = new Map<Want, number>();

  constructor(waysOf: WaysOfReach) {
    this.#waysOf = waysOf;
  }

  /** The level at which the field can be there at the earliest. Infinite if it can't be had. */
  earliest(want: Want): number {
    if (!this.#levels.has(want)) {
      this.#compute(want);
    }
    return this.#levels.get(want) ?? outOfReach;
  }

  /** The level at which all of these can be there. */
  earliestOfAll(wants: readonly Want[]): number {
    return wants.reduce((latest, want) => Math.max(latest, this.earliest(want)), 0);
  }

  #compute(start: Want): void {
    const ways = new Map<Want, readonly WayOfReach[]>();
    const open = [start];
    for (let want = open.pop(); want !== undefined; want = open.pop()) {
      if (!ways.has(want) && !this.#levels.has(want)) {
        const found = this.#waysOf(want);
        ways.set(want, found);
        open.push(...found.flatMap(({ after }) => after));
      }
    }
    for (const want of ways.keys()) {
      this.#levels.set(want, outOfReach);
    }
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (const [want, found] of ways) {
        const level = Math.min(...found.map((way) => this.#levelOf(way)));
        if (level < (this.#levels.get(want) ?? outOfReach)) {
          this.#levels.set(want, level);
          hasChanged = true;
        }
      }
    }
  }

  #levelOf({ levels, after }: WayOfReach): number {
    return after.reduce((latest, want) => Math.max(latest, this.#levels.get(want) ?? outOfReach), 0) + levels;
  }
}

/** The soonest of several solutions that leave nothing. Undefined where all of them leave something. */
export function soonest(solutions: readonly Solution[]): Solution | undefined {
  return solutions
    .filter(({ left }) => left.length === 0)
    .reduce<Solution | undefined>(
      (best, each) => (best === undefined || each.depth < best.depth ? each : best),
      undefined,
    );
}
