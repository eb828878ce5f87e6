import type { ReactNode } from 'react';
import { Link } from '../routing/link.tsx';
import { usePath } from '../routing/use-address.ts';

/**
 * Links to the views of a page. Marks the link to the open view, or to the view above it: `/patrons` for
 * `/patrons/P0000001`.
 */
export function Navigation({
  label,
  items,
}: {
  readonly label: string;
  readonly items: readonly { readonly to: string; readonly text: string }[];
}): ReactNode {
  const path = usePath();
  return (
    <nav className="navigation" aria-label={label}>
      <ul>
        {items.map(({ to, text }) => {
          const isAbove = to !== '/' && path.startsWith(`${to}/`);
          return (
            <li key={to}>
              <Link to={to} aria-current={isAbove || undefined}>
                {/* The bold text of the open view needs the same width as the others, or the links beside it would move. */}
                <span className="steady" data-text={text}>
                  {text}
                </span>
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
