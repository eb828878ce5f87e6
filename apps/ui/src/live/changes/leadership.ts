/**
 * Chooses a leader among the tabs that use the same `name`. When the leader closes, another tab leads. Some browsers
 * have no Web Locks, and others provide them only to secure pages. Without Web Locks, each tab leads for itself.
 */
export class Leadership {
  readonly #name: string;
  readonly #lead: (signal: AbortSignal) => void;
  readonly #closed = new AbortController();
  #attempt = new AbortController();

  /** @param lead called when this tab begins to lead; the signal aborts when the tab stops leading */
  constructor(name: string, lead: (signal: AbortSignal) => void) {
    this.#name = name;
    this.#lead = lead;
    void this.#request(false);
  }

  /** Takes over from a leader that is frozen or has lost its connection. */
  takeOver(): void {
    this.#attempt.abort();
    void this.#request(true);
  }

  close(): void {
    this.#closed.abort();
    this.#attempt.abort();
  }

  async #request(steal: boolean): Promise<void> {
    this.#attempt = new AbortController();
    const { signal } = this.#attempt;
    const leading = new AbortController();
    const hold = async () => {
      this.#lead(leading.signal);
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    };
    const { locks } = navigator as { readonly locks?: LockManager };
    try {
      await (locks?.request(this.#name, steal ? { steal } : { signal }, hold) ?? hold());
    } catch {
      // The request for the lock has ended: another tab has taken the lock, this tab was closed, or this tab begins a
      // takeover.
    }
    leading.abort();
    if (!this.#closed.signal.aborted && !signal.aborted) {
      void this.#request(false);
    }
  }
}
