import type { PageStream } from './page-stream.ts';

/** The maximum number of streams to pages in a process. A large library has fewer browsers open at a time. */
const maxPageStreams = 2_000;
/** The maximum number of the pages' subscriptions at the graph. Each has a connection. Most pages have one or two. */
export const maxGraphStreams = 4 * maxPageStreams;
/**
 * The maximum number of streams of a session. All tabs of a browser share one stream. Further streams are left over from
 * connections that were lost without notice.
 */
export const maxStreamsOfSession = 4;

/** This process's open streams to pages. */
export class OpenPages {
  readonly #bySession = new Map<string, Set<PageStream>>();
  #count = 0;

  /** The number of open streams as a share of the maximum, from 0 to 1. */
  get fill(): number {
    return this.#count / maxPageStreams;
  }

  /**
   * Adds a stream of a session. If the session has too many, its oldest stream ends. Returns false if the process has too
   * many.
   */
  add(session: string, stream: PageStream): boolean {
    const streams = this.#bySession.get(session) ?? new Set();
    const [oldest] = streams;
    if (oldest !== undefined && streams.size >= maxStreamsOfSession) {
      this.#remove(session, oldest);
      oldest.end();
    }
    if (this.#count >= maxPageStreams) {
      return false;
    }
    this.#count += 1;
    this.#bySession.set(session, streams.add(stream));
    stream.gone.addEventListener('abort', () => this.#remove(session, stream), { once: true });
    return true;
  }

  /** Ends all streams, because the process stops. Their pages reconnect to another process. */
  endAll(): void {
    for (const stream of [...this.#bySession.values()].flatMap((streams) => [...streams])) {
      stream.end();
    }
  }

  #remove(session: string, stream: PageStream): void {
    const streams = this.#bySession.get(session);
    if (streams?.delete(stream) === true) {
      this.#count -= 1;
      if (streams.size === 0) {
        this.#bySession.delete(session);
      }
    }
  }
}
