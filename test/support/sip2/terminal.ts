/** A terminal of the tests' own: it speaks SIP2 over a socket, by the protocol text. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { login } from './messages.ts';
import { type Charset, decodePacket, encodePacket } from './packet.ts';
import { parseResponse, type Sip2Response } from './responses.ts';

export interface TerminalOptions {
  readonly port: number;
  readonly host?: string;
  /** The address to connect from. */
  readonly localAddress?: string;
  /** Options of TLS; without them the socket is a plain one. */
  readonly tls?: ConnectionOptions;
  readonly charset?: Charset;
  /** Whether messages have `AY` and `AZ`. */
  readonly errorDetection?: boolean;
}

export interface TestTerminal extends AsyncDisposable {
  readonly socket: Socket;
  /** Sends a message under the next sequence number, and resolves to its response. Rejects where the connection closes first. */
  send(text: string): Promise<Sip2Response>;
  /** Sends what was sent last once more, with the same sequence number, as after a response that was lost. */
  repeat(): Promise<Sip2Response>;
  /** Sends bytes as they are, and resolves to the next packet as it came. */
  exchange(bytes: Uint8Array): Promise<Buffer>;
  /** Resolves to the next packet as it came. Rejects where the connection closes first. */
  next(): Promise<Buffer>;
  /** Sends a message, and waits for nothing. */
  write(text: string): void;
  /** Resolves once the connection is closed. */
  readonly closed: Promise<void>;
}

/** Connects. Rejects where the connection is refused; one that is closed at once rejects the first `send`. */
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

/** The packets of a socket, one after the other. */
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
    // A reset is a way to close, too.
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
        // Some servers end a packet with a line feed, too.
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

/** Connects, and logs in. @throws where the login is refused */
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
