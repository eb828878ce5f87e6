import type { TypedDocumentNode } from '@patron-graph/kit';

/** The fields that a page selects of each event. Further fields depend on the subscription. */
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

/** How a view keeps its list up to date. */
export interface LiveOptions<Event> {
  /**
   * The `changesCursor` of the list, after which it needs events. While it is missing, the list is not kept up to date.
   */
  readonly after: string | null | undefined;
  /** Whether the event may change the list. By default, every event may. */
  isAbout?(event: Event): boolean;
  /**
   * The time of the list's data. A list from the library's index may lack the newest event. It is then read again.
   */
  readonly asOf?: string | undefined;
  /** The minimum time between two readings of the list, in ms. */
  readonly everyMs?: number;
}

/** The values from the last rendering of the list's view. */
export interface Rendered {
  reload(): void;
  readonly options: LiveOptions<ChangeEvent>;
}

/**
 * The browser's events after which a hidden list may be visible: the tab is shown, or a dialog is closed. A dialog that
 * is removed with its view causes no `close` event, but moves the focus.
 */
const seenAgain = ['visibilitychange', 'close', 'focusin'] as const;

/**
 * Whether the list can be seen, so that it may be read at once. In a hidden tab, a reading would waste calls to the
 * library's systems. While a dialog is open, a reading might remove the dialog's row, and so the outcome that it shows.
 */
const isSeen = (): boolean =>
  !window.document.hidden && window.document.querySelector('dialog[open]') === null;

/** The time from an event to the reading of the list, in ms. Further events in this time cause no further reading. */
const gatheringMs = 300;
/**
 * The pause before another reading of a list that doesn't show the newest event yet, in ms. `maxIndexReadings` limits
 * the number of these readings.
 */
const indexPauseMs = 2_000;
const maxIndexReadings = 30;
/**
 * The minimum time between two readings after missed events, in ms. Without this minimum, a list whose cursors the
 * graph always refuses would be read all the time.
 */
const missedEveryMs = 30_000;

/** A list on the screen, which is read again after events. It subscribes to them as soon as it is created. */
export class LiveList implements Followed {
  readonly document: TypedDocumentNode<unknown, never>;
  readonly variables: object;
  /** The cursors after which the list needs events: the list's own cursor, or later the cursor of the last event. */
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

  /** @param add begins to follow the list from `after`, and returns a function that stops following the list */
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

  /** Must be called if events may be missing. The list is read again, and then gets the events after its new cursor. */
  missed(): void {
    this.#remove?.();
    this.#remove = null;
    const waitMs = Math.max(0, this.#missedAt + missedEveryMs - performance.now());
    this.#missedAt = performance.now() + waitMs;
    this.#readIn(waitMs);
  }

  /** Asks for the events after the list's last event again, because some may not have arrived. */
  resume(): void {
    this.#remove?.();
    this.#remove = this.#add(this);
  }

  /** Must be called when the list has been read. */
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
