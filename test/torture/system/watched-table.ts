import { Table } from '../../../simulators/tables/table.ts';

/** Called after each change of a row. `before` is null for a new row. `after` is null for a deleted row. */
export type Watch<Row> = (before: Row | null, after: Row | null) => void;

/** A simulator's table that reports its changes in order. */
export class WatchedTable<Row, Index extends string> extends Table<Row, Index> {
  readonly #keyOf: (row: Row) => string;
  readonly #watch: Watch<Row>;

  /** The table starts without rows, so that every row is reported. */
  constructor(
    keyOf: (row: Row) => string,
    indexKeys: Readonly<Record<Index, (row: Row) => string | null>>,
    watch: Watch<Row>,
  ) {
    super([], keyOf, indexKeys);
    this.#keyOf = keyOf;
    this.#watch = watch;
  }

  override put(row: Row): void {
    const before = this.get(this.#keyOf(row)) ?? null;
    super.put(row);
    this.#watch(before, row);
  }

  override delete(key: string): void {
    const before = this.get(key) ?? null;
    super.delete(key);
    if (before !== null) {
      this.#watch(before, null);
    }
  }
}
