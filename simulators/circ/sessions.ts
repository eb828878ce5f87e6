import { randomBytes } from 'node:crypto';
import { CircError } from './circ-error.ts';

/** CIRC's sessions. They expire when idle. */
export class Sessions {
  readonly #clock: () => Date;
  readonly #idleMs: number;
  /** The time of each session's last use, in ms since 1970. The session that has been idle longest comes first. */
  readonly #lastUsed = new Map<string, number>();

  constructor(clock: () => Date, idleMs: number) {
    this.#clock = clock;
    this.#idleMs = idleMs;
  }

  open(): string {
    const now = this.#clock().getTime();
    this.#expire(now);
    const sid = randomBytes(12).toString('hex').toUpperCase();
    this.#lastUsed.set(sid, now);
    return sid;
  }

  /** Marks a session as used now. @throws CircError 10 if the session is unknown or has expired. */
  use(sid: string): void {
    const now = this.#clock().getTime();
    const lastUsedAt = this.#lastUsed.get(sid);
    if (lastUsedAt === undefined || now - lastUsedAt > this.#idleMs) {
      throw new CircError(10);
    }
    this.#lastUsed.delete(sid);
    this.#lastUsed.set(sid, now);
  }

  close(sid: string): void {
    this.#lastUsed.delete(sid);
  }

  /** Closes all sessions, as when the system is switched off. */
  closeAll(): void {
    this.#lastUsed.clear();
  }

  #expire(now: number): void {
    for (const [sid, lastUsedAt] of this.#lastUsed) {
      if (now - lastUsedAt <= this.#idleMs) {
        return;
      }
      this.#lastUsed.delete(sid);
    }
  }
}
