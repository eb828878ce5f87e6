import { ChangeType, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildASTSchema, type GraphQLSchema, isInputObjectType, parse, visit } from 'graphql';

/**
 * The schema that clients rely on: names, types, arguments and their defaults. Directives such as guards and costs are
 * left out, because they may change.
 */
function schemaOf(sdl: string): GraphQLSchema {
  const document = visit(parse(sdl), {
    Directive: ({ name }) => (name.value === 'oneOf' ? undefined : null),
  });
  return buildASTSchema(document, { assumeValidSDL: true });
}

/** The inspector calls these changes only dangerous, but they affect a client that relies on a default. */
const defaultChanges = new Set<string>([
  ChangeType.FieldArgumentDefaultChanged,
  ChangeType.InputFieldDefaultValueChanged,
]);

/** The changes from one SDL to another that break a promise to clients: a message for each, or an empty list. */
export async function broken(promised: string, served: string): Promise<string[]> {
  const before = schemaOf(promised);
  const after = schemaOf(served);
  const changes = await diff(before, after);
  return [
    ...changes
      .filter(
        ({ type, criticality }) =>
          defaultChanges.has(type) ||
          (criticality.level === CriticalityLevel.Breaking && !type.startsWith('DIRECTIVE_')),
      )
      .map(({ message }) => message),
    ...oneOfAdded(before, after),
  ];
}

/**
 * Inputs that accepted any number of fields and now take exactly one (`@oneOf`). The inspector doesn't report these.
 */
function oneOfAdded(before: GraphQLSchema, after: GraphQLSchema): string[] {
  return Object.values(before.getTypeMap()).flatMap((type) => {
    const now = after.getType(type.name);
    return isInputObjectType(type) && !type.isOneOf && isInputObjectType(now) && now.isOneOf
      ? [`Input '${type.name}' became @oneOf`]
      : [];
  });
}
