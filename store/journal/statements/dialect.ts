/** The differences in SQL between SQLite (`sqlite/dialect.ts`) and PostgreSQL (`postgres/dialect.ts`). */
export interface Dialect {
  /** The prefix of names of tables and functions. */
  readonly schema: '' | `${string}.`;
  /** The time plus or minus a number of ms. Null if either is null. */
  later(time: string, ms: string): string;
  earlier(time: string, ms: string): string;
  /** The time between two times, in ms. Null if either is null. */
  msBetween(later: string, earlier: string): string;
  /** The number of the Hong Kong day of the time, counted from 1970-01-01. */
  dayOf(time: string): string;
  /** A condition that is true if the list, a parameter, contains the value of the text column. */
  among(column: string, list: string): string;
  /** A condition that is true if the list is null. */
  isMissing(list: string): string;
  /** A table `given` with the texts of the list in its column `value`. */
  valuesOf(list: string): string;
  /**
   * A table `given` with the rows of a JSON array. It has the given columns, and `position` for the order in the array.
   */
  rowsOf(json: string, columns: Readonly<Record<string, ColumnType>>): string;
  /** A statement that keeps other processes from writing to the tables until the transaction ends. */
  excludeWriters(tables: readonly string[]): string;
  /** Converts a text for a JSON column. */
  toJson(text: string): string;
  /** A condition that is always true, but makes the statement fail if its commit would not wait for the disk. */
  readonly isDurable: string;
  /** A condition that is always true, but makes the commit return without waiting for the disk. */
  readonly isEventual: string;
  /** A condition that is always true, but makes the statement fail if the disk is full. */
  readonly canGrow: string;
  /** True if the transaction may write. */
  readonly isWritable: string;
  /** A condition that is always true, but makes the statement fail if the database may have lost operations. */
  readonly isCompared: string;
  /**
   * True if all of circulation's events were compared with the journal since the database server was started, or if the
   * database is marked as restored. Always true in SQLite.
   */
  readonly isServerCompared: string;
  /** True if the database server has this generation (`FeedLease`). */
  isGeneration(generation: string): string;
  /**
   * True if callers can look up the operation: it is no child operation. Written exactly as in the partial indexes, so
   * that the database uses them.
   */
  readonly isListed: string;
  /** The opposite of `isListed`. */
  readonly isUnlisted: string;
  /** True if the operation is refused and still holds its place. Written exactly as in the partial index. */
  readonly isPlaceHeld: string;
  /** These three clauses follow a `select`, and lock its rows until the transaction ends. */
  readonly forUpdate: string;
  readonly forNoKeyUpdate: string;
  readonly skipLocked: string;
}

/** The types of columns. A time is an ISO 8601 text in JSON. */
export type ColumnType = 'text' | 'number' | 'time';

/** A dialect, and expressions that are built from it. */
export interface Syntax extends Dialect {
  /** The journal's time. It is a subquery, so that it is evaluated only once, and comparisons can use an index. */
  readonly now: string;
  /** A table `clock` with one row, whose column `now` is one moment for a whole statement. */
  readonly clock: string;
  /** The time `ms` milliseconds after now (`inMs`) or before now (`ago`). */
  inMs(ms: string): string;
  ago(ms: string): string;
  /**
   * The assignments with which `holder`, a parameter, takes or renews a lease. Each time, the lease's number rises by
   * 1.
   */
  takeLease(holderColumn: string, holder: string, leaseMs: string): string;
  /**
   * The condition for `takeLease`: nobody has the lease, or `holder` has it, or the lease's number is still `freeNumber`.
   * A lease whose number has not changed was not renewed in time.
   */
  mayTakeLease(holderColumn: string, holder: string, freeNumber: string): string;
  /** Removes the rows whose time is not after `until`, the oldest first. `key` lists the columns of the primary key. */
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
    takeLease: (holderColumn, holder, leaseMs) =>
      `${holderColumn} = ${holder}, lease_number = lease_number + 1, leased_until = ${later(now, leaseMs)}`,
    mayTakeLease: (holderColumn, holder, freeNumber) =>
      `(${holderColumn} is null or ${holderColumn} = ${holder} or lease_number = cast(${freeNumber} as bigint))`,
    removeOldest: (table, key, time, until, maxRows) => `delete from ${schema}${table} where (${key}) in (
        select ${key} from ${schema}${table} where ${time} <= ${until} order by ${time} limit ${maxRows} ${skipLocked}
      ) returning 1 as removed`,
  };
}
