import type { BlockList, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { isListed } from '../../../platform/lifecycle/network.ts';
import { type Bounds, defaultBounds } from '../bounds.ts';
import { Connection } from '../connection.ts';
import { Conversation } from '../conversation.ts';
import type { ConnectionCounts } from '../observer.ts';
import type { Sip2Options } from '../options.ts';
import {
  isExpected,
  isExpectedAddress,
  type Peer,
  terminalByLogin,
  terminalByUser,
  terminalWithoutLogin,
} from '../terminals/find-terminal.ts';
import type { TerminalStates } from '../terminals/terminal-states.ts';
import type { Terminal } from '../terminals/terminals.ts';
import { AcceptedConnection } from './accepted-connection.ts';
import { ConnectionLimits, type LimitedTable } from './connection-limits.ts';
import { readProxyHeader } from './proxy-header.ts';
import { RefusalLog } from './refusals.ts';

interface RegistryParts {
  readonly states: TerminalStates;
  readonly isOnLine: () => boolean;
}

/** The connections of a server. The registry accepts and counts them, begins their conversations, and ends them. */
export class ConnectionRegistry {
  readonly #options: Sip2Options;
  readonly #parts: RegistryParts;
  readonly #bounds: Bounds;
  readonly #limits: ConnectionLimits;
  readonly #refusals: RefusalLog;
  /** The connections by remote address and port, which are the same for a TLS socket and its TCP socket. */
  readonly #accepted = new Map<string, AcceptedConnection>();

  constructor(options: Sip2Options, parts: RegistryParts) {
    this.#options = options;
    this.#parts = parts;
    this.#bounds = options.bounds ?? defaultBounds;
    this.#limits = new ConnectionLimits(this.#bounds, Date.now);
    this.#refusals = new RefusalLog(options.log, Date.now);
  }

  /**
   * Counts a connection. Resolves to false if the connection was closed, for one of these reasons:
   * - No terminal may connect from its address.
   * - Terminals have all connections.
   * - A trusted proxy doesn't send the client's address.
   */
  async accept(socket: Socket): Promise<boolean> {
    socket.on('error', () => socket.destroy());
    const key = endOf(socket);
    const address = await this.#addressOf(socket, this.#options.trustedProxies);
    if (key === null || address === null || socket.destroyed) {
      socket.destroy();
      return false;
    }
    if (!isExpectedAddress(this.#options.terminals.current.terminals, address)) {
      return this.#refuse(socket, 'not expected', address);
    }
    const accepted = new AcceptedConnection(socket, address, (from) => this.#refusals.write('evicted', from));
    if (!this.#limits.enter(accepted)) {
      return this.#refuse(socket, 'no room', address);
    }
    this.#accepted.set(key, accepted);
    socket.once('close', () => {
      this.#limits.leave(accepted);
      // The terminal may already have a new connection from the same port. Then the entry is the new connection's, and
      // stays.
      if (this.#accepted.get(key) === accepted) {
        this.#accepted.delete(key);
      }
    });
    return true;
  }

  #refuse(socket: Socket, reason: 'not expected' | 'no room', address: string): false {
    this.#refusals.write(reason, address);
    socket.destroy();
    return false;
  }

  /** The client's address. Null if a proxy connects for itself, or doesn't send the client's address. */
  async #addressOf(socket: Socket, trustedProxies: BlockList | null): Promise<string | null> {
    const address = remoteAddressOf(socket);
    if (trustedProxies === null || address === '' || !isListed(trustedProxies, address)) {
      return address;
    }
    try {
      const header = await readProxyHeader(socket, this.#bounds.proxyHeaderTimeoutMs);
      return header.kind === 'for' ? header.address : null;
    } catch {
      this.#refusals.write('no proxy header', address);
      return null;
    }
  }

  /**
   * Begins the conversation of a connection after its TLS handshake, if any. Closes the connection if no terminal may
   * connect with its address and certificate.
   */
  startConversation(socket: Socket): void {
    socket.on('error', () => socket.destroy());
    const accepted = this.#accepted.get(endOf(socket) ?? '');
    if (accepted === undefined || socket.destroyed) {
      socket.destroy();
      return;
    }
    const { terminals, log } = this.#options;
    const { address } = accepted;
    const peer = { address, certificate: certificateOf(socket) };
    if (!isExpected(terminals.current.terminals, peer)) {
      this.#refuse(socket, 'not expected', address);
      return;
    }
    accepted.conversation = new Conversation(socket, this.#connectionOf(socket, peer), this.#bounds, {
      log,
      refused: (reason) => this.#refusals.write(reason, address),
    });
  }

  /** Closes a connection whose TLS handshake has failed, or whose client has left during the handshake. */
  failHandshake(socket: Socket): void {
    const accepted = this.#accepted.get(endOf(socket) ?? '');
    if (accepted !== undefined) {
      this.#refusals.write('TLS', accepted.address);
    }
    socket.destroy();
  }

  fillOf(table: LimitedTable): number {
    return this.#limits.fillOf(table);
  }

  connections(): ConnectionCounts {
    const counts = { station: 0, 'e-book': 0, unknown: 0 };
    for (const { terminal } of this.#conversations()) {
      counts[terminal?.profile ?? 'unknown'] += 1;
    }
    return counts;
  }

  /** The number of connections of each terminal that has one. */
  connectionsByTerminal(): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const { terminal } of this.#conversations()) {
      if (terminal !== null) {
        counts.set(terminal.name, (counts.get(terminal.name) ?? 0) + 1);
      }
    }
    return counts;
  }

  /** Ends the connections of these terminals, each after its current message is answered. */
  async end(terminalNames: ReadonlySet<string>): Promise<void> {
    const ending = this.#conversations().filter(
      ({ terminal }) => terminal !== null && terminalNames.has(terminal.name),
    );
    await Promise.all(ending.map((conversation) => conversation.end()));
  }

  /**
   * Closes each connection after its current message is answered. Then closes the connections that are still in a
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
    const { states, isOnLine } = this.#parts;
    return new Connection({
      graph,
      tokenFor,
      log,
      now,
      observer,
      states,
      isOnLine,
      library: () => terminals.current,
      isSecure: socket instanceof TLSSocket,
      bounds: this.#bounds,
      terminal: terminalWithoutLogin(terminals.current.terminals, peer),
      logIn: (user, password) => this.#logIn(peer, user, password),
    });
  }

  /** The terminal with this login. Null if the login is refused. */
  #logIn(peer: Peer, user: string, password: string): Terminal | null {
    const { terminals, log } = this.#options;
    const { states } = this.#parts;
    const all = terminals.current.terminals;
    const owner = terminalByUser(all, user);
    if (this.#limits.isLocked(user, owner !== null, peer.address)) {
      return null;
    }
    const terminal = terminalByLogin(all, peer, user, password);
    if (terminal === null) {
      this.#limits.countWrongLogin(user, owner !== null, peer.address);
      if (owner !== null) {
        states.raise(owner.name, 'WRONG_LOGIN');
      }
      log.warn({ address: peer.address, terminal: owner?.name ?? null }, 'a SIP2 login is wrong');
      return null;
    }
    states.clear(terminal.name, 'WRONG_LOGIN');
    if (!this.#limits.hasRoomFor(terminal.name)) {
      states.raise(terminal.name, 'TOO_MANY_CONNECTIONS');
      log.warn({ terminal: terminal.name }, 'a SIP2 terminal has too many connections');
      return null;
    }
    states.clear(terminal.name, 'TOO_MANY_CONNECTIONS');
    return terminal;
  }
}

/** The remote address and port. Null if the client has already left. */
const endOf = ({ remoteAddress, remotePort }: Socket): string | null =>
  remoteAddress === undefined || remotePort === undefined ? null : `${remoteAddress} ${remotePort}`;

/** A server that listens on IPv4 and IPv6 gets an IPv4 address in the form of an IPv6 address. */
function remoteAddressOf(socket: Socket): string {
  return (socket.remoteAddress ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

/** The common name of the client's certificate. Null without a verified certificate. */
function certificateOf(socket: Socket): string | null {
  const isVerified = socket instanceof TLSSocket && socket.authorized;
  const { CN } = (isVerified ? socket.getPeerCertificate().subject : undefined) ?? {};
  return typeof CN === 'string' ? CN : null;
}
