import type { Circulation, CirculationEvent } from '../../../adapters/circulation/port.ts';
import type { Effect } from '../../../adapters/journal/port.ts';

/** Events in one page: the most that circulation gives. */
const pageSize = 500;

export interface FeedPage {
  readonly events: readonly CirculationEvent[];
  /** Those under an operation's id. */
  readonly effects: readonly Effect[];
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
  return { events, effects: events.flatMap(effectOf), isLast: events.length < pageSize };
}

/** An operation's id, as the journal makes them. Desks and older programs have other references, or none. */
const operationId = /^[0-9A-Za-z]{22}$/;

function effectOf({ sequence, reference, kind, at }: CirculationEvent): readonly Effect[] {
  return reference !== null && operationId.test(reference)
    ? [{ sequence, operationId: reference, kind, at: new Date(at) }]
    : [];
}
