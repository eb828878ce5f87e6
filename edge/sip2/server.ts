/** SIP2 over TCP or TLS: connections, and their bounds. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import type { ServerTls } from '../../adapters/tls/server.ts';
import type { GraphClient } from '../graph/client.ts';
import type { TokenSource } from '../graph/tokens.ts';
import { type Bounds, defaultBounds, WrongLogins } from './bounds.ts';
import { Connection, type ConnectionLog } from './connection.ts';
import { Conversation } from './conversation.ts';
import {
  isExpected,
  isExpectedAddress,
  type Peer,
  terminalByLogin,
  terminalWithoutLogin,
} from './find-terminal.ts';
import type { ConnectionCounts, ObserveMessage } from './observer.ts';
import type { Terminal, Terminals } from './terminals.ts';

export interface Sip2Options {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Null: messages go unencrypted. */
  readonly tls: ServerTls | null;
  readonly terminals: Terminals;
  readonly graph: GraphClient;
  readonly tokenFor: TokenSource;
  readonly log: ConnectionLog;
  readonly now?: () => Date;
  readonly bounds?: Bounds;
  /** Told of each message; absent where nobody wants to know. */
  readonly observe?: ObserveMessage;
}

export interface Sip2Server extends AsyncDisposable {
  readonly port: number;
  connections(): ConnectionCounts;
}

/**
 * Resolves when the server listens. Disposing of it takes no more messages, and closes each connection once its message is
 * answered.
 */
export async function startSip2Server(options: Sip2Options): Promise<Sip2Server> {
  const { tls } = options;
  const door = new Door(options);
  const admit = (socket: Socket) => door.admit(socket);
  const server: Server = tls === null ? createServer(admit) : createTlsServer(door.tlsOptions(tls), admit);
  tls?.renewOn(server);
  // Also before a handshake, which could be held up.
  server.prependListener('connection', (socket: Socket) => door.knock(socket));
  // A handshake that fails, and a client that goes away in it.
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => door.connections(),
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      await door.close();
      await closed;
    },
  };
}

/** @throws Error where the port is in use; the message is for the person who started the process. */
async function listen(server: Server, { host, port }: Pick<Sip2Options, 'host' | 'port'>): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(`SIP2_PORT ${port} is in use at ${host}: set another.`)
      : error;
  }
}

/** Lets terminals in, counts them, and shows them out. */
class Door {
  readonly #options: Sip2Options;
  readonly #bounds: Bounds;
  readonly #wrongLogins: WrongLogins;
  /** Every connection there is, also one whose handshake isn't complete, with its address. */
  readonly #sockets = new Map<Socket, string>();
  readonly #conversations = new Set<Conversation>();

  constructor(options: Sip2Options) {
    this.#options = options;
    this.#bounds = options.bounds ?? defaultBounds;
    this.#wrongLogins = new WrongLogins(this.#bounds, Date.now);
  }

  tlsOptions({ options }: ServerTls): TlsOptions {
    return { ...options, handshakeTimeout: this.#bounds.loginTimeoutMs };
  }

  /** Counts a connection, and closes it at once where it can't be a terminal's, or where there are too many. */
  knock(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const address = addressOf(socket);
    if (!this.#mayStay(address)) {
      socket.destroy();
      return;
    }
    this.#sockets.set(socket, address);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Begins a conversation over a connection whose handshake, if it has one, is complete. */
  admit(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const peer = peerOf(socket);
    const { terminals, log } = this.#options;
    if (socket.destroyed || !isExpected(terminals.terminals, peer)) {
      socket.destroy();
      return;
    }
    const conversation = new Conversation(socket, this.#connectionOf(socket, peer), this.#bounds, log);
    this.#conversations.add(conversation);
    socket.once('close', () => this.#conversations.delete(conversation));
  }

  connections(): ConnectionCounts {
    const counts = { station: 0, 'e-book': 0, unknown: 0 };
    for (const { profile } of this.#conversations) {
      counts[profile ?? 'unknown'] += 1;
    }
    return counts;
  }

  /** Closes each conversation once its message is answered, and then what is in a handshake still. */
  async close(): Promise<void> {
    await Promise.all([...this.#conversations].map((conversation) => conversation.end()));
    for (const socket of this.#sockets.keys()) {
      socket.destroy();
    }
  }

  #connectionOf(socket: Socket, peer: Peer): Connection {
    const {
      terminals,
      graph,
      tokenFor,
      log,
      now = () => new Date(),
      observe = () => undefined,
    } = this.#options;
    return new Connection({
      graph,
      tokenFor,
      log,
      now,
      observe,
      institution: terminals.institution,
      libraryName: terminals.libraryName,
      isSecure: socket instanceof TLSSocket,
      graphTimeoutMs: this.#bounds.graphTimeoutMs,
      terminal: terminalWithoutLogin(terminals.terminals, peer),
      logIn: (user, password) => this.#logIn(peer, user, password),
    });
  }

  #logIn(peer: Peer, user: string, password: string): Terminal | null {
    // Also here: an address may have opened many connections before it was locked.
    if (this.#wrongLogins.isLocked(peer.address)) {
      return null;
    }
    const terminal = terminalByLogin(this.#options.terminals.terminals, peer, user, password);
    if (terminal === null) {
      this.#wrongLogins.count(peer.address);
      this.#options.log.warn({ address: peer.address }, 'a SIP2 login is wrong');
    }
    return terminal;
  }

  #mayStay(address: string): boolean {
    const fromThere = [...this.#sockets.values()].filter((one) => one === address);
    return (
      this.#sockets.size < this.#bounds.maxConnections &&
      fromThere.length < this.#bounds.maxConnectionsPerAddress &&
      !this.#wrongLogins.isLocked(address) &&
      isExpectedAddress(this.#options.terminals.terminals, address)
    );
  }
}

/** An IPv4 address comes as an IPv6 one where the server listens on both. */
function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

function peerOf(socket: Socket): Peer {
  const isVerified = socket instanceof TLSSocket && socket.authorized;
  const { CN } = (isVerified ? socket.getPeerCertificate().subject : undefined) ?? {};
  return { address: addressOf(socket), certificate: typeof CN === 'string' ? CN : null };
}
