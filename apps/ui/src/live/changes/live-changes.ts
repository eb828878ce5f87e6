/**
 * Keeps the lists in all tabs of an area, such as `/staff`, up to date. Only one of the tabs, the leader, opens a
 * stream.
 */
import type { FollowStatus } from '@patron-graph/kit';
import { keyOf, Leader, type Message, maxFollowed } from './leader.ts';
import { Leadership } from './leadership.ts';
import { type Followed, LiveList, type Rendered } from './live-list.ts';
import { SharedStream } from './shared-stream.ts';

/**
 * The delay before this tab sends its lists to the leader, in ms. Each change of the lists begins the delay again, so
 * that lists that appear together are sent in one message.
 */
const gatheringMs = 20;
/**
 * The time without an event or a heartbeat of the stream, in ms, after which a visible tab becomes the leader. The
 * server sends a heartbeat every 12 s.
 */
const silentMs = 40_000;
const lookingMs = 5_000;

export class LiveChanges {
  readonly #tab = crypto.randomUUID();
  readonly #channel: BroadcastChannel;
  readonly #leadership: Leadership;
  readonly #stream: SharedStream;
  readonly #looking: ReturnType<typeof setInterval>;
  readonly #onStatus: (status: FollowStatus) => void;
  readonly #lists = new Map<string, LiveList>();
  /** Null unless this tab leads. */
  #leader: Leader | null = null;
  #followed: readonly string[] = [];
  #lastListId = 0;
  #telling: ReturnType<typeof setTimeout> | undefined;
  #heardAt = performance.now();
  #isClosed = false;

  /** @param name the same for all tabs of a session, and different for all other tabs */
  constructor(name: string, url: string, send: typeof fetch, onStatus: (status: FollowStatus) => void) {
    this.#onStatus = onStatus;
    this.#stream = new SharedStream(url, send, () => this.#leader?.heard());
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<Message>) => this.#receive(data));
    this.#leadership = new Leadership(name, (signal) => this.#lead(signal));
    this.#looking = setInterval(() => this.#look(), lookingMs);
    document.addEventListener('visibilitychange', this.#onSeen);
    document.addEventListener('resume', this.#onResumed);
    window.addEventListener('offline', this.#onOffline);
  }

  /** Makes a list read again after each change, until the returned `LiveList` is stopped. */
  follow(followed: Followed, rendered: () => Rendered): LiveList {
    return new LiveList(followed, rendered, (list) => this.#add(list));
  }

  #add(list: LiveList): () => void {
    this.#lastListId += 1;
    const id = `${this.#tab} ${this.#lastListId}`;
    this.#lists.set(id, list);
    this.#tellSoon();
    return () => {
      this.#lists.delete(id);
      this.#tellSoon();
    };
  }

  close(): void {
    clearInterval(this.#looking);
    document.removeEventListener('visibilitychange', this.#onSeen);
    document.removeEventListener('resume', this.#onResumed);
    window.removeEventListener('offline', this.#onOffline);
    this.#lists.clear();
    this.#tell();
    clearTimeout(this.#telling);
    this.#isClosed = true;
    this.#leadership.close();
    this.#channel.close();
  }

  /**
   * A frozen tab may have missed events. So each list is sent to the leader again, with the cursor of its last event.
   */
  readonly #onResumed = (): void => {
    for (const list of [...this.#lists.values()]) {
      list.resume();
    }
  };

  readonly #onOffline = (): void => this.#stream.drop();

  /**
   * If `maxFollowed` subscriptions are open, a list may have none. It is read again when its tab is shown. It then gets
   * a subscription in place of a list of another tab.
   */
  readonly #onSeen = (): void => {
    const isBounded = this.#followed.length === maxFollowed;
    for (const list of isBounded && !document.hidden ? [...this.#lists.values()] : []) {
      if (!this.#followed.includes(keyOf(list))) {
        list.missed();
      }
    }
    this.#look();
  };

  #look(): void {
    const isSilent = performance.now() - this.#heardAt > silentMs;
    if (isSilent && this.#lists.size > 0 && !document.hidden && this.#leader === null) {
      this.#heardAt = performance.now();
      this.#leadership.takeOver();
    }
  }

  #tellSoon(): void {
    clearTimeout(this.#telling);
    this.#telling = setTimeout(() => this.#tell(), gatheringMs);
  }

  #tell(): void {
    const wants = [...this.#lists].map(([id, { document, variables, after }]) => ({
      id,
      document,
      variables,
      after,
    }));
    this.#post({ kind: 'wants', tab: this.#tab, wants });
  }

  /** Sends a message to all tabs, including this one. */
  #post(message: Message): void {
    if (this.#isClosed) {
      return;
    }
    this.#channel.postMessage(message);
    this.#receive(message);
  }

  #receive(message: Message): void {
    switch (message.kind) {
      case 'wants':
        this.#leader?.want(message.tab, message.wants);
        break;
      case 'who':
        this.#tellSoon();
        break;
      case 'event':
        this.#heardAt = performance.now();
        for (const list of this.#listsOf(message.key)) {
          list.tell(message.event);
        }
        break;
      case 'gap':
        for (const list of this.#listsOf(message.key)) {
          list.missed();
        }
        break;
      case 'status':
        this.#heardAt = performance.now();
        this.#followed = message.followed;
        this.#onStatus(message.status);
    }
  }

  #listsOf(key: string): readonly LiveList[] {
    return [...this.#lists.values()].filter((list) => keyOf(list) === key);
  }

  #lead(signal: AbortSignal): void {
    const leader = new Leader(this.#stream, (message) => this.#post(message));
    this.#leader = leader;
    signal.addEventListener('abort', () => {
      leader.stop();
      this.#leader = null;
    });
    this.#post({ kind: 'who' });
  }
}
