import { GraphError, type TypedDocumentNode } from '@patron-graph/kit';
import { useQuery as useCachedQuery } from '@tanstack/react-query';
import { useGraph } from './graph-provider.tsx';
import { nameOf } from './use-query.ts';

/**
 * Whether the graph lacks a requested field. If a library lacks an optional system, such as a payment system, its graph
 * lacks the system's fields.
 */
export const isNotInGraph = (error: GraphError | null): boolean =>
  error?.missing.some(({ code }) => code === 'GRAPHQL_VALIDATION_FAILED') ?? false;

/**
 * Whether the graph has all fields of the document. True until the graph answers that it lacks one. The document is
 * sent once for each signed-in person. It should select only fields that need no call to the library's systems.
 */
export function useIsInGraph(document: TypedDocumentNode<unknown, Record<string, never>>): boolean {
  const graph = useGraph();
  const { data = true } = useCachedQuery({
    queryKey: ['is in graph', nameOf(document)],
    queryFn: async ({ signal }) => {
      try {
        await graph.ask(document, {}, { signal });
        return true;
      } catch (error) {
        if (error instanceof GraphError && isNotInGraph(error)) {
          return false;
        }
        throw error;
      }
    },
    // The systems of a library change only when its servers start again.
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}
