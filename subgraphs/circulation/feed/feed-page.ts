import type { Circulation, FeedEvent } from '../../../adapters/circulation/port.ts';
import type { Effect } from '../../../store/journal/port.ts';
import { operationIdIn } from '../../operations/books/operation-reference.ts';

/** The number of events in a page. Circulation returns no more in one answer. */
const pageSize = 500;

export interface FeedPage {
  /** The events after the requested sequence, in ascending order. */
  readonly events: readonly FeedEvent[];
  /** True if circulation has no more events now. If false, the page is full, and there may be more. */
  readonly isLast: boolean;
}

/** Reads the page of events after a sequence. @throws UpstreamError */
export async function readPage(
  circulation: Circulation,
  after: string,
  signal: AbortSignal,
): Promise<FeedPage> {
  const events = await circulation.eventsAfter(after, pageSize, signal);
  return { events, isLast: events.length < pageSize };
}

/** The id of the operation that caused the event; null if none of our operations did. */
export const operationOf = ({ reference }: FeedEvent): string | null => operationIdIn(reference);

/** The events that have an operation's id as their reference. */
export const effectsOf = (events: readonly FeedEvent[]): readonly Effect[] =>
  events.flatMap((event) => {
    const operationId = operationOf(event);
    const { sequence, kind, at } = event;
    return operationId === null ? [] : [{ sequence, operationId, kind, at: new Date(at) }];
  });
