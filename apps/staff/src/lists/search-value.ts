import { navigate, usePath, useSearch } from '@patron-graph/ui';

/**
 * A choice that is kept in the address of the open view, as in `?branch=HKCL`. The value is null if nothing is chosen.
 * An empty text removes the choice from the address.
 */
export function useSearchValue(
  name: string,
): readonly [value: string | null, choose: (value: string) => void] {
  const path = usePath();
  const search = useSearch();
  const choose = (value: string) => {
    const next = new URLSearchParams(search);
    if (value === '') {
      next.delete(name);
    } else {
      next.set(name, value);
    }
    navigate(`${path}${next.size === 0 ? '' : `?${next}`}`, { replace: true });
  };
  return [search.get(name), choose];
}
