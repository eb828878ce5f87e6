import {
  type ConstValueNode,
  type GraphQLEnumType,
  GraphQLID,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  isSpecifiedScalarType,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';
import { isJsonObject } from '../json.ts';
import { LongNumber } from '../long-number.ts';
import { isWritable, maxNesting } from '../nesting.ts';
import { Coercion, type InputPath, type VariableBounds } from './coercion.ts';
import { jsonOfLiteral } from './literal-json.ts';

/** The coerced variables, or their problems. A problem never contains a value (R30). */
export type CoercedVariables =
  | { readonly ok: true; readonly values: Record<string, unknown> }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The largest depth of nested input objects. */
const maxDepth = 32;

/**
 * Implements CoerceVariableValues() of the spec, with defaults and @oneOf.
 *
 * For `($ids: [ID!]!, $first: Int = 10)`, `{ "ids": 7 }` becomes `{ ids: ['7'], first: 10 }`. With `{ "ids": [null] }`
 * there is one problem: `Variable "$ids[0]" must be an ID!.`
 */
export function coerceVariables(
  definitions: readonly VariableDefinitionNode[],
  inputs: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
  bounds: VariableBounds,
): CoercedVariables {
  const coercion = new Coercion(bounds);
  const values: Record<string, unknown> = Object.create(null);
  for (const definition of definitions) {
    const name = definition.variable.name.value;
    const path: InputPath = { parent: null, key: name };
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) {
      throw new Error(`the variable $${name} has no input type: the document was not validated`);
    }
    if (Object.hasOwn(inputs, name) && inputs[name] !== undefined) {
      values[name] = coerce(inputs[name], type, path, 0, coercion);
    } else if (definition.defaultValue !== undefined) {
      values[name] = valueOfLiteral(definition.defaultValue, type);
    } else if (isNonNullType(type)) {
      coercion.addWrongType(path, type);
    }
  }
  const { problems } = coercion;
  return problems.length === 0 ? { ok: true, values } : { ok: false, problems };
}

/** The coerced value. It must not be used if a problem was added. */
function coerce(
  value: unknown,
  type: GraphQLInputType,
  path: InputPath,
  depth: number,
  coercion: Coercion,
): unknown {
  if (!coercion.countValue()) {
    return undefined;
  }
  if (value === null || value === undefined) {
    return isNonNullType(type) ? coercion.addWrongType(path, type) : null;
  }
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    // A value that is not a list becomes a list of one item.
    return Array.isArray(value)
      ? coerceItems(value, nullable.ofType, path, depth, coercion)
      : [coerce(value, nullable.ofType, path, depth, coercion)];
  }
  if (isInputObjectType(nullable)) {
    return isJsonObject(value) && depth < maxDepth
      ? coerceFields(value, nullable, path, depth + 1, coercion)
      : coercion.addWrongType(path, type);
  }
  if (!isWritable(value)) {
    return typeof value === 'number'
      ? coercion.addWrongType(path, type)
      : coercion.addProblem(
          path,
          `is nested more than ${maxNesting} levels deep, or has too large a number.`,
        );
  }
  try {
    return nullable.parseValue(numberFor(nullable, value)) ?? coercion.addWrongType(path, type);
  } catch {
    // The scalar's own message is not used: it would quote the value (R30).
    return coercion.addWrongType(path, type);
  }
}

/**
 * Returns the number in the form that its type parses. For an ID, a `LongNumber` becomes its text. For GraphQL's other
 * scalars it becomes a double. For a custom scalar it stays a `LongNumber`.
 */
function numberFor(type: GraphQLScalarType | GraphQLEnumType, value: unknown): unknown {
  if (value instanceof LongNumber && isSpecifiedScalarType(type)) {
    return type.name === GraphQLID.name ? value.integer : Number(value.text);
  }
  return value;
}

const unbounded: VariableBounds = { maxItems: Number.POSITIVE_INFINITY, maxValues: Number.POSITIVE_INFINITY };

/** The value of a valid literal. graphql-js would read numbers as doubles. This function keeps all digits. */
function valueOfLiteral(node: ConstValueNode, type: GraphQLInputType): unknown {
  return coerce(jsonOfLiteral(node), type, { parent: null, key: '' }, 0, new Coercion(unbounded));
}

const defaults = new WeakMap<GraphQLInputField, unknown>();

function defaultOf(field: GraphQLInputField): unknown {
  const node = field.astNode?.defaultValue;
  if (node !== undefined && !defaults.has(field)) {
    defaults.set(field, valueOfLiteral(node, field.type));
  }
  return node === undefined ? field.defaultValue : defaults.get(field);
}

function coerceItems(
  items: readonly unknown[],
  type: GraphQLInputType,
  path: InputPath,
  depth: number,
  coercion: Coercion,
): unknown[] | undefined {
  const { maxItems } = coercion.bounds;
  if (items.length > maxItems) {
    return coercion.addProblem(path, `has more than ${maxItems} items.`);
  }
  const coerced: unknown[] = [];
  for (const [key, item] of items.entries()) {
    if (coercion.isOver) {
      break;
    }
    coerced.push(coerce(item, type, { parent: path, key }, depth, coercion));
  }
  return coerced;
}

function coerceFields(
  value: Readonly<Record<string, unknown>>,
  type: GraphQLInputObjectType,
  path: InputPath,
  depth: number,
  coercion: Coercion,
): Record<string, unknown> | undefined {
  const fields = type.getFields();
  const coerced: Record<string, unknown> = {};
  for (const field of Object.values(fields)) {
    const { name, type: fieldType } = field;
    const fieldPath: InputPath = { parent: path, key: name };
    if (Object.hasOwn(value, name) && value[name] !== undefined) {
      coerced[name] = coerce(value[name], fieldType, fieldPath, depth, coercion);
    } else if (field.defaultValue !== undefined) {
      coerced[name] = defaultOf(field);
    } else if (isNonNullType(fieldType)) {
      coercion.addWrongType(fieldPath, fieldType);
    }
  }
  if (Object.keys(value).some((name) => !Object.hasOwn(fields, name))) {
    // The message doesn't name the field: a person may have typed it (R30).
    return coercion.addProblem(path, `has a field that ${type.name} does not have.`);
  }
  if (type.isOneOf) {
    const fieldValues = Object.values(coerced);
    if (fieldValues.length !== 1 || fieldValues[0] === null) {
      return coercion.addProblem(path, `must have exactly one field of ${type.name}, and not null.`);
    }
  }
  return coerced;
}
