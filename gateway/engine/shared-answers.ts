import { type CacheStats, WeightedCache } from '../../platform/caches/weighted-cache.ts';
import { InFlight } from './in-flight.ts';
import type { GraphQLResult } from './request.ts';

/** Characters of JSON of all answers that are kept, and of one of them. */
const maxCharacters = 8 * 1024 * 1024;
const maxCharactersOfAnswer = 256 * 1024;

interface KeptAnswer {
  readonly result: GraphQLResult;
  readonly madeAt: number;
}

/** An answer that was there, and its age. */
export interface FoundAnswer {
  readonly result: GraphQLResult;
  readonly ageMs: number;
}

/**
 * Answers that are the same for everybody: to queries of which each field says nothing of a person. They are kept for seconds, and
 * what is asked while the same is under way waits for that one answer.
 *
 * An answer with an error is kept for nobody: the error may be gone in a second.
 */
export class SharedAnswers {
  readonly #maxAgeMs: number;
  readonly #now: () => number;
  readonly #kept = new WeightedCache<string, KeptAnswer>(maxCharacters);
  readonly #underWay = new InFlight<string, GraphQLResult>();

  /** `now`: in ms, never backwards. */
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

  /** The answer that is under way for this key, or that of `make`. */
  join(key: string, make: () => Promise<GraphQLResult>): Promise<GraphQLResult> {
    return this.#underWay.join(key, () => this.#make(key, make));
  }

  async #make(key: string, make: () => Promise<GraphQLResult>): Promise<GraphQLResult> {
    // Its age counts from the moment at which it was asked for.
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
