/** The deferred blocks (fragments with `@defer`) whose steps run while the parts of an answer are delivered. */
export class RunningBlocks {
  /** For each block, the number of its nodes in the plan that have not ended yet. */
  readonly #left: Map<string, number>;
  #running = 0;
  #ended = Promise.withResolvers<void>();
  readonly #settled = Promise.withResolvers<void>();

  /** `nodes` has the number of the plan's nodes for each block. */
  constructor(nodes: ReadonlyMap<string, number>) {
    this.#left = new Map(nodes);
  }

  /** Whether no block runs. Call this only after the initial part's steps have ended. */
  get isIdle(): boolean {
    return this.#running === 0;
  }

  start(block: string, run: () => Promise<unknown>): void {
    this.#running += 1;
    run().then(
      () => this.#end(block),
      (error: unknown) => {
        this.#ended.promise.catch(() => undefined);
        this.#ended.reject(error);
        this.#end(block);
      },
    );
  }

  /** Whether all steps of the block have ended. Steps of the blocks inside it may still run. */
  hasEnded(block: string): boolean {
    return this.#left.get(block) === 0;
  }

  /** Resolves when further steps of a block have ended. Rejects if a step rejected. Such a rejection is a bug. */
  async nextEnd(): Promise<void> {
    await this.#ended.promise;
    this.#ended = Promise.withResolvers();
  }

  /** Resolves when no block runs any more. Never rejects. */
  settled(): Promise<void> {
    return this.isIdle ? Promise.resolve() : this.#settled.promise;
  }

  #end(block: string): void {
    this.#left.set(block, (this.#left.get(block) ?? 1) - 1);
    this.#running -= 1;
    this.#ended.resolve();
    if (this.isIdle) {
      this.#settled.resolve();
    }
  }
}
