/** How an index finds its key in a row. Null: the row is not in that index. */
type IndexKeys<Row, Index extends string> = Readonly<Record<Index, (row: Row) => string | null>>;

/**
 * Rows by a primary key and by further keys. Rows are never changed, only replaced.
 *
 * @example
 * const loans = new Table(rows, (row) => row.loanNo, { cardNo: (row) => row.cardNo });
 * loans.by('cardNo', '21852000000017'); // all loans of that card
 */
export class Table<Row, Index extends string = never> {
  readonly #keyOf: (row: Row) => string;
  readonly #indexKeys: IndexKeys<Row, Index>;
  readonly #rows = new Map<string, Row>();
  readonly #indexes = new Map<Index, Map<string, Set<string>>>();

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

  /** In the order in which they were first put. */
  values(): Iterable<Row> {
    return this.#rows.values();
  }

  /** The primary keys, in the order of `values`. */
  keys(): Iterable<string> {
    return this.#rows.keys();
  }

  /** The rows with these keys, each once. Unknown keys are skipped. */
  pick(keys: readonly string[]): Row[] {
    return [...new Set(keys)].flatMap((key) => this.#rows.get(key) ?? []);
  }

  /** All rows with that key in the index. */
  by(index: Index, key: string): Row[] {
    const keys = this.#indexes.get(index)?.get(key);
    return keys === undefined ? [] : this.pick([...keys]);
  }

  /** Inserts, or replaces the row with the same primary key. */
  put(row: Row): void {
    const key = this.#keyOf(row);
    this.#leaveIndexes(key);
    this.#rows.set(key, row);
    this.#eachIndex(row, (index, indexKey) => {
      const keys = index.get(indexKey) ?? new Set();
      index.set(indexKey, keys.add(key));
    });
  }

  delete(key: string): void {
    this.#leaveIndexes(key);
    this.#rows.delete(key);
  }

  #leaveIndexes(key: string): void {
    const row = this.#rows.get(key);
    if (row === undefined) {
      return;
    }
    this.#eachIndex(row, (index, indexKey) => {
      index.get(indexKey)?.delete(key);
    });
  }

  #eachIndex(row: Row, visit: (index: Map<string, Set<string>>, indexKey: string) => void): void {
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
