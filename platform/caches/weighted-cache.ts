interface Entry<Value> {
  readonly value: Value;
  readonly weight: number;
  /** How often the entry was added or read since eviction last reached it. Eviction sets this number to 0. */
  uses: number;
  readonly onEvict: (() => void) | undefined;
}

/** The content of a cache, and counts of its events since it was made. */
export interface CacheStats {
  readonly hits: number;
  readonly insertions: number;
  readonly evictions: number;
  /** The weight of all entries, in the unit of `maxWeight`. */
  readonly weight: number;
  readonly maxWeight: number;
}

export const addStats = (one: CacheStats, other: CacheStats): CacheStats => ({
  hits: one.hits + other.hits,
  insertions: one.insertions + other.insertions,
  evictions: one.evictions + other.evictions,
  weight: one.weight + other.weight,
  maxWeight: one.maxWeight + other.maxWeight,
});

export interface EntryOptions {
  /** The weight, in the unit of the cache's `maxWeight`. The default is 1: then `maxWeight` is a number of entries. */
  readonly weight?: number;
  /** Called once when the entry is evicted, to remove references to it elsewhere. */
  readonly onEvict?: (() => void) | undefined;
}

/**
 * A map whose entries weigh at most `maxWeight` together. It evicts by CLOCK ("second chance"): eviction takes the
 * entries in the order in which they were added. An entry that was added or read since eviction last reached it moves to
 * the end. Any other entry is evicted. So a read only increments a count. In an LRU map, a read moves the entry.
 *
 * ```ts
 * const cache = new WeightedCache<string, string>(3);
 * cache.set('a', 'A').set('b', 'B').set('c', 'C');
 * cache.set('d', 'D'); // 'a' is evicted: the others were added later.   b c d
 * cache.get('b');
 * cache.set('e', 'E'); // 'b' was read, so 'c' is evicted.               d e b
 * ```
 *
 * Why this is not a package: the gateway bounds its operations by the size of their text, so entries need weights.
 * Among the well-kept packages only `lru-cache` has weights. Its licence, BlueOak-1.0.0, is not one that this project
 * accepts (MIT, Apache-2.0). Most bounded maps of the gateway use this class.
 */
export class WeightedCache<Key, Value> {
  readonly #maxWeight: number;
  /** The entries, in the order of eviction. */
  readonly #entries = new Map<Key, Entry<Value>>();
  #weight = 0;
  #hits = 0;
  #insertions = 0;
  #evictions = 0;

  constructor(maxWeight: number) {
    this.#maxWeight = maxWeight;
  }

  get stats(): CacheStats {
    return {
      hits: this.#hits,
      insertions: this.#insertions,
      evictions: this.#evictions,
      weight: this.#weight,
      maxWeight: this.#maxWeight,
    };
  }

  /** Returns undefined if the key has no entry. Marks the entry as used. */
  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      return undefined;
    }
    entry.uses++;
    this.#hits++;
    return entry.value;
  }

  /**
   * Adds or replaces an entry. An entry that alone weighs more than `maxWeight` is evicted at once, and no other entry
   * is evicted for it.
   */
  set(key: Key, value: Value, { weight = 1, onEvict }: EntryOptions = {}): this {
    this.#delete(key);
    if (weight > this.#maxWeight) {
      onEvict?.();
      return this;
    }
    this.#entries.set(key, { value, weight, uses: 1, onEvict });
    this.#weight += weight;
    this.#insertions++;
    this.#evict();
    return this;
  }

  /** The entries, the most used first. */
  mostUsed(): readonly (readonly [Key, Value])[] {
    return [...this.#entries]
      .sort(([, one], [, other]) => other.uses - one.uses)
      .map(([key, { value }]) => [key, value]);
  }

  /** The loop always ends: the first pass marks every entry as unused, so the second pass can evict any of them. */
  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#weight <= this.#maxWeight) {
        return;
      }
      if (entry.uses > 0) {
        // The iterator of a Map comes to this entry again, at the end.
        this.#entries.delete(key);
        entry.uses = 0;
        this.#entries.set(key, entry);
      } else {
        this.#delete(key);
        this.#evictions++;
        entry.onEvict?.();
      }
    }
  }

  #delete(key: Key): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) {
      this.#entries.delete(key);
      this.#weight -= entry.weight;
    }
  }
}
