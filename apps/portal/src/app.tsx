import contents from 'virtual:contents';
import { type ReactNode, useEffect, useRef } from 'react';
import { GuidePage } from './guide-page.tsx';
import { followWithin, usePath } from './location.ts';
import { ReferencePage } from './reference-page.tsx';
import { Search } from './search.tsx';

export function App(): ReactNode {
  const path = usePath();
  const main = useRef<HTMLElement>(null);
  const isFirst = useRef(true);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect runs for each path, which is another page.
  useEffect(() => {
    // When a browser loads a page, the browser moves the focus. The portal itself moves the focus between its pages, so
    // that screen readers begin at the content.
    if (!isFirst.current) {
      main.current?.focus({ preventScroll: true });
    }
    isFirst.current = false;
  }, [path]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: keys reach the links themselves, and come here as clicks.
    // biome-ignore lint/a11y/noStaticElementInteractions: the links within are the elements to interact with.
    <div className="frame" onClick={followWithin}>
      <a className="skip" href="#content">
        Skip to the content
      </a>
      <header>
        <a className="name" href="/docs/">
          Library graph
        </a>
        <Search />
      </header>
      <Navigation path={path} />
      <main id="content" ref={main} tabIndex={-1} key={path}>
        <PageAt path={path} />
      </main>
    </div>
  );
}

function PageAt({ path }: { readonly path: string }): ReactNode {
  const [, first = '', second = ''] = path.split('/');
  if (path === '/') {
    return <Start />;
  }
  if (first === 'schema' && contents.audiences.includes(second)) {
    return <ReferencePage audience={second} />;
  }
  if (second === '' && contents.pages.some(({ id }) => id === first)) {
    return <GuidePage id={first} />;
  }
  return (
    <>
      <h1>There is no such page</h1>
      <p>Choose one of the navigation, or search.</p>
    </>
  );
}

function Navigation({ path }: { readonly path: string }): ReactNode {
  const link = (to: string, text: string) => (
    <li key={to}>
      <a href={`/docs${to}`} aria-current={path === to ? 'page' : undefined}>
        {text}
      </a>
    </li>
  );
  return (
    <nav aria-label="Portal">
      <h2>Guides</h2>
      <ul>{contents.pages.map(({ id, title }) => link(`/${id}`, title))}</ul>
      <h2>Schema</h2>
      <ul>{contents.audiences.map((audience) => link(`/schema/${audience}`, `For ${audience}`))}</ul>
    </nav>
  );
}

function Start(): ReactNode {
  return (
    <>
      <h1>One graph for the library</h1>
      <p>
        Patrons, their cards, and what they have borrowed and reserved, in one GraphQL schema. Begin with the
        guide for your program, and with <a href="/docs/answers">how to read an answer</a>.
      </p>
      <ul>
        <li>
          <a href="/docs/front-ends">Web and mobile services for readers</a>
        </li>
        <li>
          <a href="/docs/staff">Staff’s desks and dashboards</a>
        </li>
        <li>
          <a href="/docs/stations-and-telephone">Self-service stations and the telephone service</a>
        </li>
        <li>
          <a href="/docs/partners">Partners, such as e-book services</a>
        </li>
      </ul>
      <p>
        The schema differs by audience: nobody sees what their audience may not have. In TypeScript, use{' '}
        <a href="/docs/kit">the kit</a>.
      </p>
    </>
  );
}
