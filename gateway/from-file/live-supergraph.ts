import type { CacheStats } from '../../platform/caches/weighted-cache.ts';
import type { DependencyWatch } from '../../platform/lifecycle/dependency-watch.ts';
import type { ValidateDocument } from '../access/documents/trusted-documents.ts';
import type { WaitingByClass } from '../engine/documents/preparation-queue.ts';
import type { AnswerRequest, SubscribeRequest } from '../engine/host.ts';
import type { KnownDocument } from '../engine/operations/known-operations.ts';
import type { OpenSupergraph } from './open-supergraph.ts';

/** A supergraph, and the number of requests that it is answering. */
class CountedSupergraph {
  readonly supergraph: OpenSupergraph;
  readonly #idle = Promise.withResolvers<void>();
  #underWay = 0;
  #retired = false;

  constructor(supergraph: OpenSupergraph) {
    this.supergraph = supergraph;
  }

  readonly answer: AnswerRequest = async (request) => {
    this.#underWay++;
    try {
      return await this.supergraph.answer(request);
    } finally {
      this.#underWay--;
      this.#resolveIfIdle();
    }
  };

  /**
   * A subscription counts as a request only until its stream is open, because a stream may last for days. `retire` ends
   * open streams without waiting for them.
   */
  readonly subscribe: SubscribeRequest = async (request, signal) => {
    this.#underWay++;
    try {
      return await this.supergraph.subscribe(request, signal);
    } finally {
      this.#underWay--;
      this.#resolveIfIdle();
    }
  };

  /** Ends the streams, and closes the supergraph after its last answer. Resolves when it is closed. */
  async retire(): Promise<void> {
    this.#retired = true;
    this.supergraph.endStreams();
    this.#resolveIfIdle();
    await this.#idle.promise;
    await this.supergraph[Symbol.asyncDispose]();
  }

  #resolveIfIdle(): void {
    if (this.#retired && this.#underWay === 0) {
      this.#idle.resolve();
    }
  }
}

/**
 * The supergraph that answers requests. It can be replaced at any time. Each request is answered completely by the
 * supergraph that was current at its start.
 *
 * ```ts
 * await using live = new LiveSupergraph(await openSupergraph(first, options));
 * const answer = live.answer(request);                       // by the first supergraph
 * const closed = live.replace(await openSupergraph(next, options));
 * await live.answer(request);                                // by the next one
 * await answer;                                              // still by the first one
 * await closed;                                              // then the first one's connections are closed
 * ```
 */
export class LiveSupergraph implements AsyncDisposable {
  #current: CountedSupergraph;
  readonly #retiring = new Set<Promise<void>>();

  constructor(first: OpenSupergraph) {
    this.#current = new CountedSupergraph(first);
  }

  readonly answer: AnswerRequest = (request) => this.#current.answer(request);

  /**
   * The events come from the supergraph that is current now. When another supergraph takes over, the client is asked to
   * reconnect.
   */
  readonly subscribe: SubscribeRequest = (request, signal) => this.#current.subscribe(request, signal);

  /** Validates a document against the schema of the current supergraph. */
  readonly validate: ValidateDocument = (text) => this.#current.supergraph.validate(text);

  /** Returns the documents that clients use. */
  known(): readonly KnownDocument[] {
    return this.#current.supergraph.known();
  }

  /** Returns the statistics of the current supergraph's caches, by the name of the cache. */
  caches(): Readonly<Record<string, CacheStats>> {
    return this.#current.supergraph.caches();
  }

  /** Returns the number of requests that wait at the current supergraph, by call class. */
  waiting(): WaitingByClass {
    return this.#current.supergraph.waiting();
  }

  get dependencies(): DependencyWatch {
    return this.#current.supergraph.dependencies;
  }

  /** Makes `next` the current supergraph. Resolves when the previous supergraph is closed. */
  replace(next: OpenSupergraph): Promise<void> {
    const previous = this.#current;
    this.#current = new CountedSupergraph(next);
    const retiring = previous.retire().finally(() => this.#retiring.delete(retiring));
    this.#retiring.add(retiring);
    return retiring;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([this.#current.retire(), ...this.#retiring]);
  }
}
