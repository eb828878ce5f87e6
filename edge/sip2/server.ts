/** SIP2 over TCP or TLS: connections, and their bounds. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import type { ServerTls } from '../../platform/tls/server.ts';
import type { GraphClient } from '../graph/client.ts';
import type { TokenSource } from '../graph/tokens.ts';
import { type Bounds, defaultBounds } from './bounds.ts';
import { Connection, type ConnectionLog } from './connection.ts';
import { ConnectionLimits, type CountedConnection } from './connection-limits.ts';
import { Conversation } from './conversation.ts';
import {
  isExpected,
  isExpectedAddress,
  type Peer,
  terminalByLogin,
  terminalWithoutLogin,
} from './find-terminal.ts';
import type { ConnectionCounts, Sip2Observer } from './observer.ts';
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
  readonly observer?: Sip2Observer;
}

export interface Sip2Server extends AsyncDisposable {
  readonly port: number;
}

/**
 * Resolves when the server listens. Disposing of it takes no more messages, and closes each connection once its message is
 * answered.
 */
export async function startSip2Server(options: Sip2Options): Promise<Sip2Server> {
  const { tls } = options;
  const registry = new ConnectionRegistry(options);
  const startConversation = (socket: Socket) => registry.startConversation(socket);
  const server: Server =
    tls === null
      ? createServer(startConversation)
      : createTlsServer(registry.tlsOptions(tls), startConversation);
  tls?.renewOn(server);
  // Also before a handshake, which could be held up.
  server.prependListener('connection', (socket: Socket) => registry.accept(socket));
  // The handshake fails, or the client leaves during it.
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  await listen(server, options);
  options.observer?.watchConnections?.(() => registry.connections());
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      await registry.close();
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

/** An accepted connection, and its conversation once the handshake, if there is one, is complete. */
class AcceptedConnection implements CountedConnection {
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

/** The connections of a server: accepts and counts them, begins their conversations, and ends them. */
class ConnectionRegistry {
  readonly #options: Sip2Options;
  readonly #bounds: Bounds;
  readonly #limits: ConnectionLimits;
  /** By remote address and port, which a TLS socket shares with the TCP socket below it. */
  readonly #accepted = new Map<string, AcceptedConnection>();

  constructor(options: Sip2Options) {
    this.#options = options;
    this.#bounds = options.bounds ?? defaultBounds;
    this.#limits = new ConnectionLimits(this.#bounds, Date.now);
  }

  tlsOptions({ options }: ServerTls): TlsOptions {
    return { ...options, handshakeTimeout: this.#bounds.loginTimeoutMs };
  }

  /** Counts a connection, and closes it at once where it can't be a terminal's, or where there are too many. */
  accept(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const accepted = new AcceptedConnection(socket);
    const key = endOf(socket);
    const isExpectedThere = isExpectedAddress(this.#options.terminals.terminals, accepted.address);
    if (key === null || !isExpectedThere || !this.#limits.enter(accepted)) {
      socket.destroy();
      return;
    }
    this.#accepted.set(key, accepted);
    socket.once('close', () => {
      this.#limits.leave(accepted);
      // A terminal may have come back from the same port before this was noticed.
      if (this.#accepted.get(key) === accepted) {
        this.#accepted.delete(key);
      }
    });
  }

  /** Begins a conversation over a connection whose handshake, if it has one, is complete. */
  startConversation(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const peer = peerOf(socket);
    const accepted = this.#accepted.get(endOf(socket) ?? '');
    const { terminals, log } = this.#options;
    if (accepted === undefined || socket.destroyed || !isExpected(terminals.terminals, peer)) {
      socket.destroy();
      return;
    }
    accepted.conversation = new Conversation(socket, this.#connectionOf(socket, peer), this.#bounds, log);
  }

  connections(): ConnectionCounts {
    const counts = { station: 0, 'e-book': 0, unknown: 0 };
    for (const { profile } of this.#conversations()) {
      counts[profile ?? 'unknown'] += 1;
    }
    return counts;
  }

  /** Closes each conversation once its message is answered, and then connections that are still in a handshake. */
  async close(): Promise<void> {
    await Promise.all(this.#conversations().map((conversation) => conversation.end()));
    for (const accepted of this.#accepted.values()) {
      accepted.destroy();
    }
  }

  #conversations(): readonly Conversation[] {
    return [...this.#accepted.values()].flatMap(({ conversation }) => conversation ?? []);
  }

  #connectionOf(socket: Socket, peer: Peer): Connection {
    const { terminals, graph, tokenFor, log, now = () => new Date(), observer = {} } = this.#options;
    return new Connection({
      graph,
      tokenFor,
      log,
      now,
      observer,
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
    if (this.#limits.isLocked(peer.address)) {
      return null;
    }
    const terminal = terminalByLogin(this.#options.terminals.terminals, peer, user, password);
    if (terminal === null) {
      this.#limits.countWrongLogin(peer.address);
      this.#options.log.warn({ address: peer.address }, 'a SIP2 login is wrong');
    }
    return terminal;
  }
}

/** The remote address and port; null where the client is gone already. */
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
