import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { Rename } from './plan.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * The shape of a response: the fields that a subgraph operation requests. Everything that reads a response follows its
 * shape, never the response's own keys. So a value that was not requested is not read, however deep or malformed it is.
 *
 * `{ me { id ... on Patron { _alias_0: name } } }`, with `_alias_0` renamed to `name`, has the shape
 *
 * ```
 * me         key me    shape { id        key id
 *                            { _alias_0  key name  typeConditions ['Patron'] }
 * ```
 */
export interface Shape {
  readonly fields: readonly ShapeField[];
  /** Whether a key has to be renamed, here or below. */
  readonly hasRenames: boolean;
}

export interface ShapeField {
  /** The key in the subgraph's answer. */
  readonly responseKey: string;
  /** The key in the merged data. */
  readonly key: string;
  /** The type conditions around the field. An object has the field if it meets them all. */
  readonly typeConditions: readonly string[];
  /** Undefined for a leaf. */
  readonly shape: Shape | undefined;
}

/** A field of a shape before the plan's renames. */
interface DraftField {
  readonly responseKey: string;
  key: string;
  readonly typeConditions: readonly string[];
  readonly fields: DraftField[] | undefined;
}

/** What a selection set needs from its document. */
interface DocumentContext {
  readonly fragments: ReadonlyMap<
    string,
    { readonly typeCondition: string; readonly selectionSet: SelectionSetNode }
  >;
  readonly aliases: ReadonlyMap<string, string>;
}

/**
 * The fields of a subgraph operation before renaming: the root fields, which for an entity fetch are `_entities`
 * fields. `aliases` are the plan's own aliases, with their keys in the merged data.
 */
export function draftShape(operation: string, aliases: ReadonlyMap<string, string>): DraftField[] {
  const fragments = new Map<string, { typeCondition: string; selectionSet: SelectionSetNode }>();
  let root: SelectionSetNode | undefined;
  for (const definition of parse(operation, { noLocation: true }).definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      fragments.set(definition.name.value, {
        typeCondition: definition.typeCondition.name.value,
        selectionSet: definition.selectionSet,
      });
    } else if (definition.kind === Kind.OPERATION_DEFINITION) {
      root = definition.selectionSet;
    }
  }
  if (root === undefined) {
    throw new Error('the subgraph document has no operation');
  }
  return draftFields(root, [], { fragments, aliases }, []);
}

function draftFields(
  selectionSet: SelectionSetNode,
  typeConditions: readonly string[],
  context: DocumentContext,
  into: DraftField[],
): DraftField[] {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      const responseKey = selection.alias?.value ?? selection.name.value;
      const key = context.aliases.get(responseKey) ?? responseKey;
      const fields = selection.selectionSet && draftFields(selection.selectionSet, [], context, []);
      into.push({ responseKey, key, typeConditions, fields });
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      const conditions = condition === undefined ? typeConditions : [...typeConditions, condition];
      draftFields(selection.selectionSet, conditions, context, into);
    } else {
      const fragment = context.fragments.get(selection.name.value);
      if (fragment === undefined) {
        throw new Error(`the subgraph document has no fragment ${selection.name.value}`);
      }
      draftFields(fragment.selectionSet, [...typeConditions, fragment.typeCondition], context, into);
    }
  }
  return into;
}

/** The shape of these fields, renamed as the plan says. Throws if a rename leads to no field. */
export function shapeOf(fields: DraftField[], renames: readonly Rename[], types: TypeConditions): Shape {
  for (const { path, to } of renames) {
    const renamed = fieldsAt(fields, path, types);
    if (renamed.length === 0) {
      throw new Error(`the plan renames a field to ${to} that it does not fetch`);
    }
    for (const field of renamed) {
      field.key = to;
    }
  }
  return finishShape(fields);
}

/** The fields that a path leads to: several if they are in fragments on several types. */
function fieldsAt(fields: DraftField[], path: Rename['path'], types: TypeConditions): DraftField[] {
  let siblings = fields;
  let typeNames: readonly string[] | undefined;
  let found: DraftField[] = [];
  for (const segment of path) {
    if (segment.kind === 'types') {
      typeNames = segment.names;
      continue;
    }
    const names = typeNames;
    found = siblings.filter(
      ({ responseKey, key, typeConditions }) =>
        (responseKey === segment.key || key === segment.key) &&
        (names === undefined ||
          typeConditions.every((condition) => names.some((name) => types.matches(condition, name)))),
    );
    siblings = found.flatMap((field) => field.fields ?? []);
    typeNames = undefined;
  }
  return found;
}

function finishShape(drafts: readonly DraftField[]): Shape {
  const fields = drafts.map(({ responseKey, key, typeConditions, fields }) => ({
    responseKey,
    key,
    typeConditions,
    shape: fields && finishShape(fields),
  }));
  const hasRenames = fields.some(
    ({ responseKey, key, shape }) => responseKey !== key || shape?.hasRenames === true,
  );
  return { fields, hasRenames };
}

/** Whether an object with this `__typename` has the field. */
export function hasField({ typeConditions }: ShapeField, typename: unknown, types: TypeConditions): boolean {
  return (
    typeConditions.length === 0 || typeConditions.every((condition) => types.matches(condition, typename))
  );
}
