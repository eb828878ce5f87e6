/**
 * Gives aliases to fields that stand under one key and have different types in the subgraph: GraphQL refuses that, also
 * where no object has both (SameResponseShape in section 5.3.2 of the specification).
 *
 * Before: `{ things { ... on Cup { of { id } } ... on Pot { of { id } } } }`, with `ID!` for a cup's `of`, `ID` for a pot's.
 * After: `{ things { ... on Cup { of { id } } ... on Pot { of { _alias_id_1: id } } } }`, and the alias stands for `id`.
 */
import { Kind, type TypeNode } from 'graphql';
import type { InventedNames } from '../../executor/index.ts';
import type { Printed, PrintedField } from './print-selection.ts';

/** The aliases of one operation, with the keys that they stand for. */
export function separateShapes(
  selections: readonly Printed[],
  names: InventedNames,
  isLeaf: (type: string) => boolean,
): ReadonlyMap<string, string> {
  const aliases = new Map<string, string>();
  const separate = (sets: readonly (readonly Printed[])[]): void => {
    for (const [key, fields] of Map.groupBy(sets.flatMap(fieldsIn), (field) => field.key)) {
      const shapes = Map.groupBy(fields, ({ type }) => shapeOf(type, isLeaf));
      for (const [number, sameShape] of [...shapes.values()].entries()) {
        if (number > 0) {
          const alias = names.choose(`alias ${number} ${key}`, `_alias_${key}_${number}`);
          aliases.set(alias, key);
          for (const field of sameShape) {
            field.alias = alias;
          }
        }
        const below = sameShape.flatMap((field) => (field.below === undefined ? [] : [field.below]));
        if (below.length > 0) {
          separate(below);
        }
      }
    }
  };
  separate([selections]);
  return aliases;
}

function fieldsIn(selections: readonly Printed[]): PrintedField[] {
  return selections.flatMap((selection) =>
    selection.kind === 'field' ? [selection] : fieldsIn(selection.selections),
  );
}

/** Equal for types that may stand under one key: `[Book!]` and `[Film!]`, but not `ID` and `ID!`. */
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
