/** Subscribes to changes for the lists of all tabs. This code runs in only one of the tabs, the leader. */
import {
  type FollowStatus,
  follow,
  GraphError,
  type StreamTransport,
  type TypedDocumentNode,
} from '@patron-graph/kit';
import type { ChangeEvent, Followed } from './live-list.ts';

/** A list that a tab wants to keep up to date, as the tab describes it to the leader. */
export interface Want extends Followed {
  readonly id: string;
  readonly after: readonly string[];
}

export type Message =
  | { readonly kind: 'wants'; readonly tab: string; readonly wants: readonly Want[] }
  /** Sent by a new leader. Each tab answers with its lists. */
  | { readonly kind: 'who' }
  | { readonly kind: 'event'; readonly key: string; readonly event: ChangeEvent }
  | { readonly kind: 'gap'; readonly key: string }
  /** `followed` contains the keys (`keyOf`) of the subscriptions that the leader follows. */
  | { readonly kind: 'status'; readonly status: FollowStatus; readonly followed: readonly string[] };

/** An open subscription of the leader. All lists that need the same events share it. */
interface Following {
  /** The ids of the lists that need this subscription. */
  lists: ReadonlySet<string>;
  readonly ending: AbortController;
  after: readonly string[];
  status: FollowStatus;
  /**
   * Set while the subscription waits after missed events, until one of its lists is read again. Called with the list's
   * new cursors, from which the subscription continues.
   */
  onReadAnew: ((after: readonly string[]) => void) | null;
}

/**
 * The maximum number of subscriptions that the page's server accepts in a stream. The graph accepts 20 cursors for each
 * subscription.
 */
export const maxFollowed = 12;
const maxCursors = 20;
/** The minimum time between two messages that tell the other tabs that the leader's stream is alive, in ms. */
const aliveEveryMs = 5_000;

export const keyOf = ({ document, variables }: Followed): string =>
  JSON.stringify([document.definitions, variables]);

export class Leader {
  readonly #stream: StreamTransport;
  readonly #post: (message: Message) => void;
  /** The lists of each tab. */
  readonly #wants = new Map<string, readonly Want[]>();
  readonly #followings = new Map<string, Following>();
  #saidAt = 0;

  /** @param post sends a message to all tabs, including the leader's own tab */
  constructor(stream: StreamTransport, post: (message: Message) => void) {
    this.#stream = stream;
    this.#post = post;
  }

  /** Stores the lists that a tab shows now, in place of the tab's earlier lists. */
  want(tab: string, wants: readonly Want[]): void {
    // The map is in the order in which the tabs last sent their lists.
    this.#wants.delete(tab);
    this.#wants.set(tab, wants);
    this.#followWanted();
  }

  /** Must be called for each event or heartbeat of the stream. */
  heard(): void {
    if (performance.now() - this.#saidAt > aliveEveryMs) {
      this.#sayStatus();
    }
  }

  stop(): void {
    for (const { ending } of this.#followings.values()) {
      ending.abort();
    }
    this.#followings.clear();
  }

  /**
   * Opens the subscriptions that the tabs' lists need, and ends all others. If more than `maxFollowed` are needed, only
   * the last ones are open: those of the tabs that sent their lists last.
   */
  #followWanted(): void {
    const wanted = new Map<string, Want[]>();
    for (const want of [...this.#wants.values()].flat()) {
      const key = keyOf(want);
      const others = wanted.get(key) ?? [];
      // Moves the subscription to the end of the map, because a later tab needs it, too.
      wanted.delete(key);
      wanted.set(key, [...others, want]);
    }
    const kept = new Set([...wanted.keys()].slice(-maxFollowed));
    for (const [key, { ending }] of this.#followings) {
      if (!kept.has(key)) {
        ending.abort();
        this.#followings.delete(key);
      }
    }
    for (const [key, wants] of wanted) {
      if (kept.has(key)) {
        this.#followFor(key, wants);
      }
    }
    this.#sayStatus();
  }

  /**
   * Adds new lists to a subscription. A new list may need earlier events than the lists that already use the
   * subscription. So the subscription is opened again, from its last cursor and from the cursors of the new lists.
   */
  #followFor(key: string, wants: readonly Want[]): void {
    const last = this.#followings.get(key);
    const added = wants.filter(({ id }) => last?.lists.has(id) !== true);
    const [any] = added;
    if (any === undefined) {
      return;
    }
    const lists = new Set(wants.map(({ id }) => id));
    const cursors = added.flatMap(({ after }) => after);
    if (last?.onReadAnew != null) {
      last.lists = lists;
      last.after = cursors;
      last.onReadAnew(cursors);
      last.onReadAnew = null;
      return;
    }
    last?.ending.abort();
    const following: Following = {
      lists,
      ending: new AbortController(),
      after: [...new Set([...(last?.after ?? []), ...cursors])].slice(0, maxCursors),
      status: last?.status ?? 'catching up',
      onReadAnew: null,
    };
    this.#followings.set(key, following);
    void this.#follow(key, any, following);
  }

  async #follow(key: string, { document, variables }: Followed, following: Following): Promise<void> {
    const { signal } = following.ending;
    try {
      await follow(
        this.#stream,
        document as TypedDocumentNode<Readonly<Record<string, ChangeEvent | null>>, object>,
        (data) => Object.values(data)[0],
        {
          variables,
          after: following.after,
          signal,
          onEvent: (event) => {
            following.after = [event.cursor];
            this.#post({ kind: 'event', key, event });
          },
          onStatus: (status) => {
            following.status = status;
            this.#sayStatus();
          },
          onReadAnew: () =>
            new Promise((resolve, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason), { once: true });
              following.onReadAnew = resolve;
              this.#post({ kind: 'gap', key });
            }),
        },
      );
    } catch (error) {
      // For a person without the right to subscribe, the list isn't updated, and no error is shown.
      if (!(error instanceof GraphError)) {
        throw error;
      }
      following.status = error.isForbidden ? 'live' : 'lost';
      this.#sayStatus();
    }
  }

  #sayStatus(): void {
    const statuses = [...this.#followings.values()].map(({ status }) => status);
    const status = (['lost', 'catching up'] as const).find((one) => statuses.includes(one)) ?? 'live';
    this.#saidAt = performance.now();
    this.#post({ kind: 'status', status, followed: [...this.#followings.keys()] });
  }
}
