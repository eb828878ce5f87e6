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
 * The cards whose patrons must be examined. These are the cards with an event about the card itself, and the cards of
 * check-outs that no operation of ours made. Events from long before this installation was first used are left out: the
 * crawl of all patrons (`index/crawl.ts`) examines those patrons.
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
 * Stores the events about cards while this process follows circulation's feed, and lists the cards that must be
 * examined as suspects. A card is listed before the stored position moves past its event, so no event is missed. If an
 * event is read again, its card is listed again, which does no harm.
 *
 * Pages may be missing, because a write failed or because a process of an earlier release followed the feed. All events
 * after the last stored one are then read again.
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
   * Stores the card events of a page that the follower has read. Resolves to whether all card events up to the page's
   * end are stored.
   * @throws StoreUnavailable
   */
  async take({ after, events, isRepeated }: ReadPage): Promise<boolean> {
    const read = await this.#cardEvents.cardEventsRead();
    const isNext = BigInt(read.sequence) >= BigInt(after);
    await this.#suspects.markSuspects('CARD', cardsToExamine(events, read.usedSince));
    const kept = cardEventsIn(events);
    if (isRepeated || !isNext) {
      // Either the page was read a second time, or pages before it are missing. So the stored position stays where it
      // is, and `readNext` reads missing pages later.
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
   * Reads the next page after the stored position, and stores its card events. Resolves to whether there may be more
   * pages.
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

/** The position to store after a page. `since` is the time of the first event that was ever read. */
const readTo = (
  sequence: string,
  [oldest]: readonly FeedEvent[],
  { sequence: from, since }: CardEventsRead,
): NewCardEventsPosition => ({
  from,
  sequence,
  since: since ?? (oldest === undefined ? null : new Date(oldest.at)),
});
