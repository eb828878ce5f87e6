import { type DocumentNode, Kind } from 'graphql';

/** Which type conditions an object meets, by its `__typename`; inaccessible types included. */
export interface TypeConditions {
  /** True where an object of type `typename` is a `condition`. An unknown `typename` (undefined) may be anything. */
  matches(condition: string, typename: unknown): boolean;
  isObjectType(name: unknown): boolean;
  /** The object types of an interface or a union. */
  objectTypesOf(abstract: string): readonly string[];
}

/** Reads a supergraph's (or any schema's) type definitions. */
export function typeConditionsOf(schema: DocumentNode): TypeConditions {
  const objectTypes = new Set<string>();
  const members = new Map<string, Set<string>>();
  const addMember = (abstract: string, member: string) => {
    const known = members.get(abstract);
    if (known === undefined) {
      members.set(abstract, new Set([member]));
    } else {
      known.add(member);
    }
  };
  for (const definition of schema.definitions) {
    if (
      definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION
    ) {
      if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
        objectTypes.add(definition.name.value);
      }
      // An interface is a member, too: an @interfaceObject says its interface's name for its `__typename`.
      for (const { name } of definition.interfaces ?? []) {
        addMember(name.value, definition.name.value);
      }
    } else if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const { name } of definition.types ?? []) {
        addMember(definition.name.value, name.value);
      }
    }
  }
  return {
    matches: (condition, typename) =>
      typename === undefined ||
      typename === condition ||
      (typeof typename === 'string' && members.get(condition)?.has(typename) === true),
    isObjectType: (name) => typeof name === 'string' && objectTypes.has(name),
    objectTypesOf: (abstract) => [...(members.get(abstract) ?? [])].filter((name) => objectTypes.has(name)),
  };
}
