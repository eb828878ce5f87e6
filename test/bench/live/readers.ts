import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Bytes that each event of a tick begins with, by any of the servers. */
const eventMark = 'event: next';
const body = JSON.stringify({ query: 'subscription { tick }' });

/** Many open streams of one server, over sockets of their own. A client of fetch would take more time than the server. */
export class Readers {
  readonly #port: number;
  readonly #sockets: Socket[] = [];
  #events = 0;

  constructor(url: string) {
    this.#port = Number(new URL(url).port);
  }

  /** The events that have arrived on all streams. */
  get events(): number {
    return this.#events;
  }

  /**
   * Opens `count` streams, evenly spread over `overMs`. Each two hundred come from another address, because a gateway bounds
   * the streams of a caller. Resolves when the server has accepted all of them.
   */
  async open(count: number, overMs = 0): Promise<void> {
    const begun = performance.now();
    const opened: Promise<void>[] = [];
    for (let index = 0; index < count; index += 1) {
      const waitMs = begun + (overMs * index) / count - performance.now();
      if (waitMs > 1) {
        await new Promise((resolve) => setTimeout(resolve, waitMs));
      }
      opened.push(this.#openOne(index));
      if (opened.length % 100 === 0) {
        await opened.at(-1);
      }
    }
    await Promise.all(opened);
  }

  /** Resolves when this many events have arrived in all. */
  async expect(events: number): Promise<void> {
    const deadline = performance.now() + 120_000;
    while (this.#events < events) {
      if (performance.now() > deadline) {
        throw new Error(`${this.#events} of ${events} events have arrived`);
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  async close(): Promise<void> {
    const sockets = this.#sockets.splice(0);
    await Promise.all(
      sockets.map((socket) => {
        const closed = once(socket, 'close');
        socket.destroy();
        return closed;
      }),
    );
  }

  async #openOne(index: number): Promise<void> {
    const socket = connect(this.#port, '127.0.0.1');
    this.#sockets.push(socket);
    const address = `10.${Math.floor(index / 200) % 250}.0.1`;
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: ${address}\r\naccept: text/event-stream\r\n` +
        `content-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    if (!head.toString().startsWith('HTTP/1.1 200')) {
      throw new Error(`a stream was refused: ${head.toString().slice(0, 300)}`);
    }
    this.#count(head);
    socket.on('data', (chunk: Buffer) => this.#count(chunk));
    socket.on('error', () => undefined);
  }

  #count(chunk: Buffer): void {
    for (let at = chunk.indexOf(eventMark); at >= 0; at = chunk.indexOf(eventMark, at + 1)) {
      this.#events += 1;
    }
  }
}
