/** What SQLite and PostgreSQL write differently. Each has its own in `sqlite/dialect.ts` and `postgres/dialect.ts`. */
export interface Dialect {
  /** Stands before the name of a table or function. */
  readonly schema: '' | `${string}.`;
  /** A time moved by so many milliseconds; null if either is null. */
  later(time: string, ms: string): string;
  earlier(time: string, ms: string): string;
  /** Whether the value of a text column is in a list. */
  among(column: string, list: string): string;
  /** Whether there is no list. */
  isMissing(list: string): string;
  /** The texts of a list, as a table `given` with the column `value`. */
  valuesOf(list: string): string;
  /** The rows of a JSON array, as a table `given` with these columns, and `position` for their order. */
  rowsOf(json: string, columns: Readonly<Record<string, ColumnType>>): string;
  /** Keeps other processes from writing to the tables, until the transaction ends. */
  excludeWriters(tables: readonly string[]): string;
  /** A text as a value for a JSON column. */
  toJson(text: string): string;
  /** True. The statement fails if its commit would not wait for the disk. */
  readonly isDurable: string;
  /** True. The commit of the statement does not wait for the disk. */
  readonly isEventual: string;
  /** Whether the transaction may write. */
  readonly isWritable: string;
  /** True. The statement fails if the database may have lost operations. */
  readonly isCompared: string;
  /** Whether the operation is not a part of another, as the condition of the indexes says it. */
  readonly isWhole: string;
  /** Locks of the selected rows, until the transaction ends. */
  readonly forUpdate: string;
  readonly forNoKeyUpdate: string;
  readonly skipLocked: string;
}

/** In JSON a time is ISO 8601. */
export type ColumnType = 'text' | 'number' | 'time';

/** A dialect, with what is made of it. */
export interface Syntax extends Dialect {
  /** A subquery, not the bare function: it is evaluated once a statement, and so can be compared by way of an index. */
  readonly now: string;
  /** A table `clock`, whose one row has one `now` for a whole statement. */
  readonly clock: string;
  /** The time in so many milliseconds from now, or before. */
  inMs(ms: string): string;
  ago(ms: string): string;
  /** Removes rows whose time is up, the oldest first. `key`: the columns of the primary key. */
  removeOldest(table: string, key: string, time: string, until: string, maxRows: string): string;
}

export function syntaxOf(dialect: Dialect): Syntax {
  const { schema, later, earlier, skipLocked } = dialect;
  const now = `(select ${schema}journal_now())`;
  return {
    ...dialect,
    now,
    clock: `(select ${schema}journal_now() as now) as clock`,
    inMs: (ms) => later(now, ms),
    ago: (ms) => earlier(now, ms),
    removeOldest: (table, key, time, until, maxRows) => `delete from ${schema}${table} where (${key}) in (
        select ${key} from ${schema}${table} where ${time} <= ${until} order by ${time} limit ${maxRows} ${skipLocked}
      ) returning 1 as removed`,
  };
}
