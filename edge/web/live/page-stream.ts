import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';

/** The time between two heartbeats, in ms. The graph's streams have the same heartbeat. */
export const heartbeatMs = 12_000;

/**
 * The body of an answer. Several writers add events to it. The writers wait while the page doesn't read. A page is
 * disconnected if it reads nothing between two heartbeats while events are waiting.
 */
export class PageStream implements Disposable {
  readonly #body: Readable;
  readonly #gone = new AbortController();
  #taken: PromiseWithResolvers<void> | null = null;
  #isUnread = false;
  readonly #beat: NodeJS.Timeout;

  constructor() {
    this.#body = new Readable({ read: () => this.#onTaken() });
    this.#body.once('close', () => this.#close());
    this.#beat = setInterval(() => this.#heartbeat(), heartbeatMs);
  }

  /** Aborts when the page has disconnected, or when the stream was ended. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  send(reply: FastifyReply): FastifyReply {
    // Some browsers wait for the first byte of a body, so a comment is sent. Without the header `x-accel-buffering`,
    // nginx would buffer the events.
    this.#body.push(comment);
    reply.headers({ 'x-accel-buffering': 'no', 'content-type': 'text/event-stream; charset=utf-8' });
    return reply.send(this.#body);
  }

  /** Adds an event `next`. If unread events fill the buffer, waits until the page reads them or has disconnected. */
  async write(json: string): Promise<void> {
    await this.#taken?.promise;
    if (!this.gone.aborted && !this.#body.push(`event: next\ndata: ${json}\n\n`)) {
      this.#taken ??= Promise.withResolvers();
      await this.#taken.promise;
    }
  }

  /** Ends the answer. A page that is still open reconnects. */
  end(): void {
    this.#gone.abort();
    this.#body.push(null);
  }

  [Symbol.dispose](): void {
    this.#body.destroy();
  }

  #onTaken(): void {
    this.#isUnread = false;
    this.#taken?.resolve();
    this.#taken = null;
  }

  #heartbeat(): void {
    if (this.#isUnread) {
      this.#body.destroy();
    } else if (this.#body.readableLength > 0) {
      this.#isUnread = true;
    } else if (!this.gone.aborted) {
      this.#body.push(comment);
    }
  }

  #close(): void {
    clearInterval(this.#beat);
    this.#gone.abort();
    this.#onTaken();
  }
}

const comment = ':\n\n';
