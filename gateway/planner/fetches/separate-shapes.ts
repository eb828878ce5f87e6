/**
 * Gives aliases to fields that have the same key and different types in the subgraph. GraphQL rejects such fields even
 * if no object has both (SameResponseShape in section 5.3.2 of the specification).
 *
 * Before: `{ things { ... on Cup { maker { id } } ... on Pot { maker { id } } } }`. The type of `id` is `ID!` for the
 * maker of a cup, and `ID` for the maker of a pot.
 * After: `{ things { ... on Cup { maker { id } } ... on Pot { maker { _alias_id_1: id } } } }`. The alias means `id`.
 */
import { Kind, type TypeNode } from 'graphql';
import type { InventedNames } from '../../executor/index.ts';
import type { PrintedField, PrintedSelection } from './print-selection.ts';

/** Sets the aliases, and returns the key that each alias replaces. */
export function separateShapes(
  selections: readonly PrintedSelection[],
  names: InventedNames,
  isLeaf: (type: string) => boolean,
): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  const separate = (fields: readonly PrintedField[]): void => {
    for (const [key, sameKey] of Map.groupBy(fields, (field) => field.key)) {
      const shapes = Map.groupBy(sameKey, ({ type }) => shapeOf(type, isLeaf));
      for (const [number, sameShape] of [...shapes.values()].entries()) {
        if (number > 0) {
          const alias = names.choose(`alias ${number} ${key}`, `_alias_${key}_${number}`);
          aliases.set(alias, key);
          for (const field of sameShape) {
            field.alias = alias;
          }
        }
        separate(sameShape.flatMap(({ below = [] }) => fieldsIn(below)));
      }
    }
  };
  separate(fieldsIn(selections));
  return aliases;
}

function fieldsIn(selections: readonly PrintedSelection[]): PrintedField[] {
  return selections.flatMap((selection) =>
    selection.kind === 'field' ? [selection] : fieldsIn(selection.selections),
  );
}

/**
 * A text that is equal for two types if fields of these types may have one response key. For example, `[Book!]` and
 * `[Film!]` have the same text, but `ID` and `ID!` have different texts.
 */
function shapeOf(type: TypeNode | undefined, isLeaf: (type: string) => boolean): string {
  if (type === undefined) {
    return '__typename';
  }
  switch (type.kind) {
    case Kind.NON_NULL_TYPE:
      return `${shapeOf(type.type, isLeaf)}!`;
    case Kind.LIST_TYPE:
      return `[${shapeOf(type.type, isLeaf)}]`;
    default:
      return isLeaf(type.name.value) ? type.name.value : 'object';
  }
}
