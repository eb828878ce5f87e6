import type { PageStream } from './page-stream.ts';

/** The maximum number of streams to pages in a process. A large library has fewer browsers open. */
const maxPageStreams = 2_000;
/** The maximum number of their subscriptions at the graph, each with a connection. Most pages have one or two. */
export const maxGraphStreams = 4 * maxPageStreams;
/**
 * The maximum number of streams of a session. All tabs of a browser share one. Others are left over from connections
 * that were lost unnoticed.
 */
export const maxStreamsOfSession = 4;

/** The streams to pages that are open in this process. */
export class OpenPages {
  readonly #bySession = new Map<string, Set<PageStream>>();
  #count = 0;

  /** From 0, empty, to 1, full. */
  get fill(): number {
    return this.#count / maxPageStreams;
  }

  /** Adds a stream of a session, whose oldest one ends if it has too many. Returns false if the process has too many. */
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

  /** Ends all streams, because the process stops. Their pages come back to another one. */
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
