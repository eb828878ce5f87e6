import { useContent } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { load } from './load.ts';

/**
 * Shows the content of one of the files that the portal's build has made. Shows a text while the file loads, and a
 * button to try again after a failure.
 */
export function Loaded<Content extends object>({
  name,
  children,
}: {
  readonly name: string;
  readonly children: (content: Content) => ReactNode;
}): ReactNode {
  const { content, hasFailed, retry } = useContent(name, () => load<Content>(name));
  if (content !== null) {
    return children(content);
  }
  return hasFailed ? (
    <p role="alert">
      This page could not be loaded.{' '}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </p>
  ) : (
    <p role="status">Loading…</p>
  );
}
