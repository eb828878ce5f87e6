import type { TimeLimit } from './time-limit.ts';

/**
 * Sets of object types. Equal sets are the same object, so that they are compared by identity.
 *
 * `typeSets.of(['Book', 'Film'])` and `typeSets.of(['Film', 'Book'])` are one set with one id. `any` contains every
 * type that an object may have.
 */
export interface TypeSet {
  readonly id: number;
  /** The names, sorted. Empty for `any`. */
  readonly names: readonly string[];
  has(name: string): boolean;
}

const noNames: readonly string[] = [];

/** The sets of object types that are used in planning one operation. */
export class TypeSets {
  readonly any: TypeSet = { id: 0, names: [], has: () => true };
  readonly #byText = new Map<string, TypeSet>();
  /**
   * The sets by the list from which they were made. The planner often asks for the set of the same list object again.
   */
  readonly #byList = new WeakMap<readonly string[], TypeSet>();
  readonly #intersections = new Map<number, TypeSet>();
  readonly #limit: TimeLimit;
  #lastId = 0;

  /** The sets check `limit`, the time limit of planning, because planning that takes long makes many sets. */
  constructor(limit: TimeLimit) {
    this.#limit = limit;
  }

  of(names: readonly string[]): TypeSet {
    const listed = this.#byList.get(names);
    if (listed !== undefined) {
      return listed;
    }
    const typeSet = this.#ofSorted([...new Set(names)].sort());
    this.#byList.set(names, typeSet);
    return typeSet;
  }

  /** `names` are sorted and without duplicates. */
  #ofSorted(names: readonly string[]): TypeSet {
    this.#limit.check();
    const text = names.join(' ');
    const existing = this.#byText.get(text);
    if (existing !== undefined) {
      return existing;
    }
    this.#lastId++;
    const members = new Set(names);
    const typeSet = { id: this.#lastId, names, has: (name: string) => members.has(name) };
    this.#byText.set(text, typeSet);
    return typeSet;
  }

  intersect(first: TypeSet, second: TypeSet): TypeSet {
    if (first === second || second === this.any) {
      return first;
    }
    if (first === this.any) {
      return second;
    }
    if (first.names.length === 1) {
      return second.has(first.names[0] ?? '') ? first : this.of(noNames);
    }
    this.#limit.check();
    const pair = first.id * 1_000_003 + second.id;
    const existing = this.#intersections.get(pair);
    if (existing !== undefined) {
      return existing;
    }
    const names = first.names.filter((name) => second.has(name));
    const intersection = names.length === first.names.length ? first : this.#ofSorted(names);
    this.#intersections.set(pair, intersection);
    return intersection;
  }

  union(first: TypeSet, second: TypeSet): TypeSet {
    if (this.covers(first, second)) {
      return first;
    }
    return this.covers(second, first) ? second : this.#ofSorted(mergeSorted(first.names, second.names));
  }

  /** The types of `first` that are not in `second`. Neither may be `any`. */
  without(first: TypeSet, second: TypeSet): TypeSet {
    const common = this.intersect(first, second);
    return common === first
      ? this.of(noNames)
      : common.names.length === 0
        ? first
        : this.#ofSorted(first.names.filter((name) => !second.has(name)));
  }

  /** Whether all types of `inner` are in `outer`. */
  covers(outer: TypeSet, inner: TypeSet): boolean {
    return (
      outer === this.any || outer === inner || (inner !== this.any && this.intersect(inner, outer) === inner)
    );
  }
}

/** Merges two sorted lists without duplicates into one. */
function mergeSorted(first: readonly string[], second: readonly string[]): readonly string[] {
  const merged: string[] = [];
  let index = 0;
  for (const name of second) {
    for (let next = first[index]; next !== undefined && next <= name; next = first[++index]) {
      if (next !== name) {
        merged.push(next);
      }
    }
    merged.push(name);
  }
  return [...merged, ...first.slice(index)];
}
