import { networkOf } from '../../../platform/lifecycle/network.ts';
import { WindowCounter } from '../../server/window-counter.ts';
import type { ConnectionLog } from '../log.ts';

/**
 * Why a connection was closed without an answer:
 * - `not expected`: no terminal may connect from there, or not without the right certificate.
 * - `no room`: there are too many connections, all of terminals.
 * - `evicted`: it had no login, and another connection needed its place.
 * - `no login`: nobody logged in within the time for it.
 * - `no proxy header`: a trusted proxy didn't say whose connection it is.
 * - `TLS`: the handshake failed.
 * - `too long`: a message was longer than the limit.
 * - `unread`: it didn't read its answers.
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

/** One line for each reason and network in this time, in ms, so that a flood of connections doesn't fill the log. */
const window = { lengthMs: 60_000, maxKeys: 1_000 };

/** Logs the connections that are closed without an answer. Operators look there when a terminal can't connect. */
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
