import {
  coerceInputValue,
  type GraphQLFormattedError,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  valueFromAST,
} from 'graphql';

export type CoercedVariables =
  | { readonly values: Readonly<Record<string, unknown>> }
  | { readonly errors: readonly GraphQLFormattedError[] };

/** Wrong values named in one answer; the rest is left out. */
const mostErrors = 20;

/**
 * Checks the variables of an operation once, defaults included (section 6.1.2 of the GraphQL specification). Errors name
 * a value by path and type and never quote it, nor a key that only the client knows (R30).
 */
export function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  given: Readonly<Record<string, unknown>>,
): CoercedVariables {
  const values: Record<string, unknown> = {};
  const errors: GraphQLFormattedError[] = [];
  const refuse = (path: string, type: GraphQLInputType): void => {
    errors.push({
      message: `Variable "$${path}" must be a ${String(type)}.`,
      extensions: { code: 'BAD_USER_INPUT' },
    });
  };
  for (const { variable, type: typeNode, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode);
    if (!isInputType(type)) {
      throw new Error(`$${name} is of no input type: the document was not validated`);
    }
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined && defaultValue !== undefined) {
      values[name] = valueFromAST(defaultValue, type);
    } else if (value === undefined || value === null) {
      if (isNonNullType(type)) {
        refuse(name, type);
      } else if (value === null) {
        values[name] = null;
      }
    } else {
      values[name] = coerceInputValue(value, type, (path, _value, error) => {
        // The one message of graphql-js that says more than path and type, and quotes nothing of the client's.
        const [, missing] = /^Field "(\w+)" of required type/.exec(error.message) ?? [];
        const place = placeOf(name, type, missing === undefined ? path : [...path, missing]);
        refuse(place.path, place.type);
      });
    }
  }
  return errors.length === 0 ? { values } : { errors: errors.slice(0, mostErrors) };
}

/** The path as far as the schema knows it, and the type that was wanted there. */
function placeOf(
  name: string,
  variableType: GraphQLInputType,
  path: readonly (string | number)[],
): { path: string; type: GraphQLInputType } {
  let type = variableType;
  let text = name;
  for (const key of path) {
    const nullable: GraphQLInputType = isNonNullType(type) ? type.ofType : type;
    if (typeof key === 'number' && isListType(nullable)) {
      type = nullable.ofType;
      text += `[${key}]`;
    } else if (isInputObjectType(nullable)) {
      const field = nullable.getFields()[key];
      if (field === undefined) {
        break;
      }
      type = field.type;
      text += `.${key}`;
    }
  }
  return { path: text, type };
}
