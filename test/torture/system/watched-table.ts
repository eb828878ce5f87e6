import { Table } from '../../../simulators/tables/table.ts';

/** Called after each change of a row, with its state before (null: it is new) and after (null: it was deleted). */
export type Watch<Row> = (before: Row | null, after: Row | null) => void;

/** A table of a simulator that reports its changes in their order. */
export class WatchedTable<Row, Index extends string> extends Table<Row, Index> {
  readonly #keyOf: (row: Row) => string;
  readonly #watch: Watch<Row>;

  /** Starts without rows, so that every row it gets is reported. */
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
