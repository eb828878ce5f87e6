import { Kind, parse, type SelectionSetNode } from 'graphql';
import type { Rename } from './plan.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * What one subgraph operation asks for, so what its answer may hold. Everything that reads an answer follows its
 * shape, never the answer's own keys: what was not asked is not looked at, however deep or odd it is.
 */
export interface Shape {
  readonly fields: readonly ShapeField[];
  /** Whether a key in here or below has to be renamed. */
  readonly renamed: boolean;
}

export interface ShapeField {
  /** The response key in the subgraph's answer. */
  readonly answered: string;
  /** The key in the merged data. */
  readonly key: string;
  /** The type conditions around the field; an object has it that meets them all. */
  readonly on: readonly string[];
  /** Undefined for a leaf. */
  readonly shape: Shape | undefined;
}

interface Draft {
  readonly answered: string;
  key: string;
  readonly on: readonly string[];
  readonly fields: Draft[] | undefined;
}

/** The document that a selection set stands in. */
interface Surrounding {
  readonly fragments: ReadonlyMap<
    string,
    { readonly typeCondition: string; readonly selectionSet: SelectionSetNode }
  >;
  readonly aliases: ReadonlyMap<string, string>;
}

/**
 * The fields of a subgraph operation before renaming: root fields for a fetch, `_entities` fields for a lookup. `aliases` are
 * those that stand for other keys.
 */
export function draftShape(operation: string, aliases: ReadonlyMap<string, string>): Draft[] {
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
    throw new Error('a subgraph operation has no operation in it');
  }
  return draftFields(root, [], { fragments, aliases }, []);
}

function draftFields(
  selectionSet: SelectionSetNode,
  on: readonly string[],
  surrounding: Surrounding,
  into: Draft[],
): Draft[] {
  for (const selection of selectionSet.selections) {
    if (selection.kind === Kind.FIELD) {
      const answered = selection.alias?.value ?? selection.name.value;
      const key = surrounding.aliases.get(answered) ?? answered;
      const fields = selection.selectionSet && draftFields(selection.selectionSet, [], surrounding, []);
      into.push({ answered, key, on, fields });
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value;
      const conditions = condition === undefined ? on : [...on, condition];
      draftFields(selection.selectionSet, conditions, surrounding, into);
    } else {
      const fragment = surrounding.fragments.get(selection.name.value);
      if (fragment === undefined) {
        throw new Error(`a subgraph operation has no fragment ${selection.name.value}`);
      }
      draftFields(fragment.selectionSet, [...on, fragment.typeCondition], surrounding, into);
    }
  }
  return into;
}

/** The shape of these fields, renamed as the plan says. Throws where a rename names no field. */
export function shapeOf(fields: Draft[], renames: readonly Rename[], types: TypeConditions): Shape {
  for (const { path, to } of renames) {
    const renamed = draftsAt(fields, path, types);
    if (renamed.length === 0) {
      throw new Error(`the plan renames to ${to} what it does not fetch`);
    }
    for (const field of renamed) {
      field.key = to;
    }
  }
  return finish(fields);
}

function draftsAt(fields: Draft[], path: Rename['path'], types: TypeConditions): Draft[] {
  let level = fields;
  let names: readonly string[] | undefined;
  let found: Draft[] = [];
  for (const segment of path) {
    if (segment.kind === 'types') {
      names = segment.names;
      continue;
    }
    const narrowed = names;
    found = level.filter(
      ({ answered, key, on }) =>
        (answered === segment.key || key === segment.key) &&
        (narrowed === undefined ||
          on.every((condition) => narrowed.some((name) => types.matches(condition, name)))),
    );
    level = found.flatMap((field) => field.fields ?? []);
    names = undefined;
  }
  return found;
}

function finish(drafts: readonly Draft[]): Shape {
  const fields = drafts.map(({ answered, key, on, fields }) => ({
    answered,
    key,
    on,
    shape: fields && finish(fields),
  }));
  return { fields, renamed: fields.some(({ answered, key, shape }) => answered !== key || shape?.renamed) };
}

/** Whether an object that says this `__typename` has the field. */
export function hasField(field: ShapeField, typename: unknown, types: TypeConditions): boolean {
  return field.on.length === 0 || field.on.every((condition) => types.matches(condition, typename));
}
