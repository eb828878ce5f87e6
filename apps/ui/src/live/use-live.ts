import type { FollowedEvent, TypedDocumentNode } from '@patron-graph/kit';
import { useEffect, useRef } from 'react';
import type { QueryResult } from '../graph/use-query.ts';
import type { ChangeEvent, LiveList, LiveOptions, Rendered } from './changes/live-list.ts';
import { useLiveChanges } from './live-provider.tsx';

type Variables<All> =
  Record<string, never> extends Omit<All, 'after'>
    ? { readonly variables?: Omit<All, 'after'> }
    : { readonly variables: Omit<All, 'after'> };

/**
 * Reads a list again when something in it changes. A hidden tab reads the list when the tab is shown.
 *
 * ```tsx
 * const answer = useQuery(LossesDocument);
 * useLive(answer, CredentialChangesDocument, { after: answer.data?.lossReports?.changesCursor });
 * ```
 */
export function useLive<Data, All, Event extends FollowedEvent>(
  answer: QueryResult<unknown>,
  document: TypedDocumentNode<Data, All>,
  options: LiveOptions<NonNullable<Data[keyof Data]> & Event> & Variables<All>,
): void {
  const changes = useLiveChanges();
  const rendered: Rendered = {
    reload: answer.reload,
    // This cast is safe, because `options` gets only events of the subscription `document`.
    options: options as unknown as LiveOptions<ChangeEvent>,
  };
  const latest = useRef(rendered);
  latest.current = rendered;
  const list = useRef<LiveList | null>(null);
  const { variables = {}, after } = options;
  const isAnswered = answer.state === 'answered';
  const hasCursor = after != null;

  // biome-ignore lint/correctness/useExhaustiveDependencies: a later cursor of the same list is no reason to follow again.
  useEffect(() => {
    if (changes === null || !hasCursor) {
      return;
    }
    list.current = changes.follow({ document, variables }, () => latest.current);
    return () => {
      list.current?.stop();
      list.current = null;
    };
  }, [changes, document, JSON.stringify(variables), answer.subject, hasCursor]);

  useEffect(() => {
    if (isAnswered) {
      list.current?.wasRead();
    }
  }, [isAnswered]);
}
