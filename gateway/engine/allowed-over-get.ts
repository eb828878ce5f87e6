import { type DocumentNode, getOperationAST, Kind, OperationTypeNode, type SelectionNode } from 'graphql';

/**
 * Whether GET may serve an operation: a query whose root fields are all in `fields` (null: any), introspection fields
 * apart.
 *
 * With `fields` of `item`: `{ item(itemNumber: "1") { title } __typename }` is allowed, `{ item(…) { title } me { id } }`
 * and every mutation are not.
 */
export function isAllowedOverGet(
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
  // Each fragment is checked once: fragments that each spread the next twice would take exponential time.
  const checkedFragments = new Set<string>();
  const isAllowed = (selection: SelectionNode): boolean => {
    switch (selection.kind) {
      case Kind.FIELD:
        return fields === null || fields.has(selection.name.value) || selection.name.value.startsWith('__');
      case Kind.INLINE_FRAGMENT:
        return selection.selectionSet.selections.every(isAllowed);
      case Kind.FRAGMENT_SPREAD:
        if (checkedFragments.has(selection.name.value)) {
          return true;
        }
        checkedFragments.add(selection.name.value);
        return fragments.get(selection.name.value)?.every(isAllowed) === true;
      default: {
        const unreachable: never = selection;
        return unreachable;
      }
    }
  };
  // Without an operation, none can be chosen by this name: the engine answers with that error.
  return (
    operation == null ||
    (operation.operation === OperationTypeNode.QUERY && operation.selectionSet.selections.every(isAllowed))
  );
}
