import { networkOf, networksOf, siteOf } from '../../../platform/lifecycle/network.ts';
import { NetworkCounter } from '../../server/network-counter.ts';
import { WindowCounter } from '../../server/window-counter.ts';
import type { Bounds } from '../bounds.ts';

/** A counted connection. Its TLS handshake may not be complete yet. */
export interface CountedConnection {
  readonly address: string;
  /** The name of the terminal that has this connection, with or without a login. Null while the terminal isn't known. */
  terminalName(): string | null;
  /** Closes the connection to make room for another one. */
  evict(): void;
}

type LimitBounds = Pick<
  Bounds,
  | 'maxConnections'
  | 'maxUnknownPerNetwork'
  | 'maxConnectionsPerTerminal'
  | 'maxUnknownConnections'
  | 'maxWrongLogins'
  | 'maxWrongLoginsPerNetwork'
  | 'wrongLoginsMs'
>;

/**
 * The maximum number of counted addresses. It is also the maximum number of counted networks, and of counted pairs of
 * user and network.
 */
const maxKeys = 10_000;

/** The tables that have a maximum number of entries, by their names in metrics. */
export const limitedTables = ['connections', 'unknown_connections', 'wrong_logins'] as const;
export type LimitedTable = (typeof limitedTables)[number];

/**
 * Counts connections by network (`networkOf`) and by terminal, and wrong logins by user and by network. `now` is in ms
 * since 1970.
 */
export class ConnectionLimits {
  readonly #bounds: LimitBounds;
  /** The connections in the order of their arrival. */
  readonly #connections = new Set<CountedConnection>();
  /** Wrong passwords of known users, by user and network. */
  readonly #wrongPasswords: WindowCounter;
  readonly #unknownByAddress: WindowCounter;
  readonly #unknownByNetwork: NetworkCounter;

  constructor(bounds: LimitBounds, now: () => number) {
    this.#bounds = bounds;
    const window = { lengthMs: bounds.wrongLoginsMs, maxKeys };
    this.#wrongPasswords = new WindowCounter(window, now);
    this.#unknownByAddress = new WindowCounter(window, now);
    this.#unknownByNetwork = new NetworkCounter(bounds.maxWrongLoginsPerNetwork, window, now);
  }

  /** How full a table is, from 0 to 1. */
  fillOf(table: LimitedTable): number {
    const { maxConnections, maxUnknownConnections } = this.#bounds;
    switch (table) {
      case 'connections':
        return this.#connections.size / maxConnections;
      case 'unknown_connections':
        return this.#unknown().length / maxUnknownConnections;
      case 'wrong_logins':
        return Math.max(this.#wrongPasswords.fill, this.#unknownByAddress.fill, this.#unknownByNetwork.fill);
    }
  }

  /**
   * Counts the connection. Returns false if the server has no room, because all connections belong to terminals. At a
   * limit, the server closes one older connection without a login:
   * - If the new connection's network has too many: the oldest connection of this network.
   * - If the server has too many: the oldest connection of the site with the most connections. A site is an address's
   *   widest network (`siteOf`).
   */
  enter(connection: CountedConnection): boolean {
    const { maxConnections, maxUnknownPerNetwork, maxUnknownConnections } = this.#bounds;
    const network = networkOf(connection.address);
    const unknown = this.#unknown();
    const fromThere = unknown.filter(({ address }) => networkOf(address) === network);
    if (fromThere.length >= maxUnknownPerNetwork) {
      this.#evict(fromThere[0] ?? null);
    } else if (this.#connections.size >= maxConnections || unknown.length >= maxUnknownConnections) {
      this.#evict(oldestOfLargestSite(unknown));
    }
    if (this.#connections.size >= maxConnections) {
      return false;
    }
    this.#connections.add(connection);
    return true;
  }

  #evict(connection: CountedConnection | null): void {
    if (connection !== null) {
      this.leave(connection);
      connection.evict();
    }
  }

  #unknown(): readonly CountedConnection[] {
    return [...this.#connections].filter((one) => one.terminalName() === null);
  }

  leave(connection: CountedConnection): void {
    this.#connections.delete(connection);
  }

  hasRoomFor(terminalName: string): boolean {
    const own = [...this.#connections].filter((one) => one.terminalName() === terminalName);
    return own.length < this.#bounds.maxConnectionsPerTerminal;
  }

  /**
   * Whether this user may not log in from the address now. A known user is refused only after wrong passwords of this
   * user. Many terminals may share one address (behind NAT or a load balancer), and one station with an old password
   * must not lock out the others. An unknown user is refused after too many logins of unknown users from the address or
   * its networks.
   */
  isLocked(user: string, isKnownUser: boolean, address: string): boolean {
    const { maxWrongLogins } = this.#bounds;
    return isKnownUser
      ? this.#wrongPasswords.count(userAt(user, address)) >= maxWrongLogins
      : this.#unknownByAddress.count(address) >= maxWrongLogins ||
          this.#unknownByNetwork.waitMs(networksOf(address)) > 0;
  }

  countWrongLogin(user: string, isKnownUser: boolean, address: string): void {
    if (isKnownUser) {
      this.#wrongPasswords.add(userAt(user, address));
    } else {
      this.#unknownByAddress.add(address);
      this.#unknownByNetwork.add(networksOf(address));
    }
  }
}

const userAt = (user: string, address: string): string => `${networkOf(address)} ${user}`;

/**
 * The oldest connection of the site with the most connections. `connections` are in the order of their arrival. Null if
 * there are none.
 */
function oldestOfLargestSite(connections: readonly CountedConnection[]): CountedConnection | null {
  const bySite = Object.values(Object.groupBy(connections, ({ address }) => siteOf(address)));
  const [largest] = bySite.toSorted((one = [], other = []) => other.length - one.length);
  return largest?.[0] ?? null;
}
