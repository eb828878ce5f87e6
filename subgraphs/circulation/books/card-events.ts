import type { Circulation, FeedEvent } from '../../../adapters/circulation/port.ts';
import type { CardEventKind, CardEvents, CardEventsRead, NewCardEvent } from '../../../store/journal/port.ts';
import { operationIdIn } from '../../operations/books/operation-reference.ts';
import { readPage } from '../feed/feed-page.ts';
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

/**
 * Keeps the events about cards as the feed is followed. A process of an earlier release, or one that could not write,
 * leaves events out. They are read again from the last event that was kept.
 *
 * Example: the events up to 815 are kept, and the follower has read page after page up to 1315. The pages after 815 are
 * read once more, and then each new page is kept as it comes.
 */
export class KeptCardEvents {
  readonly #cardEvents: CardEvents;
  readonly #circulation: Circulation;

  constructor(cardEvents: CardEvents, circulation: Circulation) {
    this.#cardEvents = cardEvents;
    this.#circulation = circulation;
  }

  /**
   * Keeps a page that the follower has read. Resolves to whether all events up to the page's end are kept.
   * @throws StoreUnavailable
   */
  async take({ after, events, isRepeated }: ReadPage): Promise<boolean> {
    const read = await this.#cardEvents.cardEventsRead();
    const isNext = BigInt(read.sequence) >= BigInt(after);
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
      await this.#cardEvents.keepCardEvents(kept, readTo(newest, events, read));
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
      await this.#cardEvents.keepCardEvents(cardEventsIn(events), readTo(newest, events, read));
    }
    return !isLast;
  }
}

/** The position after a page. The first page begins with the oldest event that circulation still has. */
const readTo = (
  sequence: string,
  [oldest]: readonly FeedEvent[],
  { since }: CardEventsRead,
): CardEventsRead => ({ sequence, since: since ?? (oldest === undefined ? null : new Date(oldest.at)) });
