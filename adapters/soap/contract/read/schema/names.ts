/** Assigns names, each only once. Names that every object has, such as `toString`, are never assigned. */
export class Names {
  readonly #taken: Set<string>;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** The wanted name. A name that is taken gets a number at its end: `Order`, `Order_2`. */
  take(wanted: string): string {
    let name = wanted;
    for (let number = 2; this.#taken.has(name) || name in {}; number += 1) {
      name = `${wanted}_${number}`;
    }
    this.#taken.add(name);
    return name;
  }
}

const reservedWords = new Set(
  (
    'any arguments as async await bigint boolean break case catch class const continue debugger default delete do ' +
    'else enum eval export extends false finally for from function get if implements import in instanceof interface ' +
    'let never new null number object of package private protected public readonly return set static string super ' +
    'switch symbol this throw true try type typeof undefined unknown var void while with yield'
  ).split(' '),
);

/**
 * A TypeScript name for an XML name. Characters such as dots and hyphens become `_`, and a reserved word gets `_` at
 * its end.
 */
export function identifierOf(name: string): string {
  const letters = name.replace(/[^\p{L}\p{N}_]/gu, '_').replace(/^(?=\p{N})/u, '_');
  return reservedWords.has(letters) || letters === '' ? `${letters}_` : letters;
}
