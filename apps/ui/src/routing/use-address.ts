import { useLocation, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';

/**
 * The path below the page's area, such as `/patrons/P0000001` for `/staff/patrons/P0000001`. It has no slash at the
 * end, except for the area itself: `/`.
 */
export const usePath = (): string =>
  useLocation({ select: ({ pathname }) => pathname.replace(/\/+$/, '') || '/' });

/** The value of a parameter in the open view's path, such as `$id` in `/patrons/$id`. */
export const usePathValue = (name: string): string =>
  useParams({ strict: false, select: (values: Readonly<Record<string, string>>) => values[name] ?? '' });

/**
 * The search parameters of the open view, and a function that replaces some of them. The parameters are choices in the
 * view. They survive a reload, a link and the browser's Back button. A parameter that is set to undefined is removed.
 * `after` and `page` are also removed, because another choice leads to the first page of another list.
 *
 * @param read returns the view's parameters for any address, even for a wrong one that somebody typed
 */
export function useSearchParameters<Search extends object>(
  read: (search: Readonly<Record<string, unknown>>) => Search,
): readonly [search: Search, change: (changed: Partial<Search>) => void] {
  const all: Readonly<Record<string, unknown>> = useSearch({ strict: false });
  const search = useMemo(() => read(all), [read, all]);
  const navigate = useNavigate();
  const change = useCallback(
    (changed: Partial<Search>) =>
      void navigate({
        to: '.',
        search: (before: object) => ({ ...before, after: undefined, page: undefined, ...changed }),
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return [search, change];
}
