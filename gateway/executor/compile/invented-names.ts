import { type ASTNode, Kind } from 'graphql';

/**
 * Chooses the names that the gateway invents: keys in merged data, aliases and variables. An invented name never equals
 * a name of the supergraph or of the document.
 *
 * ```ts
 * const names = new InventedNames((name) => name === '_2_id_x'); // a field has this name
 * names.choose('x: id', '_2_id_x'); // '_2_id_x_1'
 * names.choose('x: id', '_2_id_x'); // '_2_id_x_1' again: the same purpose
 * ```
 */
export class InventedNames {
  readonly #isTaken: (name: string) => boolean;
  readonly #byPurpose = new Map<string, string>();
  readonly #chosen = new Set<string>();
  /** The last number that was tried for each preferred name. */
  readonly #lastNumbers = new Map<string, number>();

  constructor(isTaken: (name: string) => boolean) {
    this.#isTaken = isTaken;
  }

  /**
   * Returns one name for each purpose: the preferred name if it is free, or else that name with the first number that
   * makes it free.
   */
  choose(purpose: string, preferred: string): string {
    const chosen = this.#byPurpose.get(purpose);
    if (chosen !== undefined) {
      return chosen;
    }
    let name = preferred;
    // The search continues after the last number, because a thousand purposes may prefer the same name.
    let number = this.#lastNumbers.get(preferred) ?? 0;
    while (this.has(name)) {
      number++;
      name = `${preferred}_${number}`;
    }
    this.#lastNumbers.set(preferred, number);
    this.#byPurpose.set(purpose, name);
    this.#chosen.add(name);
    return name;
  }

  /** Whether the name is taken, or was chosen before. */
  has(name: string): boolean {
    return this.#chosen.has(name) || this.#isTaken(name);
  }
}

/** All names in a document: names of types, fields, arguments, variables, directives and so on. */
export function namesIn(document: ASTNode): ReadonlySet<string> {
  const names = new Set<string>();
  // `visit` would take three times as long, and a large supergraph has a million nodes.
  const collect = (value: object): void => {
    if (Array.isArray(value)) {
      for (const item of value) {
        collect(item);
      }
      return;
    }
    const node = value as Readonly<Record<string, unknown>>;
    if (node.kind === Kind.NAME) {
      names.add(String(node.value));
      return;
    }
    for (const key in node) {
      const below = node[key];
      if (typeof below === 'object' && below !== null && key !== 'loc') {
        collect(below);
      }
    }
  };
  collect(document);
  return names;
}
