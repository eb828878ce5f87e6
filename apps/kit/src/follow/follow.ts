import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { Follower } from './follower.ts';
import type { FollowedEvent, FollowOptions, FollowVariables, VariablesBesideAfter } from './options.ts';
import type { StreamTransport } from './transport.ts';

/**
 * Follows a subscription whose field has an argument `after`, which the variable `after` sets. Whenever the stream
 * ends, the stream is opened again from the last cursor, so that no event is missed. Resolves when the signal aborts.
 *
 * ```ts
 * await follow(overFetch({ url, token }), FollowMineDocument, ({ myChanges }) => myChanges, {
 *   onEvent: ({ kind, subjectId }) => show(kind, subjectId),
 *   onReadAnew: async () => [(await readLists()).changesCursor],
 *   onStatus: (status) => say(status),
 *   signal,
 * });
 * ```
 *
 * @param eventOf returns the event in the data
 * @throws GraphError if the graph refuses the subscription, and would refuse it again; or the GraphError of
 * `onReadAnew`, if it is not temporary
 * @throws whatever `onEvent` or `eventOf` throws
 */
export async function follow<Data, All extends FollowVariables, Event extends FollowedEvent>(
  transport: StreamTransport,
  document: TypedDocumentNode<Data, All>,
  eventOf: (data: Data) => Event | null | undefined,
  options: FollowOptions<Event> & VariablesBesideAfter<All>,
): Promise<void> {
  const { variables = {}, signal = new AbortController().signal } = options;
  const follower = new Follower<Data, Event>(transport, eventOf, options, {
    query: print(document),
    variables,
    signal,
  });
  try {
    await follower.run();
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) {
      throw error;
    }
  }
}
