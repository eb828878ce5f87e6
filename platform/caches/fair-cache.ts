import { type CacheStats, type EntryOptions, WeightedCache } from './weighted-cache.ts';

interface OwnEntry<Value> {
  readonly value: Value;
  readonly weight: number;
  readonly onEvict: (() => void) | undefined;
  readonly owner: string;
}

interface Holding<Key> {
  weight: number;
  /** The oldest key is first. */
  readonly keys: Set<Key>;
}

/** The share of the cache for entries that only one caller has used so far. */
const ownShare = 1 / 4;

/**
 * A bounded map in which no caller can evict entries that others use. An entry belongs to the caller who added it. It
 * becomes common when another caller uses it, too. A quarter of the cache is for entries of single callers. When this
 * quarter is full, the caller whose entries weigh most loses the oldest of them. Three quarters are for common entries,
 * in a `WeightedCache`.
 *
 * An example with space for eight documents, before and after caller A sends a flood of new ones:
 *
 *     common  home page, catalogue            common  home page, catalogue
 *     B's     a list                          B's     a list
 *     A's     flood 1                         A's     flood 900
 *
 * If callers are unknown (`null`), all entries are common.
 */
export class FairCache<Key, Value> {
  readonly #maxOwnWeight: number;
  readonly #common: WeightedCache<Key, Value>;
  readonly #own = new Map<Key, OwnEntry<Value>>();
  readonly #holdings = new Map<string, Holding<Key>>();
  #ownWeight = 0;
  #hits = 0;
  #insertions = 0;
  #evictions = 0;

  constructor(maxWeight: number) {
    this.#maxOwnWeight = Math.floor(maxWeight * ownShare);
    this.#common = new WeightedCache(maxWeight - this.#maxOwnWeight);
  }

  get stats(): CacheStats {
    const { hits, evictions, weight, maxWeight } = this.#common.stats;
    return {
      hits: hits + this.#hits,
      insertions: this.#insertions,
      evictions: evictions + this.#evictions,
      weight: weight + this.#ownWeight,
      maxWeight: maxWeight + this.#maxOwnWeight,
    };
  }

  /** Returns undefined if the key has no entry. An entry of another caller becomes common. */
  get(key: Key, caller: string | null): Value | undefined {
    const common = this.#common.get(key);
    if (common !== undefined) {
      return common;
    }
    const entry = this.#own.get(key);
    if (entry === undefined) {
      return undefined;
    }
    this.#hits++;
    if (entry.owner !== caller) {
      const { value, weight, onEvict } = entry;
      this.#remove(key, entry);
      this.#common.set(key, value, { weight, onEvict });
    }
    return entry.value;
  }

  /**
   * Adds an entry. The key must not have an entry yet. An entry larger than its share of the cache is evicted at once.
   */
  set(key: Key, value: Value, caller: string | null, { weight = 1, onEvict }: EntryOptions = {}): void {
    this.#insertions++;
    if (caller === null) {
      this.#common.set(key, value, { weight, onEvict });
      return;
    }
    if (weight > this.#maxOwnWeight) {
      onEvict?.();
      return;
    }
    this.#add(key, { value, weight, onEvict, owner: caller });
    while (this.#ownWeight > this.#maxOwnWeight) {
      this.#evictOldest(this.#largestHolding());
    }
  }

  /**
   * The entries. Entries that several callers use come first, beginning with the most used. The other entries follow,
   * the latest first.
   */
  mostUsed(): readonly (readonly [Key, Value])[] {
    const own = [...this.#own].map(([key, { value }]) => [key, value] as const);
    return [...this.#common.mostUsed(), ...own.reverse()];
  }

  #add(key: Key, entry: OwnEntry<Value>): void {
    const holding = this.#holdings.get(entry.owner) ?? { weight: 0, keys: new Set() };
    holding.weight += entry.weight;
    holding.keys.add(key);
    this.#holdings.set(entry.owner, holding);
    this.#own.set(key, entry);
    this.#ownWeight += entry.weight;
  }

  #remove(key: Key, { owner, weight }: OwnEntry<Value>): void {
    this.#own.delete(key);
    this.#ownWeight -= weight;
    const holding = this.#holdings.get(owner);
    if (holding !== undefined) {
      holding.weight -= weight;
      holding.keys.delete(key);
      if (holding.keys.size === 0) {
        this.#holdings.delete(owner);
      }
    }
  }

  #evictOldest({ keys }: Holding<Key>): void {
    for (const key of keys) {
      const entry = this.#own.get(key);
      if (entry !== undefined) {
        this.#remove(key, entry);
        this.#evictions++;
        entry.onEvict?.();
      }
      return;
    }
  }

  /**
   * A linear search is fast enough. There are at most as many callers as entries, and making an entry costs much more.
   */
  #largestHolding(): Holding<Key> {
    let largest: Holding<Key> | null = null;
    for (const holding of this.#holdings.values()) {
      if (largest === null || holding.weight > largest.weight) {
        largest = holding;
      }
    }
    if (largest === null) {
      throw new RangeError('nobody has anything in the cache');
    }
    return largest;
  }
}
