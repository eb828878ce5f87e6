import { type GraphQLResolveInfo, Kind, type SelectionSetNode } from 'graphql';

export type SelectedFields = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments'>;

/** Whether the client selects one of these fields of an object, directly or in a fragment. */
export function selects({ fieldNodes, fragments }: SelectedFields, names: readonly string[]): boolean {
  const isIn = (node: SelectionSetNode | undefined): boolean =>
    node?.selections.some((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return names.includes(selection.name.value);
        case Kind.INLINE_FRAGMENT:
          return isIn(selection.selectionSet);
        default:
          return isIn(fragments[selection.name.value]?.selectionSet);
      }
    }) ?? false;
  return fieldNodes.some(({ selectionSet }) => isIn(selectionSet));
}
