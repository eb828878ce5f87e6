/** A SIP2 server over TCP or TLS, with limits on its connections. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import type { ServerTls } from '../../platform/tls/server.ts';
import type { GraphClient } from '../graph/client.ts';
import type { TokenSource } from '../graph/tokens.ts';
import { type Bounds, defaultBounds } from './bounds.ts';
import { Connection, type ConnectionLog } from './connection.ts';
import {
  ConnectionLimits,
  type CountedConnection,
  type LimitedTable,
  limitedTables,
} from './connection-limits.ts';
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
  /** 0 means any free port. */
  readonly port: number;
  /** Null for unencrypted connections. */
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
 * Resolves when the server listens. Disposing of the server stops reading new messages, and closes each connection once
 * its current message is answered.
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
  // Connections are counted before the TLS handshake, because a client could delay its handshake.
  server.prependListener('connection', (socket: Socket) => registry.accept(socket));
  // The handshake has failed, or the client has left during it.
  server.on('tlsClientError', (_error, socket: Socket) => socket.destroy());
  await listen(server, options);
  options.observer?.watchConnections?.(() => registry.connections());
  for (const table of limitedTables) {
    options.observer?.watchTable?.(`sip2_${table}`, () => registry.fillOf(table));
  }
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

/** @throws Error if the port is in use. The message is for the person who started the process. */
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

/** An accepted connection. Its conversation begins when the TLS handshake, if any, is complete. */
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

/** The connections of a server. It accepts and counts them, begins their conversations, and ends them. */
class ConnectionRegistry {
  readonly #options: Sip2Options;
  readonly #bounds: Bounds;
  readonly #limits: ConnectionLimits;
  /** The keys are the remote address and port, which a TLS socket has in common with its TCP socket. */
  readonly #accepted = new Map<string, AcceptedConnection>();

  constructor(options: Sip2Options) {
    this.#options = options;
    this.#bounds = options.bounds ?? defaultBounds;
    this.#limits = new ConnectionLimits(this.#bounds, Date.now);
  }

  tlsOptions({ options }: ServerTls): TlsOptions {
    return { ...options, handshakeTimeout: this.#bounds.loginTimeoutMs };
  }

  /**
   * Counts a connection. Closes it at once if no terminal may connect from its address, or if there are too many
   * connections.
   */
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
      // The terminal may already have a new connection from the same port.
      if (this.#accepted.get(key) === accepted) {
        this.#accepted.delete(key);
      }
    });
  }

  /** Begins the conversation of a connection after its TLS handshake, if any. */
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

  fillOf(table: LimitedTable): number {
    return this.#limits.fillOf(table);
  }

  connections(): ConnectionCounts {
    const counts = { station: 0, 'e-book': 0, unknown: 0 };
    for (const { profile } of this.#conversations()) {
      counts[profile ?? 'unknown'] += 1;
    }
    return counts;
  }

  /**
   * Closes each connection once its current message is answered. Then closes the connections that are still in a
   * handshake.
   */
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
    // The lock is checked again here, because a network may have opened many connections before it was locked.
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

/** The remote address and port. Null if the client has already left. */
const endOf = ({ remoteAddress, remotePort }: Socket): string | null =>
  remoteAddress === undefined || remotePort === undefined ? null : `${remoteAddress} ${remotePort}`;

/** A server that listens on IPv4 and IPv6 gets an IPv4 address in the form of an IPv6 address. */
function addressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

function peerOf(socket: Socket): Peer {
  const isVerified = socket instanceof TLSSocket && socket.authorized;
  const { CN } = (isVerified ? socket.getPeerCertificate().subject : undefined) ?? {};
  return { address: addressOf(socket), certificate: typeof CN === 'string' ? CN : null };
}
