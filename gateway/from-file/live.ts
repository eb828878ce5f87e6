import type { Answer } from '../engine/host.ts';
import type { Part } from '../http/health.ts';
import type { Serving } from './serving.ts';

/** A supergraph and the requests that it is answering. */
class InUse {
  readonly serving: Serving;
  readonly #idle = Promise.withResolvers<void>();
  #underWay = 0;
  #retired = false;

  constructor(serving: Serving) {
    this.serving = serving;
  }

  readonly answer: Answer = async (request) => {
    this.#underWay++;
    try {
      return await this.serving.answer(request);
    } finally {
      this.#underWay--;
      this.#settle();
    }
  };

  /** Resolves once it is closed, after the last answer. */
  async retire(): Promise<void> {
    this.#retired = true;
    this.#settle();
    await this.#idle.promise;
    await this.serving[Symbol.asyncDispose]();
  }

  #settle(): void {
    if (this.#retired && this.#underWay === 0) {
      this.#idle.resolve();
    }
  }
}

/** The supergraph that answers now. Another may take over at any time; what is under way ends where it began. */
export class Live implements AsyncDisposable {
  #current: InUse;
  readonly #retiring = new Set<Promise<void>>();

  constructor(first: Serving) {
    this.#current = new InUse(first);
  }

  readonly answer: Answer = (request) => this.#current.answer(request);

  parts(): readonly Part[] {
    return this.#current.serving.parts;
  }

  /** Resolves once the one before is closed. */
  replace(next: Serving): Promise<void> {
    const before = this.#current;
    this.#current = new InUse(next);
    const retiring = before.retire().finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
    return retiring;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#current.retire(), ...this.#retiring]);
  }
}
