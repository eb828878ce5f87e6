import {
  type DocumentNode,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isValueNode,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * What is wrong with a document, without a value that stands in it: graphql-js quotes literals in its messages, and a
 * literal may be an identity number (R30). Line and column stay, so the place can be found.
 */
export function withoutLiterals(
  errors: readonly Error[],
  source: string,
  schema: GraphQLSchema,
  maxTokens: number,
): GraphQLFormattedError[] {
  const document = parseOrNull(source, maxTokens);
  const types = document === null ? new Map<number, GraphQLInputType>() : literalTypes(document, schema);
  const code = document === null ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED';
  return errors.map((error) => ({
    message: withoutToken(wantedInstead(error, types) ?? error.message),
    ...(error instanceof GraphQLError && error.locations !== undefined && { locations: error.locations }),
    extensions: { code: ownCodeOf(error) ?? code },
  }));
}

/** Of an error that is ours; those of graphql-js have none. */
function ownCodeOf(error: Error): string | undefined {
  const code: unknown = error instanceof GraphQLError ? error.extensions.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** The type that was wanted where a literal is wrong; null where the error quotes none. */
function wantedInstead(error: Error, types: ReadonlyMap<number, GraphQLInputType>): string | null {
  const literal = error instanceof GraphQLError ? error.nodes?.find(isValueNode) : undefined;
  const start = literal?.loc?.start;
  // A missing field of an input object is named by its type, and quotes nothing.
  if (start === undefined || error.message.startsWith('Field "')) {
    return null;
  }
  const type = types.get(start);
  const named = getNamedType(type);
  const values = isEnumType(named)
    ? `: ${named
        .getValues()
        .map(({ name }) => name)
        .join(', ')}`
    : '';
  return `Expected a value of type "${type ?? 'unknown'}"${values}.`;
}

/** The input type wanted at each literal, by the literal's offset. */
function literalTypes(document: DocumentNode, schema: GraphQLSchema): Map<number, GraphQLInputType> {
  const types = new Map<number, GraphQLInputType>();
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      enter(node) {
        const type = typeInfo.getInputType();
        if (type != null && isValueNode(node) && node.loc !== undefined) {
          types.set(node.loc.start, type);
        }
      },
    }),
  );
  return types;
}

/** Syntax errors quote the token that they stumbled over: its kind is told, its text is not. */
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

/** An error's name and place. Its message may hold what a client sent (R30). */
export function withoutMessage(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) {
    return { name: typeof error };
  }
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  const code: unknown = Reflect.get(error, 'code');
  return {
    name: error.name,
    ...(typeof code === 'string' && { code }),
    frames: frames.slice(0, 5).map((line) => line.trim()),
  };
}

/** What led to an error, told in the same way. */
export function causeOf(error: unknown): Record<string, unknown> {
  return error instanceof Error && error.cause !== undefined ? { cause: withoutMessage(error.cause) } : {};
}
