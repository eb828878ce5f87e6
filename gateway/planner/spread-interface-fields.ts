import {
  type DocumentNode,
  doTypesOverlap,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** Fields that a document may come to, fragments spread out: each level multiplies what is below it. */
const maxFields = 1000;

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * The document with each field of an interface asked of every implementing type for itself. Where these have the field of
 * different types, or in different subgraphs, router-query-planner 0.0.38 may find no way to it: "No paths found". Undefined
 * where there is no such field, or the document would become too large.
 *
 *     { work { maker { name } } }
 *     { work { __typename ... on Book { maker { name } } ... on Film { maker { name } } } }
 */
export function spreadInterfaceFields(document: string, schema: GraphQLSchema): string | undefined {
  const parsed = parse(document, { noLocation: true });
  const fragments = fragmentsOf(parsed);
  const typeInfo = new TypeInfo(schema);
  const spread: DocumentNode = visit(
    parsed,
    visitWithTypeInfo(typeInfo, {
      SelectionSet: {
        // What stands below is spread already.
        leave: (set) => {
          const type = typeInfo.getParentType();
          return isInterfaceType(type) && set.selections.some(isInterfaceField)
            ? spreadSet(set, schema.getPossibleTypes(type), schema, fragments)
            : undefined;
        },
      },
    }),
  );
  return spread === parsed || sizeOf(spread) > maxFields ? undefined : print(spread);
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

function fragmentsOf({ definitions }: DocumentNode): Fragments {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [],
    ),
  );
}

function isInterfaceField(selection: SelectionNode): selection is FieldNode {
  return selection.kind === Kind.FIELD && !selection.name.value.startsWith('__');
}

function spreadSet(
  set: SelectionSetNode,
  objects: readonly GraphQLObjectType[],
  schema: GraphQLSchema,
  fragments: Fragments,
): SelectionSetNode {
  const onObject = (field: FieldNode, object: GraphQLObjectType): SelectionNode => {
    const type = getNamedType(object.getFields()[field.name.value]?.type);
    if (field.selectionSet === undefined || !isCompositeType(type)) {
      return fragmentOn(object.name, field);
    }
    const below = field.selectionSet.selections.filter((each) => mayBeOf(type, each, schema, fragments));
    const selections = below.length === 0 ? [typename] : below;
    return fragmentOn(object.name, { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections } });
  };
  const selections = set.selections.flatMap((selection): readonly SelectionNode[] =>
    isInterfaceField(selection) ? objects.map((object) => onObject(selection, object)) : [selection],
  );
  return { ...set, selections: [typename, ...selections] };
}

function fragmentOn(type: string, selection: SelectionNode): SelectionNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type } },
    selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
  };
}

function mayBeOf(
  type: GraphQLCompositeType,
  selection: SelectionNode,
  schema: GraphQLSchema,
  fragments: Fragments,
): boolean {
  if (selection.kind === Kind.FIELD) {
    return true;
  }
  const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
  const name = fragment?.typeCondition?.name.value;
  const condition = name === undefined ? type : schema.getType(name);
  return isCompositeType(condition) && doTypesOverlap(schema, type, condition);
}

/** The fields of a document, fragments spread out. */
function sizeOf(document: DocumentNode): number {
  const fragments = fragmentsOf(document);
  const sizes = new Map<SelectionSetNode, number>();
  const size = (set: SelectionSetNode | undefined): number => {
    if (set === undefined) {
      return 0;
    }
    const known = sizes.get(set);
    if (known !== undefined) {
      return known;
    }
    const total = set.selections.reduce(
      (sum, selection) =>
        sum +
        (selection.kind === Kind.FRAGMENT_SPREAD
          ? size(fragments.get(selection.name.value)?.selectionSet)
          : size(selection.selectionSet) + Number(selection.kind === Kind.FIELD)),
      0,
    );
    sizes.set(set, total);
    return total;
  };
  return document.definitions.reduce(
    (sum, definition) =>
      sum + (definition.kind === Kind.OPERATION_DEFINITION ? size(definition.selectionSet) : 0),
    0,
  );
}
