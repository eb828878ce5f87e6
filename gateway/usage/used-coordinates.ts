import {
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/**
 * The coordinates of the schema that a document uses, without introspection: fields, arguments, the types that it names,
 * and the input fields and enum values in its literals.
 *
 * `query ($by: By!) { books(by: $by, order: NEWEST) { ... on Novel { title } } }` uses `By`, `Query.books`,
 * `Query.books.by`, `Query.books.order`, `Order`, `Order.NEWEST`, `Novel` and `Novel.title`.
 * {@link addCoordinatesOfValue} adds the coordinates that the value of `$by` uses.
 */
export function usedCoordinates(document: DocumentNode, schema: GraphQLSchema): ReadonlySet<string> {
  const used = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      // A directive's arguments are not coordinates of a field.
      Directive: () => false,
      Field() {
        const coordinate = fieldAt(typeInfo);
        if (coordinate !== null) {
          used.add(coordinate);
        }
      },
      Argument({ name }) {
        const coordinate = fieldAt(typeInfo);
        if (coordinate !== null) {
          used.add(`${coordinate}.${name.value}`);
        }
      },
      ObjectValue({ fields }) {
        const type = getNamedType(typeInfo.getInputType());
        if (isInputObjectType(type)) {
          used.add(type.name);
          for (const { name } of fields) {
            used.add(`${type.name}.${name.value}`);
          }
        }
      },
      EnumValue({ value }) {
        const type = getNamedType(typeInfo.getInputType());
        if (isEnumType(type)) {
          used.add(type.name).add(`${type.name}.${value}`);
        }
      },
      NamedType({ name }) {
        used.add(name.value);
      },
    }),
  );
  return used;
}

/** The coordinate of the field that is visited. Null for introspection. */
function fieldAt(typeInfo: TypeInfo): string | null {
  const parent = typeInfo.getParentType();
  const field = typeInfo.getFieldDef();
  return parent == null || field == null || parent.name.startsWith('__') || field.name.startsWith('__')
    ? null
    : `${parent.name}.${field.name}`;
}

/** Whether a value of this type contains input fields or enum values, which have coordinates. */
export function hasCoordinates(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isInputObjectType(named) || isEnumType(named);
}

/**
 * Adds the coordinates that a value uses. A value of the wrong form adds nothing.
 *
 * `{ isbn: "…", order: NEWEST }` of the type `By` uses `By`, `By.isbn`, `By.order`, `Order` and `Order.NEWEST`.
 */
export function addCoordinatesOfValue(value: unknown, type: GraphQLInputType, used: Set<string>): void {
  if (isNonNullType(type)) {
    addCoordinatesOfValue(value, type.ofType, used);
  } else if (isListType(type)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      addCoordinatesOfValue(item, type.ofType, used);
    }
  } else if (isEnumType(type)) {
    if (typeof value === 'string' && type.getValue(value) !== undefined) {
      used.add(type.name).add(`${type.name}.${value}`);
    }
  } else if (isInputObjectType(type) && typeof value === 'object' && value !== null) {
    used.add(type.name);
    for (const field of Object.values(type.getFields())) {
      if (Object.hasOwn(value, field.name)) {
        used.add(`${type.name}.${field.name}`);
        addCoordinatesOfValue(Reflect.get(value, field.name), field.type, used);
      }
    }
  }
}
