import {
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import {
  deniedCoordinate,
  isTypeOfObjects,
  possibleTypes,
  type TypeOfObjects,
} from '../denied-coordinates.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { objectCompleter, projectItems, projectShared } from '../run/answer/project.ts';
import type { CompleteValue, ProjectedField, ValueCompletion } from '../run/answer/projection.ts';
import { reportInvalid, reportUnknownType } from '../run/answer/report-errors.ts';
import type { ClientPath } from '../run/answer/response-errors.ts';
import type { TypeConditions } from '../type-conditions.ts';
import {
  type CollectedFields,
  collectFields,
  type Selected,
  type SelectionContext,
} from './collect-fields.ts';
import type { DeferDirectives } from './defer/defer-directives.ts';
import { divideFields, type SelectedField } from './defer/divide-fields.ts';
import { leafCoercion } from './leaf-coercion.ts';
import { type DataKeys, responseKeyOf } from './merged-data-keys.ts';

/** The data that is needed to prepare and compile an operation. */
export interface CompileContext extends SelectionContext {
  /** The coordinates that are denied to the caller. */
  readonly denied: ReadonlySet<string>;
  readonly types: TypeConditions;
  readonly keys: DataKeys;
  /** The fragments with `@defer`. Null if the answer is delivered as a whole. */
  readonly defer: DeferDirectives | null;
  /** The largest number of fields of an operation. */
  readonly maxFields: number;
}

/**
 * Whether at least one object type of the abstract type is hidden from clients. Then each object must have its
 * `__typename`, so that an object of a hidden type is recognised and becomes null.
 */
export function hasInaccessibleTypes(type: GraphQLAbstractType, context: CompileContext): boolean {
  const { schema, types } = context;
  return once(context, `hidden ${type.name}`, () =>
    types.objectTypesOf(type.name).some((name) => schema.getType(name) === undefined),
  );
}

/**
 * For each compilation, the answers to questions about types. They are kept because an operation may use an interface
 * with thousands of types a hundred times.
 */
const foundOut = new WeakMap<CompileContext, Map<string, boolean>>();

function once(context: CompileContext, question: string, answer: () => boolean): boolean {
  const answers = foundOut.get(context) ?? new Map<string, boolean>();
  foundOut.set(context, answers);
  const known = answers.get(question) ?? answer();
  answers.set(question, known);
  return known;
}

/**
 * Compiles selection sets on an object type to a table of fields, which is used to project its objects.
 *
 * `{ number: id kind: __typename }` on `Patron` becomes
 *
 * ```
 * { kind: 'leaf', key: '_2_id_number', responseKey: 'number', coordinate: 'Patron.id', nonNull: true, … }
 * { kind: 'constant', key: '__typename', responseKey: 'kind', value: 'Patron' }
 * ```
 */
export function compileFields(
  type: TypeOfObjects,
  selected: Selected,
  context: CompileContext,
): readonly ProjectedField[] {
  return compileTable(type, collectFields(type, selected, context).fields, selected, context);
}

function compileTable(
  type: GraphQLCompositeType,
  fields: CollectedFields['fields'],
  selected: Selected,
  context: CompileContext,
): readonly ProjectedField[] {
  const { own, later } = divideFields(fields, selected);
  return [
    ...own.map((nodes) => compileField(type, nodes, selected, context)),
    ...later.map(({ blocks, fields: deferred }): ProjectedField => {
      const delivery = { ...selected, within: blocks };
      return { kind: 'deferred', blocks, fields: compileTable(type, deferred, delivery, context) };
    }),
  ];
}

function compileField(
  type: GraphQLCompositeType,
  nodes: readonly SelectedField[],
  selected: Selected,
  context: CompileContext,
): ProjectedField {
  const node = nodes[0]?.node;
  if (node === undefined) {
    throw new Error('a field was collected from no selection');
  }
  const name = node.name.value;
  const responseKey = responseKeyOf(node);
  if (name === '__typename') {
    return isObjectType(type)
      ? { kind: 'constant', key: name, responseKey, value: type.name }
      : {
          kind: 'typename',
          key: name,
          responseKey,
          coordinate: `${type.name}.__typename`,
          possible: new Set(possibleTypes(context.schema, type).map((object) => object.name)),
        };
  }
  if (name === '__schema' || name === '__type') {
    return { kind: 'introspection', key: name, responseKey, nonNull: name === '__schema' };
  }
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  if (field === undefined) {
    throw new Error(`${type.name} has no field ${name}: the document was not validated`);
  }
  const key = context.keys.keyOf(node);
  const coordinate = `${type.name}.${name}`;
  const deniedBy = isTypeOfObjects(context.schema, type)
    ? deniedCoordinate(type, field, context.denied)
    : undefined;
  if (deniedBy !== undefined) {
    return { kind: 'denied', key, responseKey, coordinate, nonNull: isNonNullType(field.type), deniedBy };
  }
  const completion = completionOf(field.type, coordinate, selectedBelow(nodes, key, selected), context);
  const nullable = getNullableType(field.type);
  return isLeafType(nullable) && responseKey !== '__proto__'
    ? { kind: 'leaf', key, responseKey, ...completion, coerce: leafCoercion(nullable) }
    : { kind: 'value', key, responseKey, ...completion };
}

/** Returns the selections below a field. `key` is the field's key in the merged data. */
function selectedBelow(nodes: readonly SelectedField[], key: string, selected: Selected): Selected {
  return {
    ...selected,
    sets: nodes.flatMap(({ node: { selectionSet: set }, block }) =>
      set === undefined ? [] : [{ set, block }],
    ),
    keys: selected.keys === '' ? key : `${selected.keys}.${key}`,
    depth: selected.depth + 1,
  };
}

function completionOf(
  type: GraphQLOutputType,
  coordinate: string,
  selected: Selected,
  context: CompileContext,
): ValueCompletion {
  if (isNonNullType(type)) {
    return { ...completionOf(type.ofType, coordinate, selected, context), nonNull: true };
  }
  if (isListType(type)) {
    const items = { ...selected, depth: selected.depth + 1 };
    const item = completionOf(type.ofType, coordinate, items, context);
    return {
      coordinate,
      nonNull: false,
      complete: (value, projection, depth) =>
        Array.isArray(value)
          ? projectItems(item, value, projection, depth)
          : reportInvalid(coordinate, String(type), projection, depth),
      clientPath: ([index, ...rest], list) =>
        typeof index === 'number'
          ? [index, ...item.clientPath(rest, Array.isArray(list) ? list[index] : null)]
          : [],
    };
  }
  if (isCompositeType(type)) {
    return isAbstractType(type)
      ? abstractCompletion(type, coordinate, selected, context)
      : objectCompletion(type.name, compileFields(type, selected, context), coordinate);
  }
  const coerce = leafCoercion(type);
  return {
    coordinate,
    nonNull: false,
    complete: (value, projection, depth) =>
      coerce(value) ?? reportInvalid(coordinate, type.name, projection, depth),
    clientPath: () => [],
  };
}

function objectCompletion(
  typeName: string,
  fields: readonly ProjectedField[],
  coordinate: string,
): ValueCompletion {
  return {
    coordinate,
    nonNull: false,
    complete: objectCompleter(fields, coordinate, typeName),
    clientPath: clientPathIn(fields),
  };
}

/** Returns a function that translates paths below objects with these fields to the client's paths. */
export function clientPathIn(fields: readonly ProjectedField[]): ClientPath {
  const all = fields.flatMap((field) => (field.kind === 'deferred' ? field.fields : [field]));
  return ([key, ...rest], object) => {
    const field = all.find((candidate) => candidate.kind !== 'deferred' && candidate.key === key);
    return field?.kind === 'value' || field?.kind === 'leaf'
      ? [field.responseKey, ...field.clientPath(rest, isJsonObject(object) ? object[field.key] : null)]
      : [];
  };
}

/**
 * Returns the rules for completing values of an interface or a union. If all its object types have the same fields
 * here, they share one table of fields. The type of an object then need not be known, and an @interfaceObject may have
 * no known type. If the fields differ, each type has its own table. A table is compiled when the first object of its
 * type is completed, because no answer has objects of all types at every level.
 */
function abstractCompletion(
  type: GraphQLAbstractType,
  coordinate: string,
  selected: Selected,
  context: CompileContext,
): ValueCompletion {
  const sameFields = commonFields(type, selected, context);
  if (sameFields !== undefined) {
    return objectCompletion(type.name, sameFields, coordinate);
  }
  const possible = new Map(possibleTypes(context.schema, type).map((object) => [object.name, object]));
  const tables = new Map<string, readonly ProjectedField[]>();
  const fieldsOf = (object: TypeOfObjects) => {
    const compiled = tables.get(object.name);
    if (compiled !== undefined) {
      return compiled;
    }
    const fields = compileFields(object, selected, context);
    tables.set(object.name, fields);
    return fields;
  };
  const typeOf = ({ __typename: typename }: JsonObject) =>
    typeof typename === 'string' ? possible.get(typename) : undefined;
  const complete: CompleteValue = (value, projection, depth) => {
    if (!isJsonObject(value)) {
      return reportInvalid(coordinate, type.name, projection, depth);
    }
    const object = typeOf(value);
    return object === undefined
      ? reportUnknownType(value, coordinate, projection, depth)
      : projectShared(fieldsOf(object), value, projection, depth);
  };
  const clientPath: ClientPath = (pathBelow, value) => {
    const known = isJsonObject(value) ? typeOf(value) : undefined;
    for (const object of known === undefined ? possible.values() : [known]) {
      const translated = clientPathIn(fieldsOf(object))(pathBelow, value);
      if (translated.length > 0) {
        return translated;
      }
    }
    return [];
  };
  return { coordinate, nonNull: false, complete, clientPath };
}

/** The fields of an abstract type, if all its object types have the same fields. Undefined if they differ. */
function commonFields(
  type: GraphQLAbstractType,
  selected: Selected,
  context: CompileContext,
): readonly ProjectedField[] | undefined {
  const { fields, hasNarrowerFragments } = collectFields(type, selected, context);
  const isCommon = ([first]: readonly SelectedField[]) =>
    first !== undefined && isCommonField(type, first.node.name.value, context);
  if (hasNarrowerFragments || hasInaccessibleTypes(type, context) || ![...fields.values()].every(isCommon)) {
    return undefined;
  }
  return compileTable(type, fields, selected, context);
}

/**
 * Whether a field is completed in the same way on every object type of an abstract type. For this, the caller must be
 * allowed to read the field on each of these types, and the field's type must have `!` at the same levels. If the
 * result is false, each object must have its `__typename`.
 *
 * For `price: Int` of the interface `Media` the result is false if `Book` has `price: Int!`, because a null makes the
 * whole book null.
 */
export function isCommonField(type: GraphQLAbstractType, name: string, context: CompileContext): boolean {
  return (
    name === '__typename' || once(context, `${type.name}.${name}`, () => isAlikeOnAll(type, name, context))
  );
}

function isAlikeOnAll(type: GraphQLAbstractType, name: string, context: CompileContext): boolean {
  const field = isInterfaceType(type) ? type.getFields()[name] : undefined;
  return (
    field !== undefined &&
    possibleTypes(context.schema, type).every((object) => {
      const ownField = object.getFields()[name];
      return (
        ownField === undefined ||
        (deniedCoordinate(object, ownField, context.denied) === undefined &&
          haveSameNullability(field.type, ownField.type))
      );
    })
  );
}

function haveSameNullability(type: GraphQLOutputType, other: GraphQLOutputType): boolean {
  if (isNonNullType(type) || isNonNullType(other)) {
    return isNonNullType(type) && isNonNullType(other) && haveSameNullability(type.ofType, other.ofType);
  }
  return !isListType(type) || (isListType(other) && haveSameNullability(type.ofType, other.ofType));
}
