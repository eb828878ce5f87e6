/**
 * For each index, a function that returns a row's key in the index. The function returns null if the row is not in the
 * index.
 */
type IndexKeys<Row, Index extends string> = Readonly<Record<Index, (row: Row) => string | null>>;

/**
 * Rows by a primary key and by further keys. Rows are replaced, never changed.
 *
 * @example
 * const loans = new Table(rows, (row) => row.loanNo, { cardNo: (row) => row.cardNo });
 * loans.by('cardNo', '21852000000017'); // all loans of that card
 */
export class Table<Row, Index extends string = never> {
  readonly #keyOf: (row: Row) => string;
  readonly #indexKeys: IndexKeys<Row, Index>;
  readonly #rows = new Map<string, Row>();
  /**
   * For each index and each key in it, the primary keys of the rows. A single primary key is stored without a set, to
   * save memory: a large library has a million of them.
   */
  readonly #indexes = new Map<Index, Map<string, string | Set<string>>>();
  /** The primary keys in ascending order. Null if they must be sorted at the next use. */
  #ascending: string[] | null = null;

  constructor(rows: Iterable<Row>, keyOf: (row: Row) => string, indexKeys: IndexKeys<Row, Index>) {
    this.#keyOf = keyOf;
    this.#indexKeys = indexKeys;
    for (const row of rows) {
      this.put(row);
    }
  }

  get size(): number {
    return this.#rows.size;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  /** Returns the rows in the order in which they were first put. */
  values(): Iterable<Row> {
    return this.#rows.values();
  }

  /** Returns the primary keys, in the order of `values`. */
  keys(): Iterable<string> {
    return this.#rows.keys();
  }

  /** Returns the rows with these keys, each once. Unknown keys are skipped. */
  pick(keys: readonly string[]): Row[] {
    return this.#rowsOf(new Set(keys));
  }

  /** Returns all rows with this key in the index. */
  by(index: Index, key: string): Row[] {
    const keys = this.#indexes.get(index)?.get(key);
    if (keys === undefined) {
      return [];
    }
    return this.#rowsOf(typeof keys === 'string' ? [keys] : keys);
  }

  /** Returns the keys of the index that have rows. */
  keysOf(index: Index): Iterable<string> {
    return this.#indexes.get(index)?.keys() ?? [];
  }

  /**
   * Returns the first `maxRows` rows whose primary key is greater than `key`, in the order of their keys. If `key` is
   * null, starts at the first row.
   */
  after(key: string | null, maxRows: number): Row[] {
    this.#ascending ??= [...this.#rows.keys()].sort();
    const from = key === null ? 0 : firstGreater(this.#ascending, key);
    return this.#rowsOf(this.#ascending.slice(from, from + maxRows));
  }

  #rowsOf(keys: Iterable<string>): Row[] {
    const rows: Row[] = [];
    for (const key of keys) {
      const row = this.#rows.get(key);
      if (row !== undefined) {
        rows.push(row);
      }
    }
    return rows;
  }

  /** Inserts the row, or replaces the row with the same primary key. */
  put(row: Row): void {
    const key = this.#keyOf(row);
    if (!this.#leaveIndexes(key)) {
      this.#enterOrder(key);
    }
    this.#rows.set(key, row);
    this.#eachIndex(row, (index, indexKey) => {
      const keys = index.get(indexKey);
      if (keys === undefined) {
        index.set(indexKey, key);
      } else if (typeof keys === 'string') {
        index.set(indexKey, new Set([keys, key]));
      } else {
        keys.add(key);
      }
    });
  }

  delete(key: string): void {
    if (this.#leaveIndexes(key)) {
      this.#ascending = null;
      this.#rows.delete(key);
    }
  }

  /**
   * Adds a key to the sorted keys. Usually the key is the highest one, because new rows get ascending numbers.
   * Otherwise the keys must be sorted again at the next use.
   */
  #enterOrder(key: string): void {
    const last = this.#ascending?.at(-1);
    if (last !== undefined && key > last) {
      this.#ascending?.push(key);
    } else {
      this.#ascending = null;
    }
  }

  /** Removes a row from all indexes. Returns false if there is no row with this primary key. */
  #leaveIndexes(key: string): boolean {
    const row = this.#rows.get(key);
    if (row === undefined) {
      return false;
    }
    this.#eachIndex(row, (index, indexKey) => {
      const keys = index.get(indexKey);
      if (keys instanceof Set && keys.size > 1) {
        keys.delete(key);
      } else {
        index.delete(indexKey);
      }
    });
    return true;
  }

  #eachIndex(row: Row, visit: (index: Map<string, string | Set<string>>, indexKey: string) => void): void {
    for (const name in this.#indexKeys) {
      const indexKey = this.#indexKeys[name](row);
      if (indexKey === null) {
        continue;
      }
      let index = this.#indexes.get(name);
      if (index === undefined) {
        index = new Map();
        this.#indexes.set(name, index);
      }
      visit(index, indexKey);
    }
  }
}

/**
 * Returns the position of the first key that is greater than `key`, or the number of keys if there is none. The keys
 * are ascending.
 */
function firstGreater(keys: readonly string[], key: string): number {
  let from = 0;
  let to = keys.length;
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((keys[middle] ?? '') > key) {
      to = middle;
    } else {
      from = middle + 1;
    }
  }
  return from;
}
