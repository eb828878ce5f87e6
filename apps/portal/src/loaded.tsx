import { type ReactNode, useEffect, useState } from 'react';
import { load } from './load.ts';

type State<Content> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'loaded'; readonly content: Content };

/** Loads a file of the build, and shows it. Says so while it is loading, and offers to try again where it can't be had. */
export function Loaded<Content>({
  name,
  children,
}: {
  readonly name: string;
  readonly children: (content: Content) => ReactNode;
}): ReactNode {
  const [state, setState] = useState<State<Content>>({ kind: 'loading' });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` loads it again.
  useEffect(() => {
    let isCurrent = true;
    const show = (next: State<Content>) => {
      if (isCurrent) {
        setState(next);
      }
    };
    setState({ kind: 'loading' });
    load<Content>(name).then(
      (content) => show({ kind: 'loaded', content }),
      () => show({ kind: 'failed' }),
    );
    return () => {
      isCurrent = false;
    };
  }, [name, tries]);
  switch (state.kind) {
    case 'loading':
      return <p role="status">Loading…</p>;
    case 'failed':
      return (
        <p role="alert">
          This page could not be loaded.{' '}
          <button type="button" onClick={() => setTries(tries + 1)}>
            Try again
          </button>
        </p>
      );
    case 'loaded':
      return children(state.content);
  }
}
