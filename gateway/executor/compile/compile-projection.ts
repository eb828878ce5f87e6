import {
  type FieldNode,
  type GraphQLAbstractType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
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
import { deniedCoordinate, possibleTypes } from '../denials.ts';
import { isJsonObject } from '../json.ts';
import type { Complete, Position, ProjectedField } from '../projection.ts';
import { objectCompleter, projectItems, projectShared, refuse, unknownType } from '../run/project.ts';
import type { TypeConditions } from '../type-conditions.ts';
import { collectFields, type Selecting } from './collect-fields.ts';
import { type DataKeys, responseKeyOf } from './keys.ts';
import { leafReader } from './leaf.ts';

/** What an operation's projection is compiled from. */
export interface Projectable extends Selecting {
  readonly denied: ReadonlySet<string>;
  readonly types: TypeConditions;
  readonly keys: DataKeys;
}

/** Whether an object of the type may be of one that clients may not see: each has to say then what it is. */
export function mayBeHidden(type: GraphQLAbstractType, { schema, types }: Projectable): boolean {
  return types.objectTypesOf(type.name).some((name) => schema.getType(name) === undefined);
}

type Below = Position['below'];

/** The fields that a client gets of an object type, in the order asked. */
export function compileFields(
  type: GraphQLObjectType,
  selectionSets: readonly SelectionSetNode[],
  from: Projectable,
): readonly ProjectedField[] {
  return [...collectFields(type, selectionSets, from).fields.values()].map((nodes) =>
    compileField(type, nodes, from),
  );
}

function compileField(
  type: GraphQLCompositeType,
  nodes: readonly FieldNode[],
  from: Projectable,
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
          possible: new Set(possibleTypes(from.schema, type).map((object) => object.name)),
        };
  }
  if (name === '__schema' || name === '__type') {
    return { kind: 'introspection', key: name, responseKey, nonNull: name === '__schema' };
  }
  const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  if (field === undefined) {
    throw new Error(`${type.name} has no field ${name}: the document was not validated`);
  }
  const key = from.keys.of(node, field);
  const coordinate = `${type.name}.${name}`;
  const deniedBy = isObjectType(type) ? deniedCoordinate(type, field, from.denied) : undefined;
  if (deniedBy !== undefined) {
    return { kind: 'denied', key, responseKey, coordinate, nonNull: isNonNullType(field.type), deniedBy };
  }
  const selectionSets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const position = positionOf(field.type, coordinate, selectionSets, from);
  const nullable = getNullableType(field.type);
  return isLeafType(nullable) && responseKey !== '__proto__'
    ? { kind: 'leaf', key, responseKey, ...position, read: leafReader(nullable) }
    : { kind: 'value', key, responseKey, ...position };
}

function positionOf(
  type: GraphQLOutputType,
  coordinate: string,
  selectionSets: readonly SelectionSetNode[],
  from: Projectable,
): Position {
  if (isNonNullType(type)) {
    return { ...positionOf(type.ofType, coordinate, selectionSets, from), nonNull: true };
  }
  if (isListType(type)) {
    const item = positionOf(type.ofType, coordinate, selectionSets, from);
    return {
      coordinate,
      nonNull: false,
      complete: (value, projecting, depth) =>
        Array.isArray(value)
          ? projectItems(item, value, projecting, depth)
          : refuse(coordinate, String(type), projecting, depth),
      below: ([index, ...rest]) => (typeof index === 'number' ? [index, ...item.below(rest)] : []),
    };
  }
  if (isCompositeType(type)) {
    return isAbstractType(type)
      ? abstractPosition(type, coordinate, selectionSets, from)
      : objectPosition(type.name, compileFields(type, selectionSets, from), coordinate);
  }
  const read = leafReader(type);
  return {
    coordinate,
    nonNull: false,
    complete: (value, projecting, depth) => read(value) ?? refuse(coordinate, type.name, projecting, depth),
    below: () => [],
  };
}

function objectPosition(typeName: string, fields: readonly ProjectedField[], coordinate: string): Position {
  return {
    coordinate,
    nonNull: false,
    complete: objectCompleter(fields, coordinate, typeName),
    below: belowFields(fields),
  };
}

function belowFields(fields: readonly ProjectedField[]): Below {
  return ([key, ...rest]) => {
    const field = fields.find((candidate) => candidate.key === key);
    return field?.kind === 'value' || field?.kind === 'leaf' ? [field.responseKey, ...field.below(rest)] : [];
  };
}

/**
 * An interface or a union. Where every object has the same fields of it, which type an object is of need not be
 * known: an @interfaceObject may not know. Else a table for each type, made when the type is first met: tables of
 * all types at every level would grow beyond what any answer needs.
 */
function abstractPosition(
  type: GraphQLAbstractType,
  coordinate: string,
  selectionSets: readonly SelectionSetNode[],
  from: Projectable,
): Position {
  const shared = sharedFields(type, selectionSets, from);
  if (shared !== undefined) {
    return objectPosition(type.name, shared, coordinate);
  }
  const possible = new Map(possibleTypes(from.schema, type).map((object) => [object.name, object]));
  const tables = new Map<string, readonly ProjectedField[]>();
  const fieldsOf = (object: GraphQLObjectType) => {
    const known = tables.get(object.name);
    if (known !== undefined) {
      return known;
    }
    const fields = compileFields(object, selectionSets, from);
    tables.set(object.name, fields);
    return fields;
  };
  const complete: Complete = (value, projecting, depth) => {
    if (!isJsonObject(value)) {
      return refuse(coordinate, type.name, projecting, depth);
    }
    const { __typename: typename } = value;
    const object = typeof typename === 'string' ? possible.get(typename) : undefined;
    return object === undefined
      ? unknownType(value, coordinate, projecting, depth)
      : projectShared(fieldsOf(object), value, projecting, depth);
  };
  const below: Below = (rest) => {
    for (const object of possible.values()) {
      const translated = belowFields(fieldsOf(object))(rest);
      if (translated.length > 0) {
        return translated;
      }
    }
    return [];
  };
  return { coordinate, nonNull: false, complete, below };
}

/** The fields of an abstract type, where all its objects have the same; undefined where they differ. */
function sharedFields(
  type: GraphQLAbstractType,
  selectionSets: readonly SelectionSetNode[],
  from: Projectable,
): readonly ProjectedField[] | undefined {
  const { fields, narrowed } = collectFields(type, selectionSets, from);
  const isShared = ([node]: readonly FieldNode[]) => {
    const name = node?.name.value ?? '';
    if (name === '__typename') {
      return true;
    }
    return (
      isInterfaceType(type) &&
      type.getFields()[name] !== undefined &&
      (from.denied.size === 0 || !isDeniedOnAny(type, name, from))
    );
  };
  if (narrowed || mayBeHidden(type, from) || ![...fields.values()].every(isShared)) {
    return undefined;
  }
  return [...fields.values()].map((nodes) => compileField(type, nodes, from));
}

function isDeniedOnAny(type: GraphQLAbstractType, name: string, from: Projectable): boolean {
  return possibleTypes(from.schema, type).some((object) => {
    const field = object.getFields()[name];
    return field !== undefined && deniedCoordinate(object, field, from.denied) !== undefined;
  });
}
