import { Link as RouterLink } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, ReactNode } from 'react';

interface LinkProps
  extends Pick<
    AnchorHTMLAttributes<HTMLAnchorElement>,
    'children' | 'className' | 'aria-current' | 'aria-keyshortcuts'
  > {
  /** A path below the page's area, such as `/patrons/P0000001`. */
  readonly to: string;
  readonly search?: Readonly<Record<string, string>> | undefined;
}

/** A link within the page. `aria-current` is `page` if it leads to the open view. */
export const Link = ({ search = {}, ...rest }: LinkProps): ReactNode => (
  <RouterLink
    {...rest}
    search={search}
    activeOptions={{ exact: true, includeSearch: false }}
    activeProps={{}}
  />
);
