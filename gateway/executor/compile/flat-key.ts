import type { JsonObject } from '../json.ts';
import type { RequiredSelection } from '../plan.ts';
import type { TypeConditions } from '../type-conditions.ts';

/** What represents an entity of one type besides its `__typename`, where that is nothing but fields without fields. */
export interface FlatKey {
  readonly fields: readonly { readonly key: string; readonly name: string }[];
}

/** Most entities are represented by scalars alone. Null for a type whose entities are not, and for one that is unknown. */
export type FlatKeyOf = (typename: string) => FlatKey | null;

export function compileFlatKeys(requires: readonly RequiredSelection[], types: TypeConditions): FlatKeyOf {
  const known = new Map<string, FlatKey | null>();
  return (typename) => {
    const before = known.get(typename);
    if (before !== undefined) {
      return before;
    }
    if (!types.isObjectType(typename)) {
      return null;
    }
    const key = flatKey(typename, requires, types);
    known.set(typename, key);
    return key;
  };
}

function flatKey(
  typename: string,
  requires: readonly RequiredSelection[],
  types: TypeConditions,
): FlatKey | null {
  const keys = new Map<string, string>();
  const gatherFields = (selections: readonly RequiredSelection[]): boolean =>
    selections.every((selection) => {
      if (selection.kind === 'fragment') {
        return !types.matches(selection.typeCondition, typename) || gatherFields(selection.selections);
      }
      const before = keys.get(selection.name);
      keys.set(selection.name, selection.key);
      return selection.selections === undefined && (before ?? selection.key) === selection.key;
    });
  if (!gatherFields(requires) || keys.get('__typename') !== '__typename') {
    return null;
  }
  keys.delete('__typename');
  return { fields: [...keys].map(([name, key]) => ({ key, name })) };
}

/** Whether the entity has nothing besides what represents it. */
export function isNothingElse(entity: JsonObject, { fields }: FlatKey): boolean {
  // Counted one by one: a list of the keys of each entity would be garbage at once.
  let count = 0;
  for (const _key in entity) {
    count++;
  }
  return count === fields.length + 1;
}
