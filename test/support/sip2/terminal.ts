/** A terminal for tests, written from the protocol text. It speaks SIP2 over a socket. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { login } from './messages.ts';
import { type Charset, decodePacket, encodePacket } from './packet.ts';
import { parseResponse, type Sip2Response } from './responses.ts';

export interface TerminalOptions {
  readonly port: number;
  readonly host?: string;
  /** The local address of the connection. */
  readonly localAddress?: string;
  /** TLS options. Without them, the socket is not encrypted. */
  readonly tls?: ConnectionOptions;
  readonly charset?: Charset;
  /** Whether messages have `AY` and `AZ`. */
  readonly errorDetection?: boolean;
}

export interface TestTerminal extends AsyncDisposable {
  readonly socket: Socket;
  /**
   * Sends a message with the next sequence number, and resolves to its response. Rejects if the connection closes
   * first.
   */
  send(text: string): Promise<Sip2Response>;
  /** Sends the last message again with the same sequence number, as after a lost response. */
  repeat(): Promise<Sip2Response>;
  /** Sends the bytes unchanged, and resolves to the next packet, unchanged. */
  exchange(bytes: Uint8Array): Promise<Buffer>;
  /** Resolves to the next packet, unchanged. Rejects if the connection closes first. */
  next(): Promise<Buffer>;
  /** Sends a message without waiting for a response. */
  write(text: string): void;
  /** Resolves when the connection is closed. */
  readonly closed: Promise<void>;
}

/**
 * Connects. Rejects if the connection is refused. If the server closes the connection at once, the first `send`
 * rejects.
 */
export async function connectTerminal(options: TerminalOptions): Promise<TestTerminal> {
  const { port, host = '127.0.0.1', localAddress, tls, charset = 'utf-8', errorDetection = true } = options;
  const address = { port, host, ...(localAddress !== undefined && { localAddress }) };
  const socket = tls === undefined ? connect(address) : connectTls({ ...address, ...tls });
  socket.setNoDelay(true);
  await once(socket, tls === undefined ? 'connect' : 'secureConnect');
  const received = new Received(socket);
  let sequence = -1;
  let last: Buffer = Buffer.alloc(0);
  const packetOf = (text: string): Buffer => {
    sequence = (sequence + 1) % 10;
    last = encodePacket(text, errorDetection ? sequence : null, charset);
    return last;
  };
  const responseTo = async (bytes: Buffer): Promise<Sip2Response> => {
    socket.write(bytes);
    const { text, sequence: answered, isChecked } = decodePacket(await received.next(), charset);
    const response = parseResponse(text);
    if (isChecked !== errorDetection || (answered !== null && answered !== sequence)) {
      throw new Error(`the response has other checks than its message: ${text}`);
    }
    return response;
  };
  return {
    socket,
    closed: received.closed,
    send: (text) => responseTo(packetOf(text)),
    repeat: () => responseTo(last),
    next: () => received.next(),
    exchange(bytes) {
      socket.write(bytes);
      return received.next();
    },
    write(text) {
      socket.write(packetOf(text));
    },
    async [Symbol.asyncDispose]() {
      socket.destroy();
      await received.closed;
    },
  };
}

/** Reads the packets of a socket, one after the other. */
class Received {
  readonly closed: Promise<void>;
  #bytes = Buffer.alloc(0);
  #isClosed = false;
  #wake: () => void = () => undefined;

  constructor(socket: Socket) {
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
      this.#wake();
    });
    // A reset also closes the connection.
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.#isClosed = true;
        this.#wake();
        resolve();
      });
    });
  }

  async next(): Promise<Buffer> {
    for (;;) {
      const end = this.#bytes.indexOf(0x0d);
      if (end >= 0) {
        const packet = this.#bytes.subarray(0, end + 1);
        // Some servers add a line feed to a packet.
        const skip = this.#bytes[end + 1] === 0x0a ? 2 : 1;
        this.#bytes = this.#bytes.subarray(end + skip);
        return packet;
      }
      if (this.#isClosed) {
        throw new Error('the connection was closed before a response came');
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/**
 * Connects and logs in.
 * @throws Error if the login is refused
 */
export async function connectAs(
  user: string,
  password: string,
  options: TerminalOptions,
): Promise<TestTerminal> {
  const terminal = await connectTerminal(options);
  const { fixed } = await terminal.send(login(user, password));
  if (fixed.ok !== '1') {
    throw new Error(`the login of ${user} was refused`);
  }
  return terminal;
}
