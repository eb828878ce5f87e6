import { networkOf } from '../../platform/lifecycle/network.ts';
import { WindowCounter } from '../server/window-counter.ts';
import type { Bounds } from './bounds.ts';

/** A connection, also one whose handshake isn't complete. */
export interface CountedConnection {
  readonly address: string;
  /** Whether its terminal is known: by a login, or without one. */
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

/** Addresses, and networks, whose wrong logins are counted at once. */
const maxKeys = 10_000;

/** How many are connected, and who has given wrong logins: counted by address and network (`networkOf`). `now`: in ms since 1970. */
export class ConnectionLimits {
  readonly #bounds: LimitBounds;
  /** In the order in which they came. */
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
   * Whether there is room for the connection, which is counted then. Of too many, the first one without a login is closed for it: a
   * terminal logs in at once, and whoever doesn't must not keep terminals out.
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
   * Whether the address has given too many wrong logins, or its network many more: a branch is one /64 network of IPv6, and one station
   * with an old password must not lock out the others.
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
