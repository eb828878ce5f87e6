import { type ReactNode, useEffect, useRef } from 'react';
import { useTexts } from '../language/language.tsx';
import { uiTexts } from '../language/texts.ts';
import { useKeptFocus } from './keep-focus.ts';

/** The first view of a visit is not announced: the browser does that. */
let isFirstView = true;

interface PageProps {
  readonly title: string;
  /** In place of a title that names a person: browsers keep the titles of documents. */
  readonly documentTitle?: string;
  /** Buttons and links beside the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** One view: its title and its content. It takes the focus, for screen readers, unless a field in it has it, and keeps it. */
export function Page({ title, documentTitle = title, actions, children }: PageProps): ReactNode {
  const { library } = useTexts(uiTexts);
  const main = useRef<HTMLElement>(null);
  useKeptFocus(main);
  useEffect(() => {
    document.title = `${documentTitle} · ${library}`;
  }, [documentTitle, library]);
  useEffect(() => {
    if (!isFirstView && !main.current?.contains(document.activeElement)) {
      main.current?.focus({ preventScroll: true });
      window.scrollTo(0, 0);
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

/** A part of a view, with its heading. */
export const Section = ({
  title,
  actions,
  children,
}: {
  readonly title: string;
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}): ReactNode => (
  <section className="card" aria-label={title}>
    <div className="section-head">
      <h2>{title}</h2>
      {actions !== undefined && <div className="actions">{actions}</div>}
    </div>
    {children}
  </section>
);
