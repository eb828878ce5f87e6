/**
 * Merges the lookups of one request.
 *
 * Before: lookups of the books at `best` and at `all`, each by `isbn`, for `price`.
 * After: one lookup with both paths.
 */
import type { EntityLookup, RequiredSelection } from '../../executor/index.ts';
import { type PrintedSelection, printDirectives, printNode } from './print-selection.ts';

export interface WrittenLookup extends Pick<EntityLookup, 'paths' | 'requires' | 'typename' | 'contexts'> {
  readonly printed: readonly PrintedSelection[];
  /** The definition, `$name: Type`, of each variable that takes its value from a context (`@fromContext`). */
  readonly declarations: readonly string[];
  /**
   * The object types of the looked-up objects. Empty if the objects are looked up by an interface: such a lookup is not
   * joined with lookups of other types.
   */
  readonly types: ReadonlySet<string>;
}

/**
 * Joins lookups into one lookup with several paths, if they send the same values and request the same fields. Lookups
 * of different object types are joined, too.
 */
export function mergeLookups(lookups: readonly WrittenLookup[]): readonly WrittenLookup[] {
  const byText = new Map<string, WrittenLookup>();
  const texts = new OrderlessText();
  for (const lookup of lookups) {
    const { printed, requires, typename, contexts } = lookup;
    const text = `${texts.of(printed)} ${texts.of(requires)} ${JSON.stringify([typename, contexts])}`;
    const other = byText.get(text);
    byText.set(text, other === undefined ? lookup : { ...other, paths: [...other.paths, ...lookup.paths] });
  }
  const merged: WrittenLookup[] = [];
  for (const lookup of byText.values()) {
    const index = merged.findIndex((other) => haveDifferentTypes(lookup, other));
    const other = merged[index];
    if (other === undefined) {
      merged.push(lookup);
    } else {
      merged[index] = {
        ...other,
        paths: [...other.paths, ...lookup.paths],
        requires: [...other.requires, ...lookup.requires],
        printed: [...other.printed, ...lookup.printed],
        types: new Set([...other.types, ...lookup.types]),
      };
    }
  }
  return merged;
}

function haveDifferentTypes(first: WrittenLookup, second: WrittenLookup): boolean {
  return (
    first.types.size > 0 &&
    second.types.size > 0 &&
    first.contexts.length === 0 &&
    second.contexts.length === 0 &&
    [...first.types].every((type) => !second.types.has(type))
  );
}

/**
 * Writes selections as a text that does not depend on their order. One list of selections may be used for several
 * types, so its text is kept.
 */
class OrderlessText {
  readonly #texts = new Map<object, string>();

  of(selections: readonly PrintedSelection[] | readonly RequiredSelection[] = []): string {
    const text = this.#texts.get(selections) ?? `{${selections.map((each) => this.#write(each)).sort()}}`;
    this.#texts.set(selections, text);
    return text;
  }

  #write(selection: PrintedSelection | RequiredSelection): string {
    const directives = 'directives' in selection ? printDirectives(selection.directives) : '';
    if (selection.kind === 'fragment') {
      const type = 'type' in selection ? selection.type : selection.typeCondition;
      const keys = 'keys' in selection ? (selection.keys ?? []).map((key) => this.of(key)) : [];
      return `... on ${type} ${directives}${this.of(selection.selections)} ${keys}`;
    }
    const { key, name } = selection;
    return 'args' in selection
      ? `${key}:${name}(${selection.args.map(printNode)})${directives}${this.of(selection.below)}`
      : `${key}:${name}${this.of(selection.selections)}`;
  }
}
