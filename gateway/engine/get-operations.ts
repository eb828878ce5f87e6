import { type DocumentNode, getOperationAST, Kind, OperationTypeNode, type SelectionNode } from 'graphql';

/** True where the operation reads only these root fields (null for all), or the schema itself. */
export function isGetOperation(
  document: DocumentNode,
  operationName: string | undefined,
  fields: ReadonlySet<string> | null,
): boolean {
  const operation = getOperationAST(document, operationName);
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((definition) => [definition.name.value, definition.selectionSet.selections]),
  );
  // Once each: fragments that spread others twice would be looked at without end.
  const seen = new Set<string>();
  const safe = (selection: SelectionNode): boolean => {
    switch (selection.kind) {
      case Kind.FIELD:
        return fields === null || fields.has(selection.name.value) || selection.name.value.startsWith('__');
      case Kind.INLINE_FRAGMENT:
        return selection.selectionSet.selections.every(safe);
      case Kind.FRAGMENT_SPREAD:
        if (seen.has(selection.name.value)) {
          return true;
        }
        seen.add(selection.name.value);
        return fragments.get(selection.name.value)?.every(safe) === true;
      default: {
        const missed: never = selection;
        return missed;
      }
    }
  };
  // No operation: which one is meant can't be told, and the engine says so.
  return (
    operation == null ||
    (operation.operation === OperationTypeNode.QUERY && operation.selectionSet.selections.every(safe))
  );
}
