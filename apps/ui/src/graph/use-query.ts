import { type Graph, GraphError, type MissingValue, type TypedDocumentNode } from '@patron-graph/kit';
import { useCallback, useEffect, useState } from 'react';
import { useGraph } from './graph-provider.tsx';

export interface QueryResult<Data> {
  /** `idle` means that there is nothing to ask. */
  readonly state: 'idle' | 'loading' | 'answered' | 'failed';
  /**
   * The last data for these variables. While the data is read, this may be the data of another page or language. Null
   * if there is no data.
   */
  readonly data: Data | null;
  /** The values that are null in `data` because they could not be read. */
  readonly missing: readonly MissingValue[];
  /** Null unless the state is `failed`. */
  readonly error: GraphError | null;
  reload(): void;
}

/** The last request, with its error if it failed, and the last data. */
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
  /** The variables as text, without those that choose a page. */
  readonly subject: string;
  /** The number of reloads so far. */
  readonly round: number;
}

const isSame = (a: Question, b: Question): boolean =>
  hasSameSubject(a, b) && a.variables === b.variables && a.graph === b.graph;

/**
 * Whether the data of `a` may be shown until the data of `b` comes. Data of another person or search must never be
 * shown.
 */
const hasSameSubject = (a: Question, b: Question): boolean =>
  a.document === b.document && a.subject === b.subject;

const choosesPage: ReadonlySet<string> = new Set(['first', 'after', 'last', 'before']);

const subjectOf = (variables: object | null | undefined): string =>
  JSON.stringify(Object.entries(variables ?? {}).filter(([name]) => !choosesPage.has(name)));

type VariablesOf<Variables> =
  Record<string, never> extends Variables ? [variables?: Variables] : [variables: Variables];

type NothingToAsk = [nothing: null];

const isNothing = <Variables>(variables: VariablesOf<Variables> | NothingToAsk): variables is NothingToAsk =>
  variables[0] === null;

/**
 * The graph's answer to an operation. The query is sent at once, and again whenever the variables or the language
 * change. During a `reload`, the last data stays. It also stays while another page of a list or another language is
 * read, so that typed text and the focus stay, too. With other variables, there is no data until the answer comes. If
 * null replaces the variables, nothing is asked, and no data is kept.
 */
export function useQuery<Data, Variables extends object>(
  document: TypedDocumentNode<Data, Variables>,
  ...variables: VariablesOf<Variables> | NothingToAsk
): QueryResult<Data> {
  const graph = useGraph();
  const [round, setRound] = useState(0);
  const [result, setResult] = useState<Result<Data> | null>(null);
  const [asked] = variables;
  const question: Question = {
    graph,
    document,
    round,
    variables: JSON.stringify(variables),
    subject: subjectOf(asked),
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the variables are compared by their text.
  useEffect(() => {
    if (isNothing(variables)) {
      setResult(null);
      return;
    }
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
          const kept = before !== null && hasSameSubject(before.question, question) ? before : null;
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
  if (isNothing(variables)) {
    return { state: 'idle', data: null, missing: [], error: null, reload };
  }
  if (result === null || !hasSameSubject(result.question, question)) {
    return { state: 'loading', data: null, missing: [], error: null, reload };
  }
  const { data, missing, error } = result;
  const isAnswered = isSame(result.question, question) && result.question.round === round;
  const state = isAnswered ? (error === null ? 'answered' : 'failed') : 'loading';
  return { state, data, missing, error: isAnswered ? error : null, reload };
}

/** Wraps an error of the page itself, so that it is also shown as a failure. */
export const asGraphError = (error: unknown): GraphError =>
  error instanceof GraphError ? error : new GraphError('the page could not ask', { cause: error, status: 0 });
