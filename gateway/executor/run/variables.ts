import {
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';
import { isJsonObject } from '../json.ts';

/** The coerced variables, or what is wrong with them: where, and what was wanted, never the value (R30). */
export type CoercedVariables =
  | { readonly ok: true; readonly values: Record<string, unknown> }
  | { readonly ok: false; readonly problems: readonly string[] };

/** How much variables may hold; a request with more is refused. */
export interface VariableBounds {
  /** Items of one list. */
  readonly maxItems: number;
  /** Values in all: leaves, lists and objects, each counted. */
  readonly maxValues: number;
}

/** Problems that one request is told of; nothing is looked at after the last of them. */
const maxProblems = 20;
/** Input objects within input objects. */
const maxDepth = 32;

/** Where a value stands, for messages: written out only where there is a problem. */
interface Place {
  readonly parent: Place | null;
  readonly key: string | number;
}

/** A variable's name, then names of the schema and indexes alone. */
function written({ parent, key }: Place): string {
  if (parent === null) {
    return `$${key}`;
  }
  return typeof key === 'number' ? `${written(parent)}[${key}]` : `${written(parent)}.${key}`;
}

/** What has been found while the variables of one request are coerced. */
class Coercion {
  readonly problems: string[] = [];
  readonly bounds: VariableBounds;
  #values = 0;
  #tooMany = false;

  constructor(bounds: VariableBounds) {
    this.bounds = bounds;
  }

  /** Whether nothing more needs to be looked at: the request is refused, and all that it is told is known. */
  get isOver(): boolean {
    return this.#tooMany || this.problems.length === maxProblems;
  }

  /** Counts one more value. False where it is not to be looked at. */
  enter(): boolean {
    if (this.isOver) {
      return false;
    }
    this.#values += 1;
    if (this.#values > this.bounds.maxValues) {
      this.#tooMany = true;
      this.problems.push(`The variables have more than ${this.bounds.maxValues} values.`);
    }
    return !this.#tooMany;
  }

  add(place: Place, problem: string): undefined {
    if (!this.isOver) {
      this.problems.push(`Variable "${written(place)}" ${problem}`);
    }
    return undefined;
  }

  wanted(place: Place, type: GraphQLInputType): undefined {
    return this.add(place, `must be ${/^[AEIO]/.test(String(type)) ? 'an' : 'a'} ${type}.`);
  }
}

/** The spec's CoerceVariableValues(), defaults and @oneOf included. */
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
    const place: Place = { parent: null, key: name };
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) {
      throw new Error(`the variable $${name} has no input type: the document was not validated`);
    }
    if (Object.hasOwn(inputs, name) && inputs[name] !== undefined) {
      values[name] = coerce(inputs[name], type, place, 0, coercion);
    } else if (definition.defaultValue !== undefined) {
      values[name] = valueFromAST(definition.defaultValue, type);
    } else if (isNonNullType(type)) {
      coercion.wanted(place, type);
    }
  }
  const { problems } = coercion;
  return problems.length === 0 ? { ok: true, values } : { ok: false, problems };
}

/** Undefined where there is a problem. */
function coerce(
  value: unknown,
  type: GraphQLInputType,
  place: Place,
  depth: number,
  coercion: Coercion,
): unknown {
  if (!coercion.enter()) {
    return undefined;
  }
  if (value === null || value === undefined) {
    return isNonNullType(type) ? coercion.wanted(place, type) : null;
  }
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    // A lone value is a list of one.
    return Array.isArray(value)
      ? coerceItems(value, nullable.ofType, place, depth, coercion)
      : [coerce(value, nullable.ofType, place, depth, coercion)];
  }
  if (isInputObjectType(nullable)) {
    return isJsonObject(value) && depth < maxDepth
      ? coerceFields(value, nullable, place, depth + 1, coercion)
      : coercion.wanted(place, type);
  }
  try {
    return nullable.parseValue(value) ?? coercion.wanted(place, type);
  } catch {
    // The scalar's own message quotes the value.
    return coercion.wanted(place, type);
  }
}

function coerceItems(
  items: readonly unknown[],
  type: GraphQLInputType,
  place: Place,
  depth: number,
  coercion: Coercion,
): unknown[] | undefined {
  const { maxItems } = coercion.bounds;
  if (items.length > maxItems) {
    return coercion.add(place, `has more than ${maxItems} items.`);
  }
  const coerced: unknown[] = [];
  for (const [key, item] of items.entries()) {
    if (coercion.isOver) {
      break;
    }
    coerced.push(coerce(item, type, { parent: place, key }, depth, coercion));
  }
  return coerced;
}

function coerceFields(
  value: Readonly<Record<string, unknown>>,
  type: GraphQLInputObjectType,
  place: Place,
  depth: number,
  coercion: Coercion,
): Record<string, unknown> | undefined {
  const fields = type.getFields();
  const coerced: Record<string, unknown> = {};
  for (const { name, type: fieldType, defaultValue } of Object.values(fields)) {
    const below: Place = { parent: place, key: name };
    if (Object.hasOwn(value, name) && value[name] !== undefined) {
      coerced[name] = coerce(value[name], fieldType, below, depth, coercion);
    } else if (defaultValue !== undefined) {
      coerced[name] = defaultValue;
    } else if (isNonNullType(fieldType)) {
      coercion.wanted(below, fieldType);
    }
  }
  if (Object.keys(value).some((name) => !Object.hasOwn(fields, name))) {
    // A key may be what a person typed.
    return coercion.add(place, `has a field that ${type.name} does not have.`);
  }
  if (type.isOneOf) {
    const given = Object.values(coerced);
    if (given.length !== 1 || given[0] === null) {
      return coercion.add(place, `must have exactly one field of ${type.name}, and not null.`);
    }
  }
  return coerced;
}
