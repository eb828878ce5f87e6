import { type Graph, GraphError, type MissingValue, type TypedDocumentNode } from '@patron-graph/kit';
import { useCallback, useEffect, useState } from 'react';
import { useGraph } from './graph-provider.tsx';

export interface Answer<Data> {
  readonly state: 'loading' | 'answered' | 'failed';
  /** The last data for these variables; null before there is any. */
  readonly data: Data | null;
  /** What is null in `data` because it could not be read. */
  readonly missing: readonly MissingValue[];
  /** Null unless `failed`. */
  readonly error: GraphError | null;
  reload(): void;
}

/** The result of one request. It is shown only for the same question. */
interface Result<Data> {
  readonly question: Question;
  readonly data: Data | null;
  readonly missing: readonly MissingValue[];
  readonly error: GraphError | null;
}

interface Question {
  readonly graph: Graph;
  readonly document: unknown;
  readonly variables: string;
  /** How many times it was asked again. */
  readonly round: number;
}

const isSame = (a: Question, b: Question): boolean =>
  a.document === b.document && a.variables === b.variables && a.graph === b.graph;

type VariablesOf<Variables> =
  Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables];

/**
 * The graph's answer to an operation, asked at once and whenever the variables change. During a `reload` the last data stays; with
 * other variables there is no data until the answer comes.
 */
export function useAnswer<Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  ...variables: VariablesOf<Variables>
): Answer<Data> {
  const graph = useGraph();
  const [round, setRound] = useState(0);
  const [result, setResult] = useState<Result<Data> | null>(null);
  const question: Question = { graph, document, variables: JSON.stringify(variables), round };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the variables are compared by their text.
  useEffect(() => {
    let isCurrent = true;
    const show = (next: (before: Result<Data> | null) => Result<Data>) => {
      if (isCurrent) {
        setResult(next);
      }
    };
    graph.ask(document, ...variables).then(
      ({ data, missing }) => show(() => ({ question, data, missing, error: null })),
      (error: unknown) =>
        show((before) => {
          const kept = before !== null && isSame(before.question, question) ? before : null;
          return {
            question,
            data: kept?.data ?? null,
            missing: kept?.missing ?? [],
            error: asGraphError(error),
          };
        }),
    );
    return () => {
      isCurrent = false;
    };
  }, [graph, document, question.variables, round]);
  const reload = useCallback(() => setRound((before) => before + 1), []);
  if (result === null || !isSame(result.question, question)) {
    return { state: 'loading', data: null, missing: [], error: null, reload };
  }
  const { data, missing, error } = result;
  const isAnswered = result.question.round === round;
  const state = isAnswered ? (error === null ? 'answered' : 'failed') : 'loading';
  return { state, data, missing, error: isAnswered ? error : null, reload };
}

/** An error in the page itself is shown as a failure, too. */
export const asGraphError = (error: unknown): GraphError =>
  error instanceof GraphError ? error : new GraphError('the page could not ask', { cause: error, status: 0 });
