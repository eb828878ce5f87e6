import { networkOf } from '../../../platform/lifecycle/network.ts';
import { WindowCounter } from '../../server/window-counter.ts';
import type { ConnectionLog } from '../log.ts';

/**
 * Why a connection was closed without an answer:
 * - `not expected`: no terminal may connect from this address with this certificate.
 * - `no room`: there are too many connections, and all belong to terminals.
 * - `evicted`: the connection had no login, and was closed to make room for another one.
 * - `no login`: nobody logged in within the time for it.
 * - `no proxy header`: a trusted proxy didn't send the client's address.
 * - `TLS`: the handshake failed.
 * - `too long`: a message was longer than the limit.
 * - `unread`: the client didn't read its answers.
 */
export type Refusal =
  | 'not expected'
  | 'no room'
  | 'evicted'
  | 'no login'
  | 'no proxy header'
  | 'TLS'
  | 'too long'
  | 'unread';

/** The log gets one line for each reason and network in this time, so that a flood of connections doesn't fill it. */
const window = { lengthMs: 60_000, maxKeys: 1_000 };

/** Logs the connections that are closed without an answer. Operators read the log when a terminal can't connect. */
export class RefusalLog {
  readonly #log: ConnectionLog;
  readonly #lines: WindowCounter;

  /** `now` is in ms since 1970. */
  constructor(log: ConnectionLog, now: () => number) {
    this.#log = log;
    this.#lines = new WindowCounter(window, now);
  }

  write(reason: Refusal, address: string): void {
    if (this.#lines.add(`${reason} ${networkOf(address)}`) === 1) {
      this.#log.warn({ reason, address }, 'a SIP2 connection was refused');
    }
  }
}
