import type { Circulation, FeedEvent } from '../../../adapters/circulation/port.ts';
import type {
  CardEventKind,
  CardEvents,
  CardEventsRead,
  NewCardEvent,
  NewCardEventsPosition,
  Suspects,
} from '../../../store/journal/port.ts';
import { operationIdIn } from '../../operations/books/operation-reference.ts';
import { operationOf, readPage } from '../feed/feed-page.ts';
import type { ReadPage } from '../feed/listener.ts';

const kinds: ReadonlySet<string> = new Set<CardEventKind>([
  'CARD_REGISTERED',
  'CARD_BLOCKED',
  'CARD_UNBLOCKED',
]);

const isCardEvent = (kind: FeedEvent['kind']): kind is CardEventKind => kinds.has(kind);

const cardEventsIn = (events: readonly FeedEvent[]): readonly NewCardEvent[] =>
  events.flatMap(({ kind, libraryCardNumber, sequence, at, reference }) =>
    isCardEvent(kind) && libraryCardNumber !== null
      ? [{ libraryCardNumber, kind, sequence, at: new Date(at), isOurs: operationIdIn(reference) !== null }]
      : [],
  );

const dayMs = 86_400_000;

/**
 * The cards whose patrons must be examined: each card with an event of its own, and each card of a check-out that no
 * operation of ours made. When an installation first reads circulation's 90 days, only the last of these days counts.
 * The crawl of all patrons (`index/crawl.ts`) covers the others.
 */
const cardsToExamine = (events: readonly FeedEvent[], usedSince: Date): readonly string[] =>
  events
    .filter(
      (event) =>
        event.kind.startsWith('CARD_') || (event.kind === 'CHECKED_OUT' && operationOf(event) === null),
    )
    .filter(({ at }) => Date.parse(at) >= usedSince.getTime() - dayMs)
    .flatMap(({ libraryCardNumber }) => libraryCardNumber ?? []);

/**
 * Keeps the events about cards as the feed is followed, and marks the cards that must be examined. A card is marked
 * before the position moves past its event. So an event that was read is never forgotten, and a repeated mark does no
 * harm. A process of an earlier release keeps no events, and a failed write loses a page. All events after the last
 * kept one are then read again.
 *
 * Example: the events up to 815 are kept, and the follower has read page after page up to 1315. The pages after 815 are
 * read once more, and then each new page is kept as it comes.
 */
export class KeptCardEvents {
  readonly #cardEvents: CardEvents;
  readonly #suspects: Pick<Suspects, 'markSuspects'>;
  readonly #circulation: Circulation;

  constructor(cardEvents: CardEvents, suspects: Pick<Suspects, 'markSuspects'>, circulation: Circulation) {
    this.#cardEvents = cardEvents;
    this.#suspects = suspects;
    this.#circulation = circulation;
  }

  /**
   * Keeps a page that the follower has read. Resolves to whether all events up to the page's end are kept.
   * @throws StoreUnavailable
   */
  async take({ after, events, isRepeated }: ReadPage): Promise<boolean> {
    const read = await this.#cardEvents.cardEventsRead();
    const isNext = BigInt(read.sequence) >= BigInt(after);
    await this.#suspects.markSuspects('CARD', cardsToExamine(events, read.usedSince));
    const kept = cardEventsIn(events);
    if (isRepeated || !isNext) {
      // The page is from a rereading, or pages before it are still missing. In both cases the position stays.
      // `readNext` reads the missing pages later.
      if (kept.length > 0) {
        await this.#cardEvents.keepCardEvents(kept, null);
      }
      return isNext;
    }
    const newest = events.at(-1)?.sequence;
    if (newest !== undefined && BigInt(newest) > BigInt(read.sequence)) {
      return await this.#cardEvents.keepCardEvents(kept, readTo(newest, events, read));
    }
    return true;
  }

  /**
   * Reads and keeps the next page after the last event that is kept. Resolves to whether there may be more.
   * @throws UpstreamError, StoreUnavailable
   */
  async readNext(signal: AbortSignal): Promise<boolean> {
    const read = await this.#cardEvents.cardEventsRead();
    const { events, isLast } = await readPage(this.#circulation, read.sequence, signal);
    const newest = events.at(-1)?.sequence;
    if (newest !== undefined) {
      await this.#suspects.markSuspects('CARD', cardsToExamine(events, read.usedSince));
      const isKept = await this.#cardEvents.keepCardEvents(
        cardEventsIn(events),
        readTo(newest, events, read),
      );
      return !isKept || !isLast;
    }
    return !isLast;
  }
}

/** The position after a page. The first page begins with the oldest event that circulation still has. */
const readTo = (
  sequence: string,
  [oldest]: readonly FeedEvent[],
  { sequence: from, since }: CardEventsRead,
): NewCardEventsPosition => ({
  from,
  sequence,
  since: since ?? (oldest === undefined ? null : new Date(oldest.at)),
});
