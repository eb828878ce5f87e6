import { type CacheStats, type EntryOptions, WeightedCache } from './weighted-cache.ts';

/** An entry that one caller alone has used so far. */
interface OwnEntry<Value> {
  readonly value: Value;
  readonly weight: number;
  readonly onEvict: (() => void) | undefined;
  readonly owner: string;
}

/** The entries that one caller alone has used. */
interface Holding<Key> {
  weight: number;
  /** The oldest first. */
  readonly keys: Set<Key>;
}

/** The share of entries that one caller alone has used. */
const ownShare = 1 / 4;

/**
 * A bounded map in which no caller can evict what others use. An entry belongs to the caller who added it until another caller
 * uses it, too; from then on it is common. A quarter is for entries of one caller: the caller who has the most loses its oldest entry.
 * Three quarters are for common entries, in a `WeightedCache`.
 *
 * Before and after, where a flood of new documents comes from A, in a cache for eight of them:
 *
 *     common  home page, catalogue            common  home page, catalogue
 *     B's     a list                          B's     a list
 *     A's     flood 1                         A's     flood 900
 *
 * Where callers are not known (`null`), all entries are common.
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

  /** The value, or undefined where there is none. An entry of another caller's becomes common. */
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

  /** Adds an entry for a key that has none. One that is larger than its share of the cache is evicted at once. */
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

  /** There are no more callers than entries, and this is asked only beside the work of making one. */
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
