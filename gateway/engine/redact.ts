import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isValueNode,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { withoutUndefined } from '../../platform/without-undefined.ts';

/**
 * Returns the errors of parsing and validation for the client, without the values in the document. graphql-js quotes
 * literals in its messages, and a literal may be an identity number (R30). The line and column stay, so that the client
 * can find the literal.
 *
 * Before: `Enum "State" cannot represent non-enum value: "A1234567".`
 * After: `Expected a value of type "State" for "state": ON, OFF.`
 *
 * A client that may not introspect must not learn the schema from errors. Without `mayIntrospect`, errors don't have
 * the values of an enum or the names that graphql-js suggests.
 */
export function redactErrors(
  errors: readonly Error[],
  source: string,
  schema: GraphQLSchema,
  { maxTokens, mayIntrospect }: RedactOptions,
): GraphQLFormattedError[] {
  const document = parseOrNull(source, maxTokens);
  const types = document === null ? new Map<number, ExpectedType>() : literalTypes(document, schema);
  const code = document === null ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED';
  return errors.map((error) =>
    withoutUndefined({
      message: messageFor(error, types, mayIntrospect),
      locations: error instanceof GraphQLError ? error.locations : undefined,
      extensions: { code: ownCodeOf(error) ?? code },
    }),
  );
}

interface RedactOptions {
  readonly maxTokens: number;
  readonly mayIntrospect: boolean;
}

function messageFor(error: Error, types: ReadonlyMap<number, ExpectedType>, mayIntrospect: boolean): string {
  const message = withoutToken(messageWithoutLiteral(error, types, mayIntrospect) ?? error.message);
  return mayIntrospect ? message : message.replace(/ Did you mean .*/s, '');
}

/**
 * Returns the code of an error that the gateway has created. Undefined for errors of graphql-js, which have no code.
 */
function ownCodeOf(error: Error): string | undefined {
  const code: unknown = error instanceof GraphQLError ? error.extensions.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/**
 * The type of a literal, and the argument or input field that it is in. `name` is null in the default value of a
 * variable.
 */
interface ExpectedType {
  readonly type: GraphQLInputType;
  readonly name: string | null;
}

/**
 * Returns a message that names the expected type and the argument instead of the wrong literal. Null if the error quotes
 * no literal.
 */
function messageWithoutLiteral(
  error: Error,
  types: ReadonlyMap<number, ExpectedType>,
  namesValues: boolean,
): string | null {
  const literal = error instanceof GraphQLError ? error.nodes?.find(isValueNode) : undefined;
  const start = literal?.loc?.start;
  // The message about a missing field of an input object begins with `Field "`. It quotes no value, so it stays.
  if (start === undefined || error.message.startsWith('Field "')) {
    return null;
  }
  const { type = null, name = null } = types.get(start) ?? {};
  const named = type === null ? null : getNamedType(type);
  const values =
    namesValues && isEnumType(named)
      ? `: ${named
          .getValues()
          .map(({ name }) => name)
          .join(', ')}`
      : '';
  const target = name === null ? '' : ` for "${name}"`;
  return `Expected a value of type "${type ?? 'unknown'}"${target}${values}.`;
}

/** Returns the expected type of each literal, by the literal's offset in the text of the document. */
function literalTypes(document: DocumentNode, schema: GraphQLSchema): Map<number, ExpectedType> {
  const types = new Map<number, ExpectedType>();
  const typeInfo = new TypeInfo(schema);
  /** The arguments and input fields that the visitor is in. */
  const names: string[] = [];
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      enter(node) {
        if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) {
          names.push(node.name.value);
        }
        const type = typeInfo.getInputType();
        if (type != null && isValueNode(node) && node.loc !== undefined) {
          types.set(node.loc.start, { type, name: names.at(-1) ?? null });
        }
      },
      leave(node) {
        if (node.kind === Kind.ARGUMENT || node.kind === Kind.OBJECT_FIELD) {
          names.pop();
        }
      },
    }),
  );
  return types;
}

/** Removes the text of the unexpected token, which a syntax error quotes. The kind of token stays. */
function withoutToken(message: string): string {
  return message.replace(/\b(Name|Int|Float|String|BlockString) ".*"/s, '$1');
}

function parseOrNull(source: string, maxTokens: number): DocumentNode | null {
  try {
    return parse(source, { maxTokens });
  } catch {
    return null;
  }
}
