import { networkOf } from '../../platform/lifecycle/network.ts';
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

/** Counts connections and wrong logins by address and by network (`networkOf`). `now` is in ms since 1970. */
export class ConnectionLimits {
  readonly #bounds: LimitBounds;
  /** The connections in the order of their arrival. */
  readonly #connections = new Set<CountedConnection>();
  readonly #wrongByAddress: WindowCounter;
  readonly #wrongByNetwork: WindowCounter;

  constructor(bounds: LimitBounds, now: () => number) {
    this.#bounds = bounds;
    const window = { lengthMs: bounds.wrongLoginsMs, maxKeys };
    this.#wrongByAddress = new WindowCounter(window, now);
    this.#wrongByNetwork = new WindowCounter(window, now);
  }

  /**
   * Counts the connection. Returns false if there is no room for the connection, or if its address is locked. If there
   * are too many connections, the oldest one without a login is closed to make room. Terminals log in at once, and
   * other clients must not keep them out.
   */
  enter(connection: CountedConnection): boolean {
    const { maxConnections, maxConnectionsPerNetwork, maxUnknownConnections } = this.#bounds;
    const network = networkOf(connection.address);
    const fromThere = [...this.#connections].filter(({ address }) => networkOf(address) === network);
    if (fromThere.length >= maxConnectionsPerNetwork || this.isLocked(connection.address)) {
      return false;
    }
    const unknown = [...this.#connections].filter((one) => !one.isKnown());
    if (this.#connections.size >= maxConnections || unknown.length >= maxUnknownConnections) {
      const [first] = unknown;
      if (first === undefined) {
        return false;
      }
      this.leave(first);
      first.destroy();
    }
    this.#connections.add(connection);
    return true;
  }

  leave(connection: CountedConnection): void {
    this.#connections.delete(connection);
  }

  /**
   * Whether the address or its network has sent too many wrong logins. The limit of a network is higher, because a
   * branch is one /64 network of IPv6. One station with an old password must not lock out the others.
   */
  isLocked(address: string): boolean {
    const { maxWrongLogins, maxWrongLoginsPerNetwork } = this.#bounds;
    return (
      this.#wrongByAddress.count(address) >= maxWrongLogins ||
      this.#wrongByNetwork.count(networkOf(address)) >= maxWrongLoginsPerNetwork
    );
  }

  countWrongLogin(address: string): void {
    this.#wrongByAddress.add(address);
    this.#wrongByNetwork.add(networkOf(address));
  }
}
