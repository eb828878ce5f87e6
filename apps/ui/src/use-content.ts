import { useEffect, useState } from 'react';

export interface LoadedContent<Content> {
  /** Null while the content loads, and after a failure. */
  readonly content: Content | null;
  /** Whether the content could not be loaded, or `load` resolved to null. */
  readonly hasFailed: boolean;
  retry(): void;
}

/**
 * Loads content that does not come from the graph, such as a file of the build. If `key` changes, the content is loaded
 * again.
 */
export function useContent<Content extends object>(
  key: string,
  load: () => Promise<Content | null>,
): LoadedContent<Content> {
  const [loaded, setLoaded] = useState<{ readonly key: string; readonly content: Content | null } | null>(
    null,
  );
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for `load`, and `retry` changes `tries`.
  useEffect(() => {
    let isCurrent = true;
    const show = (content: Content | null) => {
      if (isCurrent) {
        setLoaded({ key, content });
      }
    };
    setLoaded(null);
    load().then(show, () => show(null));
    return () => {
      isCurrent = false;
    };
  }, [key, tries]);
  const current = loaded?.key === key ? loaded : null;
  return {
    content: current?.content ?? null,
    hasFailed: current !== null && current.content === null,
    retry: () => setTries(tries + 1),
  };
}
