/** A timer. Starting it again cancels the previous start. */
export class Timer {
  readonly #ring: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(ring: () => void) {
    this.#ring = ring;
  }

  get isRunning(): boolean {
    return this.#timer !== null;
  }

  start(ms: number): void {
    this.stop();
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#ring();
    }, ms);
  }

  stop(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
    }
  }
}
