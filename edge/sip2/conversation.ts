import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describeError } from '../../platform/telemetry/describe-error.ts';
import { type Bounds, messageTimeoutMs } from './bounds.ts';
import type { Connection } from './connection.ts';
import type { ConnectionLog } from './log.ts';
import { FrameSplitter } from './protocol/frames.ts';

/** Time to finish a message when the server closes, in ms. */
const closingMs = messageTimeoutMs + 500;

type Answering = Pick<Connection, 'react' | 'terminal'>;

export interface ConversationLog {
  readonly log: ConnectionLog;
  /** Called when the connection is closed without an answer. */
  readonly refused: (reason: 'no login' | 'too long' | 'unread') => void;
}

type ConversationBounds = Pick<
  Bounds,
  'maxMessageBytes' | 'loginTimeoutMs' | 'idleTimeoutMs' | 'readingTimeoutMs'
>;

/**
 * Reads and writes the bytes of one connection. Reads no new bytes while a message is answered, or while unread answers
 * fill the buffer.
 */
export class Conversation {
  readonly #socket: Socket;
  readonly #connection: Answering;
  readonly #events: ConversationLog;
  readonly #readingTimeoutMs: number;
  readonly #frames: FrameSplitter;
  #answering = false;
  #ending = false;

  constructor(socket: Socket, connection: Answering, bounds: ConversationBounds, events: ConversationLog) {
    this.#socket = socket;
    this.#connection = connection;
    this.#events = events;
    this.#readingTimeoutMs = bounds.readingTimeoutMs;
    this.#frames = new FrameSplitter(bounds.maxMessageBytes);
    socket.setNoDelay(true);
    const loginTimer = setTimeout(() => {
      if (connection.terminal === null) {
        events.refused('no login');
        socket.destroy();
      }
    }, bounds.loginTimeoutMs);
    socket.setTimeout(bounds.idleTimeoutMs, () => socket.destroy());
    socket.once('close', () => clearTimeout(loginTimer));
    socket.on('data', (chunk: Buffer) => void this.#read(chunk));
  }

  /** Null before the login. */
  get terminal(): Connection['terminal'] {
    return this.#connection.terminal;
  }

  /** Closes the connection after the current message is answered. Resolves when the connection is closed. */
  async end(): Promise<void> {
    this.#ending = true;
    if (this.#socket.closed) {
      return;
    }
    const closed = once(this.#socket, 'close');
    const tooLate = setTimeout(() => this.#socket.destroy(), closingMs);
    if (!this.#answering) {
      this.#socket.destroy();
    }
    await closed;
    clearTimeout(tooLate);
  }

  async #read(chunk: Buffer): Promise<void> {
    this.#answering = true;
    this.#socket.pause();
    try {
      for (const frame of this.#frames.push(chunk)) {
        const { bytes, close } = await this.#connection.react(frame);
        const isFull = bytes !== null && this.#socket.writable && !this.#socket.write(bytes);
        if (isFull && !(await this.#isReadInTime())) {
          return;
        }
        if (close || this.#ending) {
          // `end` would wait for the terminal to close its side. This server would never notice that, because it reads
          // nothing any more.
          this.#socket.destroySoon();
          return;
        }
      }
    } catch (error) {
      if (error instanceof RangeError) {
        this.#events.refused('too long');
      } else {
        this.#events.log.warn(describeError(error), 'a SIP2 message failed');
      }
      this.#socket.destroy();
      return;
    } finally {
      this.#answering = false;
    }
    this.#socket.resume();
  }

  /**
   * Waits until the terminal has read all answers, so that not too many answers are buffered. Disconnects a terminal
   * that doesn't read them in time. Resolves to whether the terminal is still connected.
   */
  async #isReadInTime(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#socket.once('drain', resolve).once('close', resolve);
    const tooLate = setTimeout(() => {
      this.#events.refused('unread');
      this.#socket.destroy();
    }, this.#readingTimeoutMs);
    await promise;
    clearTimeout(tooLate);
    this.#socket.off('drain', resolve).off('close', resolve);
    return !this.#socket.destroyed;
  }
}
