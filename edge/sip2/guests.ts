import { networkOf } from '../../adapters/lifecycle/network.ts';
import { WindowCounter } from '../server/window-counter.ts';
import type { Bounds } from './bounds.ts';

/** A connection, also one whose handshake isn't complete. */
export interface Guest {
  readonly address: string;
  /** Whether its terminal is known: by a login, or without one. */
  isKnown(): boolean;
  destroy(): void;
}

type GuestBounds = Pick<
  Bounds,
  'maxConnections' | 'maxConnectionsPerNetwork' | 'maxUnknownConnections' | 'maxWrongLogins' | 'wrongLoginsMs'
>;

/** Networks whose wrong logins are counted at once. */
const maxNetworks = 10_000;

/** Who is connected, and who has given wrong logins: counted by network (`networkOf`). `now`: in ms since 1970. */
export class Guests {
  readonly #bounds: GuestBounds;
  /** In the order in which they came. */
  readonly #guests = new Set<Guest>();
  readonly #wrongLogins: WindowCounter;

  constructor(bounds: GuestBounds, now: () => number) {
    this.#bounds = bounds;
    this.#wrongLogins = new WindowCounter({ lengthMs: bounds.wrongLoginsMs, maxKeys: maxNetworks }, now);
  }

  /**
   * Takes a guest in; false where there is no place. Of too many, the one without a login that came first is closed for it: a terminal
   * logs in at once, and whoever holds a place without it must not keep terminals out.
   */
  enter(guest: Guest): boolean {
    const { maxConnections, maxConnectionsPerNetwork, maxUnknownConnections } = this.#bounds;
    const network = networkOf(guest.address);
    const fromThere = [...this.#guests].filter(({ address }) => networkOf(address) === network);
    if (fromThere.length >= maxConnectionsPerNetwork || this.isLocked(guest.address)) {
      return false;
    }
    const unknown = [...this.#guests].filter((one) => !one.isKnown());
    if (this.#guests.size >= maxConnections || unknown.length >= maxUnknownConnections) {
      const [first] = unknown;
      if (first === undefined) {
        return false;
      }
      this.leave(first);
      first.destroy();
    }
    this.#guests.add(guest);
    return true;
  }

  leave(guest: Guest): void {
    this.#guests.delete(guest);
  }

  /** Whether the address's network has given too many wrong logins. */
  isLocked(address: string): boolean {
    return this.#wrongLogins.count(networkOf(address)) >= this.#bounds.maxWrongLogins;
  }

  countWrongLogin(address: string): void {
    this.#wrongLogins.add(networkOf(address));
  }
}
