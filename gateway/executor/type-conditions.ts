import { type DocumentNode, Kind } from 'graphql';

/**
 * Decides which type conditions an object satisfies, by its `__typename`. Types that clients can't see are included.
 *
 * With `type Book implements Media`, `matches('Media', 'Book')` is true, and `matches('Media', 'Maker')` is false.
 */
export interface TypeConditions {
  /**
   * Whether an object of the type `typename` satisfies the condition. If `typename` is not a string, the type is
   * unknown, and the object satisfies every condition.
   */
  matches(condition: string, typename: unknown): boolean;
  isObjectType(name: unknown): boolean;
  /** The object types of an interface or a union. */
  objectTypesOf(abstract: string): readonly string[];
}

/** Reads the types of a supergraph, or of any other schema. */
export function typeConditionsOf(schema: DocumentNode): TypeConditions {
  const objectTypes = new Set<string>();
  const members = new Map<string, Set<string>>();
  const addMember = (abstract: string, member: string) => {
    const otherMembers = members.get(abstract);
    if (otherMembers === undefined) {
      members.set(abstract, new Set([member]));
    } else {
      otherMembers.add(member);
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
      // An interface can also be the type of an object: the `__typename` of an @interfaceObject is its interface's
      // name.
      for (const { name } of definition.interfaces ?? []) {
        addMember(name.value, definition.name.value);
      }
    } else if (definition.kind === Kind.UNION_TYPE_DEFINITION) {
      for (const { name } of definition.types ?? []) {
        addMember(definition.name.value, name.value);
      }
    }
  }
  const objectTypesOf = new Map(
    [...members].map(([abstract, names]) => [abstract, [...names].filter((name) => objectTypes.has(name))]),
  );
  return {
    matches: (condition, typename) =>
      typeof typename !== 'string' ||
      typename === condition ||
      members.get(condition)?.has(typename) === true,
    isObjectType: (name) => typeof name === 'string' && objectTypes.has(name),
    objectTypesOf: (abstract) => objectTypesOf.get(abstract) ?? [],
  };
}
