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

/** The sets that are used in planning one operation. */
export class TypeSets {
  readonly any: TypeSet = { id: 0, names: [], has: () => true };
  readonly #byText = new Map<string, TypeSet>();
  /** The sets by list: the planner asks for the types of a supergraph often, each time with the same list object. */
  readonly #byList = new WeakMap<readonly string[], TypeSet>();
  readonly #intersections = new Map<number, TypeSet>();
  #lastId = 0;

  of(names: readonly string[]): TypeSet {
    const listed = this.#byList.get(names);
    if (listed !== undefined) {
      return listed;
    }
    const sorted = [...new Set(names)].sort();
    const text = sorted.join(' ');
    let typeSet = this.#byText.get(text);
    if (typeSet === undefined) {
      this.#lastId++;
      const members = new Set(sorted);
      typeSet = { id: this.#lastId, names: sorted, has: (name) => members.has(name) };
      this.#byText.set(text, typeSet);
    }
    this.#byList.set(names, typeSet);
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
    const pair = first.id * 1_000_003 + second.id;
    const existing = this.#intersections.get(pair);
    if (existing !== undefined) {
      return existing;
    }
    const names = first.names.filter((name) => second.has(name));
    const intersection = names.length === first.names.length ? first : this.of(names);
    this.#intersections.set(pair, intersection);
    return intersection;
  }

  union(first: TypeSet, second: TypeSet): TypeSet {
    if (first === second) {
      return first;
    }
    return first === this.any || second === this.any ? this.any : this.of([...first.names, ...second.names]);
  }

  /** Whether all types of `inner` are in `outer`. */
  covers(outer: TypeSet, inner: TypeSet): boolean {
    return (
      outer === this.any || outer === inner || (inner !== this.any && this.intersect(inner, outer) === inner)
    );
  }
}
