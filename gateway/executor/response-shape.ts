import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { TypeConditions } from './type-conditions.ts';

/**
 * The shape of a response: the fields that a subgraph operation selects. All code that reads a response follows its
 * shape, never the response's own keys. So a value that was not selected is not read, however deep or malformed it is.
 *
 * `{ me { id ... on Patron { _alias_0: name } } }`, where the plan's alias `_alias_0` replaces `name`, has the shape
 *
 * ```
 * me         key me    shape { id        key id
 *                            { _alias_0  key name  typeConditions ['Patron'] }
 * ```
 */
export interface Shape {
  readonly fields: readonly ShapeField[];
  /** Whether a key must be renamed, in this shape or below. */
  readonly hasRenames: boolean;
}

export interface ShapeField {
  /** The key in the subgraph's answer. */
  readonly responseKey: string;
  /** The key in the merged data. */
  readonly key: string;
  /** The type conditions around the field. An object has the field if it satisfies all of them. */
  readonly typeConditions: readonly string[];
  /** The shape of the field's value. Undefined for a leaf. */
  readonly shape: Shape | undefined;
}

/**
 * The shape of a subgraph operation. Its fields are the root fields. In an entity fetch these are the `_entities`
 * fields. `aliases` are the plan's own aliases, with their keys in the merged data.
 */
export function responseShape(operation: string, aliases: ReadonlyMap<string, string>): Shape {
  const [definition] = parse(operation, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) {
    throw new Error('the subgraph document has no operation');
  }
  return shapeOf(definition.selectionSet, aliases);
}

function shapeOf(selectionSet: SelectionSetNode, aliases: ReadonlyMap<string, string>): Shape {
  const fields = fieldsIn(selectionSet, [], aliases);
  const hasRenames = fields.some(
    ({ responseKey, key, shape }) => responseKey !== key || shape?.hasRenames === true,
  );
  return { fields, hasRenames };
}

function fieldsIn(
  { selections }: SelectionSetNode,
  typeConditions: readonly string[],
  aliases: ReadonlyMap<string, string>,
): readonly ShapeField[] {
  return selections.flatMap((selection): readonly ShapeField[] => {
    switch (selection.kind) {
      case Kind.FIELD: {
        const responseKey = selection.alias?.value ?? selection.name.value;
        const key = aliases.get(responseKey) ?? responseKey;
        const shape = selection.selectionSet && shapeOf(selection.selectionSet, aliases);
        return [{ responseKey, key, typeConditions, shape }];
      }
      case Kind.INLINE_FRAGMENT: {
        const condition = selection.typeCondition?.name.value;
        const conditions = condition === undefined ? typeConditions : [...typeConditions, condition];
        return fieldsIn(selection.selectionSet, conditions, aliases);
      }
      case Kind.FRAGMENT_SPREAD:
        throw new Error('a plan has inline fragments only');
      default: {
        const missed: never = selection;
        return missed;
      }
    }
  });
}

/** Whether an object with this `__typename` has the field. */
export function hasField({ typeConditions }: ShapeField, typename: unknown, types: TypeConditions): boolean {
  return typeConditions.every((condition) => types.matches(condition, typename));
}
