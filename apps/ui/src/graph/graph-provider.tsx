import { createGraph, type Graph } from '@patron-graph/kit';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useMemo } from 'react';
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
  return (
    <QueryClientProvider client={useAnswers()}>
      <GraphContext value={graph}>{children}</GraphContext>
    </QueryClientProvider>
  );
}

/**
 * The cache of the answers that the page has read. Each person who signs in gets a new cache, which is dropped when the
 * session ends.
 */
function useAnswers(): QueryClient {
  const { session } = useSessionControl();
  const person =
    session.state === 'signedIn' ? JSON.stringify([session.name, session.patronId]) : session.state;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another person gets other answers.
  const answers = useMemo(() => new QueryClient({ defaultOptions: { queries } }), [person]);
  useEffect(() => () => answers.clear(), [answers]);
  return answers;
}

const queries = {
  // The page shows a failure at once. The person decides whether to try again.
  retry: false,
  // Without a connection, a request fails at once, and the page shows a message.
  networkMode: 'always',
  refetchOnReconnect: ({ state }: { readonly state: { readonly status: string } }) =>
    state.status === 'error',
  // Each reading of a record is audited. So returning to this window must not cause a reading.
  refetchOnWindowFocus: false,
} as const;
