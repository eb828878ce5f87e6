import type { Circulation, FeedEvent } from '../../../adapters/circulation/port.ts';
import type { Effect } from '../../../store/journal/port.ts';

/** Events in one page: the most that circulation gives. */
const pageSize = 500;

export interface FeedPage {
  /** Ascending, each after the sequence that was asked for. */
  readonly events: readonly FeedEvent[];
  /** Circulation has no more events now. */
  readonly isLast: boolean;
}

/** The next events after a sequence. @throws UpstreamError */
export async function readPage(
  circulation: Circulation,
  after: string,
  signal: AbortSignal,
): Promise<FeedPage> {
  const events = await circulation.eventsAfter(after, pageSize, signal);
  return { events, isLast: events.length < pageSize };
}

/** An operation's id, as the journal makes them. Desks and older programs have other references, or none. */
const operationId = /^[0-9A-Za-z]{22}$/;

/** The id of the operation that made the event; null where none of ours did. */
export const operationOf = ({ reference }: FeedEvent): string | null =>
  reference !== null && operationId.test(reference) ? reference : null;

/** The events under an operation's id. */
export const effectsOf = (events: readonly FeedEvent[]): readonly Effect[] =>
  events.flatMap((event) => {
    const operationId = operationOf(event);
    const { sequence, kind, at } = event;
    return operationId === null ? [] : [{ sequence, operationId, kind, at: new Date(at) }];
  });
