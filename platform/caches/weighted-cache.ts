interface Entry<Value> {
  readonly value: Value;
  readonly weight: number;
  /** Whether the entry was read since eviction last passed it. */
  used: boolean;
  readonly onEvict: (() => void) | undefined;
}

/** What a cache has, and what was done with it since it was made. */
export interface CacheStats {
  readonly hits: number;
  readonly insertions: number;
  readonly evictions: number;
  /** Of all entries, in the unit of `maxWeight`. */
  readonly weight: number;
  readonly maxWeight: number;
}

/** Of two caches together. */
export const addStats = (one: CacheStats, other: CacheStats): CacheStats => ({
  hits: one.hits + other.hits,
  insertions: one.insertions + other.insertions,
  evictions: one.evictions + other.evictions,
  weight: one.weight + other.weight,
  maxWeight: one.maxWeight + other.maxWeight,
});

/** How an entry is kept. */
export interface EntryOptions {
  /** In the unit of the cache's `maxWeight`; 1 by default, so that the bound is a number of entries. */
  readonly weight?: number;
  /** Called once when the entry is evicted, to remove what refers to it elsewhere. */
  readonly onEvict?: (() => void) | undefined;
}

/**
 * A map whose entries weigh at most `maxWeight` together. It evicts by CLOCK ("second chance"): eviction takes the
 * entries in the order in which they came; one that was read since its last turn goes to the end of the order, unread
 * entries are evicted. So a read only sets a flag, unlike in an LRU map, where it moves the entry.
 *
 * ```ts
 * const cache = new WeightedCache<string, string>(3);
 * cache.set('a', 'A').set('b', 'B').set('c', 'C');
 * cache.set('d', 'D'); // 'a' is evicted: the others came later.   b c d
 * cache.get('b');
 * cache.set('e', 'E'); // 'b' was read, so 'c' is evicted.         d e b
 * ```
 *
 * Why no package: the gateway bounds its operations by the size of their text, so entries need weights. Of the
 * well-kept packages only `lru-cache` has weights, and its licence, BlueOak-1.0.0, is not one of those that this project
 * takes (MIT, Apache-2.0). Every bounded map of the gateway is one of these.
 */
export class WeightedCache<Key, Value> {
  readonly #maxWeight: number;
  /** In the order of eviction. */
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

  /** The value, or undefined where there is none. Marks the entry as used. */
  get(key: Key): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) {
      return undefined;
    }
    entry.used = true;
    this.#hits++;
    return entry.value;
  }

  /** Adds or replaces an entry. One that alone weighs more than `maxWeight` is evicted at once, and no other for it. */
  set(key: Key, value: Value, { weight = 1, onEvict }: EntryOptions = {}): this {
    this.#delete(key);
    if (weight > this.#maxWeight) {
      onEvict?.();
      return this;
    }
    this.#entries.set(key, { value, weight, used: true, onEvict });
    this.#weight += weight;
    this.#insertions++;
    this.#evict();
    return this;
  }

  /** Ends: the first time round every entry is marked unused at the latest, the second time it is evicted. */
  #evict(): void {
    for (const [key, entry] of this.#entries) {
      if (this.#weight <= this.#maxWeight) {
        return;
      }
      if (entry.used) {
        // A Map's iterator comes to the entry again, at the end.
        this.#entries.delete(key);
        entry.used = false;
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
