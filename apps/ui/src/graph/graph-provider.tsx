import { createGraph, type Graph } from '@patron-graph/kit';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useLanguage } from '../language/language.tsx';
import { useSessionControl } from '../session/session-provider.tsx';
import { useSessionFetch } from '../session/use-session-fetch.ts';

const GraphContext = createContext<Graph | null>(null);

/**
 * A client of the graph with the page's session and language, for cases that `useQuery` and `useMutation` do not cover.
 */
export function useGraph(): Graph {
  const graph = useContext(GraphContext);
  if (graph === null) {
    throw new Error('useGraph is for what mountPage has rendered');
  }
  return graph;
}

export function GraphProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const { language } = useLanguage();
  const { area } = useSessionControl();
  const send = useSessionFetch();
  const graph = useMemo(
    () => createGraph({ url: `${area}/graphql`, language, fetch: send }),
    [area, language, send],
  );
  return <GraphContext value={graph}>{children}</GraphContext>;
}
