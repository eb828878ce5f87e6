import type { RequiredSelection } from '../plan.ts';
import type { FlatKey, FlatKeyOf } from '../plan-steps.ts';
import type { TypeConditions } from '../type-conditions.ts';

/**
 * Returns a function that finds the flat key of an entity type, and remembers it. If a type's representation has only
 * leaves, the flat key is the list of these leaves. Most types have a flat key. Their entities are collected fast,
 * because the values are read one after the other, without recursion.
 *
 * In `... on Product { __typename id } ... on Shop { __typename region { code } }`, `Product` has the flat key `id`.
 * `Shop` has no flat key, because `region` is an object.
 */
export function compileFlatKeys(requires: readonly RequiredSelection[], types: TypeConditions): FlatKeyOf {
  const flatKeys = new Map<string, FlatKey | null>();
  return (typename) => {
    const existing = flatKeys.get(typename);
    if (existing !== undefined) {
      return existing;
    }
    if (!types.isObjectType(typename)) {
      return null;
    }
    const flatKey = flatKeyFor(typename, requires, types);
    flatKeys.set(typename, flatKey);
    return flatKey;
  };
}

function flatKeyFor(
  typename: string,
  requires: readonly RequiredSelection[],
  types: TypeConditions,
): FlatKey | null {
  const keysByName = new Map<string, string>();
  /** Returns false if a selection is not a leaf, or if two selections have the same name but different keys. */
  const collectLeaves = (selections: readonly RequiredSelection[]): boolean =>
    selections.every((selection) => {
      if (selection.kind === 'fragment') {
        return !types.matches(selection.typeCondition, typename) || collectLeaves(selection.selections);
      }
      const otherKey = keysByName.get(selection.name);
      keysByName.set(selection.name, selection.key);
      return selection.selections === undefined && (otherKey ?? selection.key) === selection.key;
    });
  if (!collectLeaves(requires) || keysByName.get('__typename') !== '__typename') {
    return null;
  }
  keysByName.delete('__typename');
  return { fields: [...keysByName].map(([name, key]) => ({ key, name })) };
}
