import {
  buildASTSchema,
  type DocumentNode,
  type FieldNode,
  getNamedType,
  isCompositeType,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Gives each field of an operation that is of objects, and has no selection, `__typename` for one; an operation without such
 * fields stays as it is. Where router-query-planner 0.0.38 moves all that is asked of an object to another fetch, it leaves
 * the object's field alone, and no subgraph takes that. Mostly nothing more is wanted of it, for what a later fetch needs of
 * an object stands in the fetch that the object comes from; otherwise the later fetch fails, and the client is told.
 */
export function withSelections(supergraph: DocumentNode): (operation: string) => string {
  const schema = buildASTSchema(supergraph, { assumeValid: true, assumeValidSDL: true });
  return (operation) => {
    const typeInfo = new TypeInfo(schema);
    const document = parse(operation, { noLocation: true });
    const selected = visit(
      document,
      visitWithTypeInfo(typeInfo, {
        Field: (node): FieldNode | undefined =>
          node.selectionSet === undefined && isCompositeType(getNamedType(typeInfo.getType()))
            ? { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections: [typename] } }
            : undefined,
      }),
    );
    return selected === document ? operation : print(selected);
  };
}
