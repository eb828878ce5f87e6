import {
  type FieldNode,
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
  type SelectionSetNode,
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
import { collectFields, type SelectionContext } from './collect-fields.ts';
import { leafReader } from './leaf-reader.ts';
import { type DataKeys, responseKeyOf } from './merged-data-keys.ts';

/** The data that is needed to prepare and compile an operation. */
export interface CompileContext extends SelectionContext {
  /** The coordinates that are denied to the caller. */
  readonly denied: ReadonlySet<string>;
  readonly types: TypeConditions;
  readonly keys: DataKeys;
  /** The largest number of fields of an operation. */
  readonly maxFields: number;
}

/**
 * Whether at least one object type of the abstract type is hidden from clients. Then each object must have its
 * `__typename`, so that an object of a hidden type is recognised and becomes null.
 */
export function hasInaccessibleTypes(type: GraphQLAbstractType, { schema, types }: CompileContext): boolean {
  return types.objectTypesOf(type.name).some((name) => schema.getType(name) === undefined);
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
  selectionSets: readonly SelectionSetNode[],
  context: CompileContext,
): readonly ProjectedField[] {
  return [...collectFields(type, selectionSets, context).fields.values()].map((nodes) =>
    compileField(type, nodes, context),
  );
}

function compileField(
  type: GraphQLCompositeType,
  nodes: readonly FieldNode[],
  context: CompileContext,
): ProjectedField {
  const [node] = nodes;
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
  const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const completion = completionOf(field.type, coordinate, selectionSets, context);
  const nullable = getNullableType(field.type);
  return isLeafType(nullable) && responseKey !== '__proto__'
    ? { kind: 'leaf', key, responseKey, ...completion, read: leafReader(nullable) }
    : { kind: 'value', key, responseKey, ...completion };
}

function completionOf(
  type: GraphQLOutputType,
  coordinate: string,
  selectionSets: readonly SelectionSetNode[],
  context: CompileContext,
): ValueCompletion {
  if (isNonNullType(type)) {
    return { ...completionOf(type.ofType, coordinate, selectionSets, context), nonNull: true };
  }
  if (isListType(type)) {
    const item = completionOf(type.ofType, coordinate, selectionSets, context);
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
      ? abstractCompletion(type, coordinate, selectionSets, context)
      : objectCompletion(type.name, compileFields(type, selectionSets, context), coordinate);
  }
  const read = leafReader(type);
  return {
    coordinate,
    nonNull: false,
    complete: (value, projection, depth) =>
      read(value) ?? reportInvalid(coordinate, type.name, projection, depth),
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

/** Returns a function that translates paths of objects with these fields. */
export function clientPathIn(fields: readonly ProjectedField[]): ClientPath {
  return ([key, ...rest], object) => {
    const field = fields.find((candidate) => candidate.key === key);
    return field?.kind === 'value' || field?.kind === 'leaf'
      ? [field.responseKey, ...field.clientPath(rest, isJsonObject(object) ? object[field.key] : null)]
      : [];
  };
}

/**
 * The completion of an interface or a union. If all its object types have the same fields here, they share one table.
 * Then the type of an object need not be known: objects from an @interfaceObject may have no known type. Otherwise each
 * type has its own table. It is compiled for the first object of the type, because no answer needs the tables of all
 * types at every level.
 */
function abstractCompletion(
  type: GraphQLAbstractType,
  coordinate: string,
  selectionSets: readonly SelectionSetNode[],
  context: CompileContext,
): ValueCompletion {
  const sameFields = commonFields(type, selectionSets, context);
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
    const fields = compileFields(object, selectionSets, context);
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
  selectionSets: readonly SelectionSetNode[],
  context: CompileContext,
): readonly ProjectedField[] | undefined {
  const { fields, hasNarrowerFragments } = collectFields(type, selectionSets, context);
  const isCommon = ([node]: readonly FieldNode[]) =>
    node !== undefined && isCommonField(type, node.name.value, context);
  if (hasNarrowerFragments || hasInaccessibleTypes(type, context) || ![...fields.values()].every(isCommon)) {
    return undefined;
  }
  return [...fields.values()].map((nodes) => compileField(type, nodes, context));
}

/**
 * Whether a field is completed in the same way on every object type of an abstract type. This is so if the caller may
 * read the field on all of these types, and the field's type has `!` at the same levels on all of them. Otherwise each
 * object must have its `__typename`.
 *
 * For `price: Int` of the interface `Media` the result is false if `Book` has `price: Int!`: there, a null makes the
 * whole book null.
 */
export function isCommonField(type: GraphQLAbstractType, name: string, context: CompileContext): boolean {
  if (name === '__typename') {
    return true;
  }
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
