import { randomBytes } from 'node:crypto';
import { CircError } from './circ-error.ts';

/** Sessions that expire when idle. */
export class Sessions {
  readonly #clock: () => Date;
  readonly #idleMs: number;
  /** When each session was last used, in ms since the epoch; the one idle longest comes first. */
  readonly #lastUsed = new Map<string, number>();

  constructor(clock: () => Date, idleMs: number) {
    this.#clock = clock;
    this.#idleMs = idleMs;
  }

  /** A new session's id. */
  open(): string {
    const now = this.#clock().getTime();
    this.#expire(now);
    const sid = randomBytes(12).toString('hex').toUpperCase();
    this.#lastUsed.set(sid, now);
    return sid;
  }

  /** Throws `RC` 10 unless the session is alive, which this use prolongs. */
  use(sid: string): void {
    const now = this.#clock().getTime();
    const last = this.#lastUsed.get(sid);
    if (last === undefined || now - last > this.#idleMs) {
      throw new CircError(10);
    }
    this.#lastUsed.delete(sid);
    this.#lastUsed.set(sid, now);
  }

  close(sid: string): void {
    this.#lastUsed.delete(sid);
  }

  /** As when the system is switched off. */
  closeAll(): void {
    this.#lastUsed.clear();
  }

  #expire(now: number): void {
    for (const [sid, last] of this.#lastUsed) {
      if (now - last <= this.#idleMs) {
        return;
      }
      this.#lastUsed.delete(sid);
    }
  }
}
