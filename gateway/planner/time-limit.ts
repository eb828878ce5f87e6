/** The clock is read at every 32nd check only, because one reading takes as much time as thirty checks. */
const checksPerLook = 32;

/** Thrown when planning takes longer than its limit. */
export class TimeIsUp extends Error {
  override readonly name = 'TimeIsUp';
}

/** The CPU time that planning one operation may take in this thread. */
export class TimeLimit {
  readonly #maxMs: number;
  readonly #start = process.threadCpuUsage();
  #checks = 0;

  constructor(maxMs: number) {
    this.#maxMs = maxMs;
  }

  /** @throws TimeIsUp */
  check(): void {
    this.#checks++;
    if (this.#checks % checksPerLook === 0) {
      const { user, system } = process.threadCpuUsage(this.#start);
      if ((user + system) / 1000 > this.#maxMs) {
        throw new TimeIsUp('the plan takes longer than its limit');
      }
    }
  }
}
