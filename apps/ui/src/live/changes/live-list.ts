import type { TypedDocumentNode } from '@patron-graph/kit';

/** The fields that a page asks for of each event. Which of the others there are depends on the subscription. */
export interface ChangeEvent {
  readonly id: string;
  readonly cursor: string;
  readonly at: string;
}

/** A subscription without its cursors. */
export interface Followed {
  readonly document: TypedDocumentNode<unknown, never>;
  readonly variables: object;
}

/** What a view says of its list. */
export interface LiveOptions<Event> {
  /** The `changesCursor` of the list. The view follows nothing while it is missing. */
  readonly after: string | null | undefined;
  /** Whether the list may change with the event. By default, with any. */
  isAbout?(event: Event): boolean;
  /**
   * When the list was true, as it says itself: a list of the library's index may be read before the index has an event. It is
   * then read again.
   */
  readonly asOf?: string | undefined;
  /** The shortest time between two readings, in ms. */
  readonly everyMs?: number;
}

/** What the view of a list says at its last rendering. */
export interface Rendered {
  reload(): void;
  readonly options: LiveOptions<ChangeEvent>;
}

/**
 * When a list that waits may be seen again: the tab is shown, or a dialog is closed. A dialog that is taken away with its view
 * tells nobody, but the focus moves.
 */
const seenAgain = ['visibilitychange', 'close', 'focusin'] as const;

/**
 * Whether a list is read at once. Nobody sees a hidden tab, and each reading costs the library something. A dialog belongs to a
 * row that the reading may take away, with what the dialog says of its outcome.
 */
const isSeen = (): boolean =>
  !window.document.hidden && window.document.querySelector('dialog[open]') === null;

/**
 * The time from an event to the reading of the list, in ms. Further events in this time need no reading of their own.
 */
const gatheringMs = 300;
/**
 * If a list that was read is older than the event, it is read again: the pause before each of these readings, in ms,
 * and their maximum number.
 */
const indexPauseMs = 2_000;
const maxIndexReadings = 30;
/**
 * The shortest time between two readings that are made because events were missed, in ms. Without it, the list would be
 * read all the time if each new cursor were refused, too.
 */
const missedEveryMs = 30_000;

/** A list on the screen, which is read again after events. It begins to be followed when it is made. */
export class LiveList implements Followed {
  readonly document: TypedDocumentNode<unknown, never>;
  readonly variables: object;
  /** The list needs the events after these cursors: its own cursor, or that of its last event. */
  after: readonly string[] = [];
  readonly #rendered: () => Rendered;
  readonly #add: (list: LiveList) => () => void;
  #remove: (() => void) | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #readAt = Number.NEGATIVE_INFINITY;
  /** The time of the newest event that the list must show, in ms since 1970. */
  #newest = 0;
  #missedAt = Number.NEGATIVE_INFINITY;
  #indexReadings = 0;

  /** @param add begins to follow the list from `after`, and returns the function that ends it */
  constructor(
    { document, variables }: Followed,
    rendered: () => Rendered,
    add: (list: LiveList) => () => void,
  ) {
    this.document = document;
    this.variables = variables;
    this.#rendered = rendered;
    this.#add = add;
    this.#follow();
  }

  tell(event: ChangeEvent): void {
    this.after = [event.cursor];
    const { isAbout, everyMs = 0 } = this.#rendered().options;
    if (isAbout?.(event) ?? true) {
      this.#newest = Math.max(this.#newest, Date.parse(event.at));
      this.#indexReadings = 0;
      this.#readIn(Math.max(gatheringMs, this.#readAt + everyMs - performance.now()));
    }
  }

  /** Events may be missing. The list is read anew, and then followed from its new cursor. */
  missed(): void {
    this.#remove?.();
    this.#remove = null;
    const waitMs = Math.max(0, this.#missedAt + missedEveryMs - performance.now());
    this.#missedAt = performance.now() + waitMs;
    this.#readIn(waitMs);
  }

  /** Follows the list anew from its last event, because later events may not have arrived. */
  resume(): void {
    this.#remove?.();
    this.#remove = this.#add(this);
  }

  /** Call it when the list has been read. */
  wasRead(): void {
    if (this.#remove === null) {
      this.#follow();
    }
    const { asOf } = this.#rendered().options;
    if (asOf != null && Date.parse(asOf) < this.#newest && this.#indexReadings < maxIndexReadings) {
      this.#indexReadings += 1;
      this.#readIn(indexPauseMs);
    }
  }

  stop(): void {
    this.#remove?.();
    clearTimeout(this.#timer);
    this.#waitNoMore();
  }

  #follow(): void {
    this.after = [this.#rendered().options.after ?? ''];
    this.#remove = this.#add(this);
  }

  #readIn(ms: number): void {
    this.#timer ??= setTimeout(() => {
      for (const type of seenAgain) {
        window.document.addEventListener(type, this.#onSeen, true);
      }
      this.#onSeen();
    }, ms);
  }

  #waitNoMore(): void {
    for (const type of seenAgain) {
      window.document.removeEventListener(type, this.#onSeen, true);
    }
  }

  readonly #onSeen = (): void => {
    if (isSeen()) {
      this.#waitNoMore();
      this.#timer = undefined;
      this.#readAt = performance.now();
      this.#rendered().reload();
    }
  };
}
