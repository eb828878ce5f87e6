/**
 * Chooses names that the gateway invents: keys in merged data, aliases, variables, and fields and subgraphs that only the
 * planner sees. All of them are chosen here, so that none is a name which a supergraph or a document has, however much that
 * one looks like ours: `x: id` is kept under `_2_id_x`, or under `_2_id_x_1` where something is called `_2_id_x`.
 */
export class InventedNames {
  readonly #isTaken: (name: string) => boolean;
  readonly #byPurpose = new Map<string, string>();
  readonly #chosen = new Set<string>();
  /** The last number that was tried for what was wanted. */
  readonly #numbers = new Map<string, number>();

  constructor(isTaken: (name: string) => boolean) {
    this.#isTaken = isTaken;
  }

  /** The same name for the same purpose, and another for each: `wanted`, or with the first number that makes it free. */
  choose(purpose: string, wanted: string): string {
    const before = this.#byPurpose.get(purpose);
    if (before !== undefined) {
      return before;
    }
    let name = wanted;
    // No number is tried twice: a thousand purposes may want the same.
    let number = this.#numbers.get(wanted) ?? 0;
    while (this.has(name)) {
      number++;
      name = `${wanted}_${number}`;
    }
    this.#numbers.set(wanted, number);
    this.#byPurpose.set(purpose, name);
    this.#chosen.add(name);
    return name;
  }

  /** Whether a name is taken, or was chosen. */
  has(name: string): boolean {
    return this.#chosen.has(name) || this.#isTaken(name);
  }
}
