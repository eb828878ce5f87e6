import { ChangeType, CriticalityLevel, diff } from '@graphql-inspector/core';
import { buildASTSchema, type GraphQLSchema, isInputObjectType, parse, visit } from 'graphql';

/**
 * Clients were promised names, types, arguments and their defaults. Changes that break none of these are allowed, and so are
 * changes of a field's guards and costs.
 */
function schemaOf(sdl: string): GraphQLSchema {
  const document = visit(parse(sdl), {
    Directive: ({ name }) => (name.value === 'oneOf' ? undefined : null),
  });
  return buildASTSchema(document, { assumeValidSDL: true });
}

/** The inspector calls these only dangerous; but a client that relies on a default notices. */
const defaultChanges = new Set<string>([
  ChangeType.FieldArgumentDefaultChanged,
  ChangeType.InputFieldDefaultValueChanged,
]);

/** What of one SDL, which was promised, another one breaks: a message for each, empty where nothing is broken. */
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

/** An input that now takes exactly one field (`@oneOf`) where it took any: the inspector does not report that. */
function oneOfAdded(before: GraphQLSchema, after: GraphQLSchema): string[] {
  return Object.values(before.getTypeMap()).flatMap((type) => {
    const now = after.getType(type.name);
    return isInputObjectType(type) && !type.isOneOf && isInputObjectType(now) && now.isOneOf
      ? [`Input '${type.name}' became @oneOf`]
      : [];
  });
}
