import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** The reason why a caller may not read a field or a type. */
export interface Denial {
  readonly code: 'UNAUTHENTICATED' | 'FORBIDDEN';
  readonly message: string;
}

/**
 * The reasons for everything that is denied to a caller, by schema coordinate: `Type.field`, or `Type` for every field
 * of this type.
 */
export type Denials = ReadonlyMap<string, Denial>;

export const noDenials: Denials = new Map();

/** A type that objects can have: an object type, or an interface that no object type implements. */
export type TypeOfObjects = GraphQLObjectType | GraphQLInterfaceType;

/**
 * The types that objects of this type may have. For an interface without object types, the result is the interface: an
 * `@interfaceObject` may have objects before any type is known.
 */
export function possibleTypes(schema: GraphQLSchema, type: GraphQLCompositeType): readonly TypeOfObjects[] {
  if (!isAbstractType(type)) {
    return [type];
  }
  const types = schema.getPossibleTypes(type);
  return types.length === 0 && isInterfaceType(type) ? [type] : types;
}

/** Whether objects have exactly this type, not a narrower one. */
export function isTypeOfObjects(schema: GraphQLSchema, type: GraphQLCompositeType): type is TypeOfObjects {
  return possibleTypes(schema, type)[0] === type;
}

/**
 * The coordinates that can deny `field` on objects of `type`: the coordinates of the field, of its parent types, and of
 * its own type. A denied field of an interface is denied on every type that implements the interface. If a type is
 * denied, every field of this type is denied.
 *
 * For `Book.author: Author`, where `Book implements Media` and `Media` has `author` too: `Book.author`, `Book`,
 * `Author`, `Media.author`, `Media`.
 */
function coordinatesOf(type: TypeOfObjects, field: GraphQLField<unknown, unknown>): string[] {
  const coordinates = [`${type.name}.${field.name}`, type.name, getNamedType(field.type).name];
  for (const parent of type.getInterfaces()) {
    if (parent.getFields()[field.name] !== undefined) {
      coordinates.push(`${parent.name}.${field.name}`, parent.name);
    }
  }
  return coordinates;
}

/** The coordinate that denies `field` on objects of `type`. Undefined if the field is allowed. */
export function deniedCoordinate(
  type: TypeOfObjects,
  field: GraphQLField<unknown, unknown>,
  denied: ReadonlySet<string>,
): string | undefined {
  return denied.size === 0
    ? undefined
    : coordinatesOf(type, field).find((coordinate) => denied.has(coordinate));
}

/** All coordinates that can deny a field of this document. */
export function coordinatesIn(document: DocumentNode, schema: GraphQLSchema): ReadonlySet<string> {
  const coordinates = new Set<string>();
  const visited = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      Field() {
        const parent = typeInfo.getParentType();
        const name = typeInfo.getFieldDef()?.name;
        // Each field is looked at only once. A document may select it under many aliases, and its type may have
        // thousands of possible types.
        if (parent == null || name === undefined || visited.has(`${parent.name}.${name}`)) {
          return;
        }
        visited.add(`${parent.name}.${name}`);
        for (const type of isObjectType(parent) || isInterfaceType(parent)
          ? possibleTypes(schema, parent)
          : []) {
          const field = type.getFields()[name];
          for (const coordinate of field === undefined ? [] : coordinatesOf(type, field)) {
            coordinates.add(coordinate);
          }
        }
      },
    }),
  );
  return coordinates;
}
