import type { BuildState, EventPosition } from '../../../store/index/port.ts';
import { type FeedPage, readPage } from '../feed/feed-page.ts';
import type { ReadPage } from '../feed/listener.ts';
import { indexedEvent } from './events.ts';
import type { IndexServices } from './services.ts';

/** Applies the events of circulation's feed to the index. */
export class EventIntake {
  readonly #services: IndexServices;
  /** The index lacks events before this sequence. They are read again. Null if the index lacks none. */
  #missedUntil: string | null = null;
  #isAtEnd = false;
  /** The follower doesn't give events up to this sequence again. */
  #settledSequence = '0';

  constructor(services: IndexServices) {
    this.#services = services;
  }

  /** Whether the page that was applied last ended the feed when it was read. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Applies a page that the follower has read. If there is no index, begins it. @throws StoreUnavailable */
  async take({ after, events, isLast, isRepeated, settledSequence }: ReadPage): Promise<void> {
    const { index } = this.#services;
    this.#settledSequence = settledSequence;
    const state = (await index.buildState()) ?? (await this.#begin());
    if (state === null) {
      return;
    }
    if (isBefore(state.eventSequence, after)) {
      this.#missedUntil = after;
      return;
    }
    if (isRepeated) {
      // The page may contain events that the index lacks so far. These are left out here, because they are read in
      // order later.
      const known = events.filter(({ sequence }) => !isBefore(state.eventSequence, sequence));
      await index.applyEvents(state.id, known.map(indexedEvent), null, settledSequence);
      return;
    }
    if (await this.#save(state, { events, isLast }, events.at(-1)?.sequence ?? after)) {
      this.#missedUntil = null;
    }
  }

  /**
   * Reads and applies the next page of the missed events. Resolves to false if no event is missed.
   * @throws UpstreamError, StoreUnavailable
   */
  async catchUp(state: BuildState, signal: AbortSignal): Promise<boolean> {
    const until = this.#missedUntil;
    if (until === null) {
      return false;
    }
    const page = await readPage(this.#services.circulation, state.eventSequence, signal);
    const newest = page.events.at(-1)?.sequence ?? until;
    const isSaved = await this.#save(state, page, newest);
    if (isSaved && (page.isLast || !isBefore(newest, until))) {
      this.#missedUntil = null;
    }
    return true;
  }

  /**
   * Begins an empty index. After a crash of the database, the build resumes from the index's last position in the feed.
   */
  async #begin(): Promise<BuildState | null> {
    const { index, log } = this.#services;
    const hasBegun = await index.begin();
    const state = await index.buildState();
    this.#isAtEnd = false;
    if (hasBegun && state !== null) {
      const { eventSequence: sequence, stage } = state;
      log.info({ sequence, stage }, 'the index of loans and holds is empty: it is being built');
    }
    return state;
  }

  async #save({ id }: BuildState, page: FeedPage, newest: string): Promise<boolean> {
    const events = page.events.map(indexedEvent);
    const position = positionAfter(page, newest);
    const isSaved = await this.#services.index.applyEvents(id, events, position, this.#settledSequence);
    if (isSaved) {
      this.#isAtEnd = page.isLast;
    }
    return isSaved;
  }
}

/**
 * The index's position after a page. `sequence` is the page's newest event. `upTo` is null if the page is the last one:
 * the index then contains all events up to now.
 */
function positionAfter({ events, isLast }: FeedPage, newest: string): EventPosition {
  const at = events.at(-1)?.at;
  return { sequence: newest, upTo: isLast || at === undefined ? null : new Date(at) };
}

const isBefore = (sequence: string, other: string): boolean => BigInt(sequence) < BigInt(other);
