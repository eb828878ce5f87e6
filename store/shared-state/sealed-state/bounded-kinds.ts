import type { Ask as AskOf } from '../../sql.ts';
import { type SealedItem, SealedStateFull } from '../port.ts';
import type { StatementName } from './statements.ts';

type Ask = AskOf<StatementName>;

/** The stored text of an owner, and the number of the owner's items. */
interface OwnerCount {
  readonly owner: string;
  count: number;
}

interface CountedKind {
  count: number;
  /** The owners with the most items. They are read only when the kind is full. */
  owners: readonly OwnerCount[];
}

/** The number of owners that are read from the database at once, those with the most items first. */
const maxOwners = 100;
/**
 * When a kind is full, a 2,000th of its limit is removed at once, but at least one item. So removals are rarer in a
 * flood of new items.
 */
const evictedShare = 2_000;

type BoundedItem = Pick<SealedItem, 'kind' | 'ownerId' | 'maxOfKind'>;

/**
 * Keeps the number of items of each kind within `maxOfKind`. The items of a kind are counted when the last count is
 * older than `countingMs`. Between two counts, each written item raises the counted number by one.
 */
export class BoundedKinds {
  readonly #ask: Ask;
  readonly #now: () => number;
  readonly #countingMs: number;
  /** The last count of each kind. `at` is in ms since 1970. */
  readonly #counted = new Map<string, { readonly at: number; readonly counted: Promise<CountedKind> }>();
  /** The evictions under way, by kind. */
  readonly #evictions = new Map<string, Promise<void>>();

  constructor(ask: Ask, now: () => number, countingMs: number) {
    this.#ask = ask;
    this.#now = now;
    this.#countingMs = countingMs;
  }

  async count(kind: string, max: number): Promise<number> {
    return (await this.#countOf(kind, max)).count;
  }

  /**
   * Writes the item. If its kind then has too many items, the owner with the most items loses its oldest items. The
   * limit is checked after the write, so that items that are written at the same time all count. Rejects with
   * SealedStateFull, with nothing written, if the kind is full and the item has no owner.
   */
  async write<Written>(
    { kind, ownerId, maxOfKind }: BoundedItem,
    writeItem: () => Promise<Written>,
  ): Promise<Written> {
    if (maxOfKind === null) {
      return await writeItem();
    }
    const counted = await this.#countOf(kind, maxOfKind);
    if (counted.count >= maxOfKind && ownerId === null) {
      throw new SealedStateFull('too much of one kind is kept');
    }
    counted.count += 1;
    const written = await writeItem();
    if (counted.count > maxOfKind && ownerId !== null) {
      await this.#evict(kind, counted, Math.max(1, Math.floor(maxOfKind / evictedShare)));
    }
    return written;
  }

  #countOf(kind: string, max: number): Promise<CountedKind> {
    const at = this.#now();
    const last = this.#counted.get(kind);
    if (last !== undefined && Math.abs(at - last.at) < this.#countingMs) {
      return last.counted;
    }
    const counted = this.#readCount(kind, max, at);
    this.#counted.set(kind, { at, counted });
    counted.catch(() => this.#counted.delete(kind));
    return counted;
  }

  async #readCount(kind: string, max: number, at: number): Promise<CountedKind> {
    const [row] = await this.#ask<{ count: number | string }>('count', [kind, max, at]);
    return { count: Number(row?.count ?? 0), owners: [] };
  }

  async #largestOwners(kind: string): Promise<readonly OwnerCount[]> {
    const values = [kind, this.#now(), maxOwners];
    const rows = await this.#ask<{ owner: string; count: number | string }>('largestOwners', values);
    return rows.map(({ owner, count }) => ({ owner, count: Number(count) }));
  }

  /** Removes an owner's oldest items. A call while a removal is under way only waits for that removal. */
  #evict(kind: string, counted: CountedKind, number: number): Promise<void> {
    const underWay =
      this.#evictions.get(kind) ??
      this.#evictNow(kind, counted, number).finally(() => this.#evictions.delete(kind));
    this.#evictions.set(kind, underWay);
    return underWay;
  }

  async #evictNow(kind: string, counted: CountedKind, number: number): Promise<void> {
    if (counted.owners.length === 0) {
      counted.owners = await this.#largestOwners(kind);
    }
    for (;;) {
      const [largest] = counted.owners.toSorted((one, other) => other.count - one.count);
      if (largest === undefined || largest.count === 0) {
        return;
      }
      const removed = await this.#ask('removeOldest', [kind, largest.owner, number]);
      // Another process may have removed the owner's remaining items.
      largest.count = removed.length < number ? 0 : largest.count - removed.length;
      counted.count -= removed.length;
      if (removed.length > 0) {
        return;
      }
    }
  }
}
