import { type CacheStats, WeightedCache } from '../../platform/caches/weighted-cache.ts';
import { InFlight } from './in-flight.ts';
import type { GraphQLResult } from './request.ts';

/** The maximum number of characters of JSON in all kept answers, and in one answer. */
const maxCharacters = 8 * 1024 * 1024;
const maxCharactersOfAnswer = 256 * 1024;

interface KeptAnswer {
  readonly result: GraphQLResult;
  readonly madeAt: number;
}

export interface FoundAnswer {
  readonly result: GraphQLResult;
  readonly ageMs: number;
}

/**
 * Answers that are the same for everybody, because none of their fields is personal. An answer is kept for `maxAgeMs`.
 * While an answer is being made, further requests with the same key wait for it.
 *
 * An answer with an error is not kept, because the error may be gone in a second.
 */
export class SharedAnswers {
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  readonly #kept = new WeightedCache<string, KeptAnswer>(maxCharacters);
  readonly #underWay = new InFlight<string, GraphQLResult>();

  /** `now` returns a time in ms that never decreases. */
  constructor(maxAgeMs: number, now: () => number = performance.now.bind(performance)) {
    this.#maxAgeMs = maxAgeMs;
    this.#now = now;
  }

  get stats(): CacheStats {
    return this.#kept.stats;
  }

  find(key: string): FoundAnswer | undefined {
    const kept = this.#kept.get(key);
    if (kept === undefined) {
      return undefined;
    }
    const ageMs = this.#now() - kept.madeAt;
    return ageMs < this.#maxAgeMs ? { result: kept.result, ageMs } : undefined;
  }

  /** Returns the answer that is being made for this key. If no answer is being made, makes one with `make`. */
  join(key: string, make: () => Promise<GraphQLResult>): Promise<GraphQLResult> {
    return this.#underWay.join(key, () => this.#make(key, make));
  }

  async #make(key: string, make: () => Promise<GraphQLResult>): Promise<GraphQLResult> {
    // The age counts from the start of the request, because the data may have been read then.
    const madeAt = this.#now();
    const result = await make();
    if (result.data != null && result.errors === undefined) {
      const weight = JSON.stringify(result.data).length + key.length;
      if (weight <= maxCharactersOfAnswer) {
        this.#kept.set(key, { result, madeAt }, { weight });
      }
    }
    return result;
  }
}
