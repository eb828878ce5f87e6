import type { RequiredSelection } from './plan.ts';

/**
 * Returns the selections of a representation after some fields were removed from its lookup. `isDropped` gets a field's
 * key. The result has the entity's keys, and the values that the remaining fields require.
 *
 * Before: `... on Book { __typename isbn weight price }`, where `fee` requires `weight`, and `tax` requires `price`.
 * After, without `fee`: `... on Book { __typename isbn price }`.
 */
export function requiresWithout(
  requires: readonly RequiredSelection[],
  isDropped: (field: string) => boolean,
): readonly RequiredSelection[] {
  return requires.map((selection) => {
    if (selection.kind === 'field') {
      return selection;
    }
    const { selections, keys = [], dependents = [] } = selection;
    const kept = dependents.filter(({ key }) => !isDropped(key));
    return kept.length === dependents.length
      ? selection
      : {
          ...selection,
          selections: [
            ...selections.filter((each) => each.kind === 'field' && each.name === '__typename'),
            ...keys.flat(),
            ...kept.flatMap((dependent) => dependent.requires),
          ],
          dependents: kept,
        };
  });
}
