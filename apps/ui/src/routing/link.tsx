import type { AnchorHTMLAttributes, ReactNode } from 'react';
import { hrefOf } from './location.ts';

interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  /** A path below the page's area, with its query and fragment, such as `/patrons/P0000001`. */
  readonly to: string;
}

/** A link within the page. The page's frame handles its clicks (`followWithin`). */
export const Link = ({ to, children, ...rest }: LinkProps): ReactNode => (
  <a {...rest} href={hrefOf(to)}>
    {children}
  </a>
);
