import { Table } from '../../../simulators/table.ts';

/** Told after each change of a row: what it was and what it is; null where it was not there, or is not any more. */
export type Watch<Row> = (before: Row | null, after: Row | null) => void;

/** A simulator's table that tells its changes as they are made, in their order. */
export class WatchedTable<Row, Index extends string> extends Table<Row, Index> {
  readonly #keyOf: (row: Row) => string;
  readonly #watch: Watch<Row>;

  /** Without rows: those that it gets are told. */
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
