import { type ReactNode, useEffect, useRef } from 'react';
import { useLibraryName } from '../language/names.ts';
import { useKeptFocus } from './keep-focus.ts';

/**
 * Only later views take the focus when they are opened, so that screen readers announce them. The browser itself
 * announces the first view.
 */
let isFirstView = true;

interface PageProps {
  readonly title: string;
  /**
   * The document's title, if it must differ from `title`. Use it if `title` names a person, because browsers keep the
   * titles of documents.
   */
  readonly documentTitle?: string;
  /** Buttons and links beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/**
 * A view with its title and content. A new view takes the focus for screen readers, unless the focus is already within
 * the view. If the focused element is removed later, the view takes the focus.
 */
export function Page({ title, documentTitle = title, actions, children }: PageProps): ReactNode {
  const library = useLibraryName();
  const main = useRef<HTMLElement>(null);
  useKeptFocus(main);
  useEffect(() => {
    document.title = `${documentTitle} · ${library}`;
  }, [documentTitle, library]);
  useEffect(() => {
    if (!isFirstView && !main.current?.contains(document.activeElement)) {
      main.current?.focus({ preventScroll: true });
    }
    isFirstView = false;
  }, []);
  return (
    <main id="content" ref={main} tabIndex={-1}>
      <div className="page-head">
        <h1>{title}</h1>
        {actions !== undefined && <div className="actions">{actions}</div>}
      </div>
      {children}
    </main>
  );
}

export const Section = ({
  title,
  actions,
  isScrolled = false,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  /** Whether the section scrolls by itself. Such a section is focusable, so that the keyboard can scroll it. */
  readonly isScrolled?: boolean;
  readonly children: ReactNode;
}): ReactNode => (
  <section className="card" aria-label={title} tabIndex={isScrolled ? 0 : undefined}>
    <div className="section-head">
      <h2>{title}</h2>
      {actions !== undefined && <div className="actions">{actions}</div>}
    </div>
    {children}
  </section>
);
