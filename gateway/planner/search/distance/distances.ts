/**
 * Distances: the earliest level at which each field of an object is available. A lookup adds one level. It can run when
 * its key and the fields that it requires are available.
 *
 * An example: *first* returns `{ id }`; *second* has the keys `id` and `code`; *third* has the key `code`, and
 * `height`. So `id` has the distance 0, `code` 1 and `height` 2.
 *
 * The distances are a fixed point: each starts as infinite, and shrinks until nothing changes. So the computation ends
 * even if the keys of subgraphs lead to one another in circles.
 */
import type { Selection } from '../selections.ts';

export const unreachable = Number.POSITIVE_INFINITY;

/**
 * One way to get a field: first all selections in `after`, and then the field itself, which is available `levels`
 * levels later.
 */
export interface Route {
  readonly levels: number;
  readonly after: readonly Selection[];
}

/** The distances of the fields of one object type at one position. */
export class Distances {
  readonly #routesTo: (selection: Selection) => readonly Route[];
  readonly #distances = new Map<Selection, number>();

  /** `routesTo` returns all routes to a field. */
  constructor(routesTo: (selection: Selection) => readonly Route[]) {
    this.#routesTo = routesTo;
  }

  /** The earliest level at which all of these selections are available. Infinite if one of them has no route. */
  toAll(selections: readonly Selection[]): number {
    return selections.reduce((latest, selection) => Math.max(latest, this.#to(selection)), 0);
  }

  #to(selection: Selection): number {
    if (!this.#distances.has(selection)) {
      this.#compute(selection);
    }
    return this.#distances.get(selection) ?? unreachable;
  }

  #compute(start: Selection): void {
    const routes = new Map<Selection, readonly Route[]>();
    const open = [start];
    for (let selection = open.pop(); selection !== undefined; selection = open.pop()) {
      if (!routes.has(selection) && !this.#distances.has(selection)) {
        const found = this.#routesTo(selection);
        routes.set(selection, found);
        for (const { after } of found) {
          for (const each of after) {
            open.push(each);
          }
        }
      }
    }
    for (const selection of routes.keys()) {
      this.#distances.set(selection, unreachable);
    }
    for (let hasChanged = true; hasChanged; ) {
      hasChanged = false;
      for (const [selection, found] of routes) {
        const distance = Math.min(...found.map((route) => this.#lengthOf(route)));
        if (distance < (this.#distances.get(selection) ?? unreachable)) {
          this.#distances.set(selection, distance);
          hasChanged = true;
        }
      }
    }
  }

  #lengthOf({ levels, after }: Route): number {
    const start = after.reduce(
      (latest, selection) => Math.max(latest, this.#distances.get(selection) ?? unreachable),
      0,
    );
    return start + levels;
  }
}
