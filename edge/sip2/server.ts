/** SIP2 over TCP or TLS: connections, and their bounds. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import type { ServerTls } from '../../adapters/tls/server.ts';
import type { GraphClient } from '../graph/client.ts';
import type { TokenSource } from '../graph/tokens.ts';
import { type Bounds, defaultBounds } from './bounds.ts';
import { Connection, type ConnectionLog } from './connection.ts';
import { Conversation } from './conversation.ts';
import {
  isExpected,
  isExpectedAddress,
  type Peer,
  terminalByLogin,
  terminalWithoutLogin,
} from './find-terminal.ts';
import { type Guest, Guests } from './guests.ts';
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

/** A connection that was let in, and what is said over it once its handshake, if it has one, is complete. */
class Visit implements Guest {
  readonly address: string;
  readonly #socket: Socket;
  conversation: Conversation | null = null;

  constructor(socket: Socket) {
    this.address = addressOf(socket);
    this.#socket = socket;
  }

  isKnown(): boolean {
    return this.conversation !== null && this.conversation.profile !== null;
  }

  destroy(): void {
    this.#socket.destroy();
  }
}

/** Lets terminals in, counts them, and shows them out. */
class Door {
  readonly #options: Sip2Options;
  readonly #bounds: Bounds;
  readonly #guests: Guests;
  /** By the other end's address and port, which a socket of TLS and the one below it have in common. */
  readonly #visits = new Map<string, Visit>();

  constructor(options: Sip2Options) {
    this.#options = options;
    this.#bounds = options.bounds ?? defaultBounds;
    this.#guests = new Guests(this.#bounds, Date.now);
  }

  tlsOptions({ options }: ServerTls): TlsOptions {
    return { ...options, handshakeTimeout: this.#bounds.loginTimeoutMs };
  }

  /** Counts a connection, and closes it at once where it can't be a terminal's, or where there are too many. */
  knock(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const visit = new Visit(socket);
    const key = endOf(socket);
    const isExpectedThere = isExpectedAddress(this.#options.terminals.terminals, visit.address);
    if (key === null || !isExpectedThere || !this.#guests.enter(visit)) {
      socket.destroy();
      return;
    }
    this.#visits.set(key, visit);
    socket.once('close', () => {
      this.#guests.leave(visit);
      this.#visits.delete(key);
    });
  }

  /** Begins a conversation over a connection whose handshake, if it has one, is complete. */
  admit(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const peer = peerOf(socket);
    const visit = this.#visits.get(endOf(socket) ?? '');
    const { terminals, log } = this.#options;
    if (visit === undefined || socket.destroyed || !isExpected(terminals.terminals, peer)) {
      socket.destroy();
      return;
    }
    visit.conversation = new Conversation(socket, this.#connectionOf(socket, peer), this.#bounds, log);
  }

  connections(): ConnectionCounts {
    const counts = { station: 0, 'e-book': 0, unknown: 0 };
    for (const { profile } of this.#conversations()) {
      counts[profile ?? 'unknown'] += 1;
    }
    return counts;
  }

  /** Closes each conversation once its message is answered, and then what is in a handshake still. */
  async close(): Promise<void> {
    await Promise.all(this.#conversations().map((conversation) => conversation.end()));
    for (const visit of this.#visits.values()) {
      visit.destroy();
    }
  }

  #conversations(): readonly Conversation[] {
    return [...this.#visits.values()].flatMap(({ conversation }) => conversation ?? []);
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
    // Also here: a network may have opened many connections before it was locked.
    if (this.#guests.isLocked(peer.address)) {
      return null;
    }
    const terminal = terminalByLogin(this.#options.terminals.terminals, peer, user, password);
    if (terminal === null) {
      this.#guests.countWrongLogin(peer.address);
      this.#options.log.warn({ address: peer.address }, 'a SIP2 login is wrong');
    }
    return terminal;
  }
}

/** Null where it is gone already. */
const endOf = ({ remoteAddress, remotePort }: Socket): string | null =>
  remoteAddress === undefined || remotePort === undefined ? null : `${remoteAddress} ${remotePort}`;

/** An IPv4 address comes as an IPv6 one where the server listens on both. */
function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

function peerOf(socket: Socket): Peer {
  const isVerified = socket instanceof TLSSocket && socket.authorized;
  const { CN } = (isVerified ? socket.getPeerCertificate().subject : undefined) ?? {};
  return { address: addressOf(socket), certificate: typeof CN === 'string' ? CN : null };
}
