import { networkOf, networksOf, siteOf } from '../../platform/lifecycle/network.ts';
import { NetworkCounter } from '../server/network-counter.ts';
import { WindowCounter } from '../server/window-counter.ts';
import type { Bounds } from './bounds.ts';

/** A counted connection. Its TLS handshake may not be complete yet. */
export interface CountedConnection {
  readonly address: string;
  /** Whether the server knows which terminal has this connection, with or without a login. */
  isKnown(): boolean;
  destroy(): void;
}

type LimitBounds = Pick<
  Bounds,
  | 'maxConnections'
  | 'maxConnectionsPerNetwork'
  | 'maxUnknownConnections'
  | 'maxWrongLogins'
  | 'maxWrongLoginsPerNetwork'
  | 'wrongLoginsMs'
>;

/**
 * The maximum number of addresses whose wrong logins are counted at the same time. It is also the maximum number of
 * networks.
 */
const maxKeys = 10_000;

/** The tables that are limited, by their names in metrics. */
export const limitedTables = ['connections', 'unknown_connections', 'wrong_logins'] as const;
export type LimitedTable = (typeof limitedTables)[number];

/** Counts connections and wrong logins by address and by network (`networkOf`). `now` is in ms since 1970. */
export class ConnectionLimits {
  readonly #bounds: LimitBounds;
  /** The connections in the order of their arrival. */
  readonly #connections = new Set<CountedConnection>();
  readonly #wrongByAddress: WindowCounter;
  readonly #wrongByNetwork: NetworkCounter;

  constructor(bounds: LimitBounds, now: () => number) {
    this.#bounds = bounds;
    const window = { lengthMs: bounds.wrongLoginsMs, maxKeys };
    this.#wrongByAddress = new WindowCounter(window, now);
    this.#wrongByNetwork = new NetworkCounter(bounds.maxWrongLoginsPerNetwork, window, now);
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
        return Math.max(this.#wrongByAddress.fill, this.#wrongByNetwork.fill);
    }
  }

  /**
   * Counts the connection. Returns false if there is no room for the connection, or if its address is locked. If there
   * are too many connections, one without a login is closed to make room: the oldest one of the site (`siteOf`) that has
   * most of them. Terminals log in at once, and other clients must not keep them out.
   */
  enter(connection: CountedConnection): boolean {
    const { maxConnections, maxConnectionsPerNetwork, maxUnknownConnections } = this.#bounds;
    const network = networkOf(connection.address);
    const fromThere = [...this.#connections].filter(({ address }) => networkOf(address) === network);
    if (fromThere.length >= maxConnectionsPerNetwork || this.isLocked(connection.address)) {
      return false;
    }
    const unknown = this.#unknown();
    if (this.#connections.size >= maxConnections || unknown.length >= maxUnknownConnections) {
      const oldest = oldestOfLargestSite(unknown);
      if (oldest === null) {
        return false;
      }
      this.leave(oldest);
      oldest.destroy();
    }
    this.#connections.add(connection);
    return true;
  }

  #unknown(): readonly CountedConnection[] {
    return [...this.#connections].filter((one) => !one.isKnown());
  }

  leave(connection: CountedConnection): void {
    this.#connections.delete(connection);
  }

  /**
   * Whether the address or its network has sent too many wrong logins. The limit of a network is higher, because a
   * branch is one /64 network of IPv6. One station with an old password must not lock out the others.
   */
  isLocked(address: string): boolean {
    return (
      this.#wrongByAddress.count(address) >= this.#bounds.maxWrongLogins ||
      this.#wrongByNetwork.waitMs(networksOf(address)) > 0
    );
  }

  countWrongLogin(address: string): void {
    this.#wrongByAddress.add(address);
    this.#wrongByNetwork.add(networksOf(address));
  }
}

/** `connections` are in the order of their arrival. Null if there are none. */
function oldestOfLargestSite(connections: readonly CountedConnection[]): CountedConnection | null {
  const bySite = Object.values(Object.groupBy(connections, ({ address }) => siteOf(address)));
  const [largest] = bySite.toSorted((one = [], other = []) => other.length - one.length);
  return largest?.[0] ?? null;
}
