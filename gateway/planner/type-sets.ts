/**
 * Sets of object types, each set once: the same types are the same object, so that sets are compared by identity.
 *
 * `sets.of(['Book', 'Film'])` twice gives one set with one id. `any` stands for every type that an object may have.
 */
export interface TypeSet {
  readonly id: number;
  /** Sorted. Empty for `any`. */
  readonly names: readonly string[];
  has(name: string): boolean;
}

const noNames: readonly string[] = [];

/** The sets of one planning. */
export class TypeSets {
  readonly any: TypeSet = { id: 0, names: [], has: () => true };
  readonly #byNames = new Map<string, TypeSet>();
  readonly #byList = new WeakMap<readonly string[], TypeSet>();
  readonly #intersections = new Map<number, TypeSet>();
  #lastId = 0;

  of(names: readonly string[]): TypeSet {
    const listed = this.#byList.get(names);
    if (listed !== undefined) {
      return listed;
    }
    const sorted = [...new Set(names)].sort();
    const key = sorted.join(' ');
    let set = this.#byNames.get(key);
    if (set === undefined) {
      this.#lastId++;
      const members = new Set(sorted);
      set = { id: this.#lastId, names: sorted, has: (name) => members.has(name) };
      this.#byNames.set(key, set);
    }
    this.#byList.set(names, set);
    return set;
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
    const pair = first.id * 1_000_003 + second.id;
    const known = this.#intersections.get(pair);
    if (known !== undefined) {
      return known;
    }
    const names = first.names.filter((name) => second.has(name));
    const set = names.length === first.names.length ? first : this.of(names);
    this.#intersections.set(pair, set);
    return set;
  }

  union(first: TypeSet, second: TypeSet): TypeSet {
    if (first === second || first === this.any || second === this.any) {
      return first === second ? first : this.any;
    }
    return this.of([...first.names, ...second.names]);
  }

  /** Whether all of `inner` is in `outer`. */
  covers(outer: TypeSet, inner: TypeSet): boolean {
    return (
      outer === this.any || outer === inner || (inner !== this.any && this.intersect(inner, outer) === inner)
    );
  }
}
