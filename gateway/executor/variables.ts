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
import { isJsonObject } from './json.ts';

/** The coerced variables, or what is wrong with them: where, and what was wanted, never the value (R30). */
export type CoercedVariables =
  | { readonly ok: true; readonly values: Record<string, unknown> }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Problems that one request is told of. */
const maxProblems = 20;
/** Input objects within input objects. */
const maxDepth = 32;

class Problems {
  readonly messages: string[] = [];

  add(message: string): undefined {
    if (this.messages.length < maxProblems) {
      this.messages.push(message);
    }
    return undefined;
  }

  /** `where` is made of names of the schema and of indexes alone. */
  wanted(where: string, type: GraphQLInputType | string): undefined {
    return this.add(`Variable "$${where}" must be ${/^[AEIO]/.test(String(type)) ? 'an' : 'a'} ${type}.`);
  }
}

/** The spec's CoerceVariableValues(), defaults and @oneOf included. */
export function coerceVariables(
  definitions: readonly VariableDefinitionNode[],
  inputs: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): CoercedVariables {
  const problems = new Problems();
  const values: Record<string, unknown> = Object.create(null);
  for (const definition of definitions) {
    const name = definition.variable.name.value;
    const type = typeFromAST(schema, definition.type);
    if (!isInputType(type)) {
      throw new Error(`the variable $${name} has no input type: the document was not validated`);
    }
    if (Object.hasOwn(inputs, name) && inputs[name] !== undefined) {
      values[name] = coerce(inputs[name], type, name, 0, problems);
    } else if (definition.defaultValue !== undefined) {
      values[name] = valueFromAST(definition.defaultValue, type);
    } else if (isNonNullType(type)) {
      problems.wanted(name, type);
    }
  }
  return problems.messages.length === 0 ? { ok: true, values } : { ok: false, problems: problems.messages };
}

/** Undefined where there is a problem. */
function coerce(
  value: unknown,
  type: GraphQLInputType,
  where: string,
  depth: number,
  problems: Problems,
): unknown {
  if (value === null || value === undefined) {
    return isNonNullType(type) ? problems.wanted(where, type) : null;
  }
  const nullable = isNonNullType(type) ? type.ofType : type;
  if (isListType(nullable)) {
    const { ofType } = nullable;
    // A lone value is a list of one.
    return Array.isArray(value)
      ? value.map((item, index) => coerce(item, ofType, `${where}[${index}]`, depth, problems))
      : [coerce(value, ofType, where, depth, problems)];
  }
  if (isInputObjectType(nullable)) {
    return isJsonObject(value) && depth < maxDepth
      ? coerceFields(value, nullable, where, depth + 1, problems)
      : problems.wanted(where, type);
  }
  try {
    return nullable.parseValue(value) ?? problems.wanted(where, type);
  } catch {
    // The scalar's own message quotes the value.
    return problems.wanted(where, type);
  }
}

function coerceFields(
  value: Readonly<Record<string, unknown>>,
  type: GraphQLInputObjectType,
  where: string,
  depth: number,
  problems: Problems,
): Record<string, unknown> | undefined {
  const fields = type.getFields();
  const coerced: Record<string, unknown> = {};
  for (const { name, type: fieldType, defaultValue } of Object.values(fields)) {
    if (Object.hasOwn(value, name) && value[name] !== undefined) {
      coerced[name] = coerce(value[name], fieldType, `${where}.${name}`, depth, problems);
    } else if (defaultValue !== undefined) {
      coerced[name] = defaultValue;
    } else if (isNonNullType(fieldType)) {
      problems.wanted(`${where}.${name}`, fieldType);
    }
  }
  if (Object.keys(value).some((name) => !Object.hasOwn(fields, name))) {
    // A key may be what a person typed.
    return problems.add(`Variable "$${where}" has a field that ${type.name} does not have.`);
  }
  if (type.isOneOf) {
    const given = Object.values(coerced);
    if (given.length !== 1 || given[0] === null) {
      return problems.add(`Variable "$${where}" must have exactly one field of ${type.name}, and not null.`);
    }
  }
  return coerced;
}
