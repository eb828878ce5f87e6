/**
 * Follows the standing of readers who are signed in, over the library's graph. Copy this file, and call `follow` with
 * the pseudonyms of all signed-in readers whenever a reader signs in or out. docs/guides/live.md explains the
 * subscription.
 */
import { follow, GraphError, overFetch } from '@patron-graph/kit';
import { FollowStandingsDocument } from '@patron-graph/kit/partner';

export interface GraphAccess {
  /** The endpoint, such as `https://graph.library.example/graphql`. */
  readonly url: string;
  /** Returns an access token for the client id with which readers sign in. Its scope is `partner:verify`. */
  token(): Promise<string>;
}

export interface StandingsOptions {
  readonly graph: GraphAccess;
  /** Called when a stream has reported the standing of a reader. */
  onStanding(pseudonym: string, standing: 'good' | 'not_good'): void;
  /**
   * Called when changes of the reader's standing may have been missed, for one of three reasons. The reader was not
   * followed before, the stream has lost its cursor, or the standing could not be read. Request the standing from the
   * library again.
   */
  onUnknown(pseudonym: string): void;
  /**
   * Called when the library refuses the subscription. The readers' pages then show the standing from the library's last
   * answer.
   */
  onRefused(error: unknown): void;
}

/** The maximum number of pseudonyms that the graph accepts in one subscription. */
const maxPseudonyms = 1_000;
/**
 * The wait before a subscription is opened, in ms. Each call of `follow` begins the wait again, so that several
 * sign-ins need only one subscription.
 */
const gatheringMs = 200;

/**
 * Follows the standing of all readers with one stream. A cursor is valid only for the pseudonyms of its stream, so
 * another set of readers needs another stream. The old stream ends only when the new one is open, so that no change is
 * missed. While both are open, both may report the same change. This does no harm.
 */
export class Standings implements Disposable {
  readonly #options: StandingsOptions;
  #wanted: ReadonlySet<string> = new Set();
  #followed: ReadonlySet<string> = new Set();
  /** The streams, the newest last. As soon as the newest one is connected, the others end. */
  #streams: readonly AbortController[] = [];
  #gathering: NodeJS.Timeout | undefined;

  constructor(options: StandingsOptions) {
    this.#options = options;
  }

  /** Follows these readers, and no others. Of too many pseudonyms, only the last `maxPseudonyms` are followed. */
  follow(pseudonyms: Iterable<string>): void {
    this.#wanted = new Set([...pseudonyms].slice(-maxPseudonyms));
    clearTimeout(this.#gathering);
    this.#gathering = setTimeout(() => this.#open(), gatheringMs).unref();
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#gathering);
    this.#keepOnly(null);
  }

  #keepOnly(newest: AbortController | null): void {
    for (const stream of this.#streams.filter((one) => one !== newest)) {
      stream.abort();
    }
    this.#streams = newest === null ? [] : [newest];
  }

  #open(): void {
    const readers = this.#wanted;
    const added = new Set([...readers].filter((reader) => !this.#followed.has(reader)));
    if (added.size === 0 && readers.size === this.#followed.size) {
      return;
    }
    this.#followed = readers;
    if (readers.size === 0) {
      this.#keepOnly(null);
      return;
    }
    const closing = new AbortController();
    this.#streams = [...this.#streams, closing];
    let isUnknown: ReadonlySet<string> = added;
    this.#run([...readers], closing.signal, {
      onLive: () => {
        if (this.#streams.at(-1) === closing) {
          this.#keepOnly(closing);
        }
        for (const pseudonym of isUnknown) {
          this.#options.onUnknown(pseudonym);
        }
        isUnknown = new Set();
      },
      // The stream must start without a cursor, so changes may have been missed.
      onMissed: () => {
        isUnknown = readers;
      },
    }).catch((error: unknown) => {
      if (this.#streams.at(-1) === closing) {
        this.#keepOnly(null);
        this.#followed = new Set();
      }
      this.#options.onRefused(error);
    });
  }

  async #run(
    pseudonyms: readonly string[],
    signal: AbortSignal,
    { onLive, onMissed }: { onLive(): void; onMissed(): void },
  ): Promise<void> {
    const { graph, onStanding, onUnknown } = this.#options;
    await follow(overFetch(graph), FollowStandingsDocument, ({ standingChanges }) => standingChanges, {
      signal,
      variables: { pseudonyms },
      // Returns no cursors. The standings are read later, when the stream is open (`onLive`).
      async onReadAnew(why) {
        if (why !== 'START') {
          onMissed();
        }
        return [];
      },
      onEvent({ pseudonym, inGoodStanding }) {
        if (inGoodStanding === null) {
          onUnknown(pseudonym);
        } else {
          onStanding(pseudonym, inGoodStanding ? 'good' : 'not_good');
        }
      },
      onStatus(status) {
        if (status === 'live') {
          onLive();
        }
      },
    });
  }
}

/** Why the graph refused the subscription, as a text for the log. */
export const reasonOf = (error: unknown): string =>
  error instanceof GraphError
    ? error.missing.map(({ code }) => code).join(', ') || error.message
    : String(error);
