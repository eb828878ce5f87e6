/**
 * Runs the statements of a store, in SQLite or PostgreSQL. A statement has a name, and takes values for `$1`, `$2` and
 * so on. Every call rejects with `StoreUnavailable`, or with the error that the work of a transaction throws.
 *
 * In PostgreSQL, a commit waits for the disk. In SQLite, a commit does not (decision 10), so `write` and `transact`
 * wait for the disk after it. `read` and the methods whose names end in `Eventually` don't wait: in SQLite, a crash of
 * the machine may undo a change that they wrote or read.
 */
export interface Sql<Name extends string> extends AsyncDisposable {
  readonly read: Ask<Name>;
  readonly write: Ask<Name>;
  readonly writeEventually: Ask<Name>;
  /**
   * Runs `work` in a transaction. Commits if `work` has called `last` or `commit`. Rolls back if it has called neither,
   * or if anything fails. `name` is for traces.
   */
  transact<Result>(name: string, work: Work<Name, Result>): Promise<Result>;
  transactEventually<Result>(name: string, work: Work<Name, Result>): Promise<Result>;
  /** Resolves when everything that was committed or read before the call is on the disk. */
  writtenThrough(): Promise<void>;
}

export type Value = string | number | bigint | boolean | Date | null | readonly string[] | readonly number[];

/** Runs the statement with this name by itself. `Row` must match the columns that the statement selects or returns. */
export type Ask<Name extends string> = <Row extends object = never>(
  name: Name,
  values: readonly Value[],
) => Promise<readonly Row[]>;

/**
 * A generator that waits for nothing but the database, with `yield*`. SQLite answers at once, so a transaction in
 * SQLite runs without a pause: no other code of the process runs between its statements.
 */
export type Asking<Result> = Generator<Promise<unknown>, Result, unknown>;

/**
 * The work of a transaction. `ask` sends a statement at once, before its answer is awaited, so that PostgreSQL answers
 * several statements in one round trip. The statements run in order, and each sees the effects of earlier ones.
 *
 * @example
 * function* ({ ask, last }) {
 *   const locked = ask('lockToSettle', [id]);
 *   const settled = last('settle', [id, state]);
 *   return [yield* locked, yield* settled]; // One round trip: both were sent before the first wait.
 * }
 */
export type Work<Name extends string, Result> = (transaction: Transaction<Name>) => Asking<Result>;

export interface Transaction<Name extends string> {
  /** Sends a statement. Its answer need not be awaited: if the statement fails, the transaction fails, too. */
  readonly ask: AskWithin<Name>;
  /** Sends the transaction's last statement, and the commit. */
  readonly last: AskWithin<Name>;
  /** Sends the commit, for a transaction without a last statement. */
  commit(): void;
  /**
   * Excludes other transactions that lock one of these keys, until this transaction ends. Does nothing in SQLite, where
   * transactions always exclude each other.
   */
  lockKeys(keys: readonly string[]): void;
}

export type AskWithin<Name extends string> = <Row extends object = never>(
  name: Name,
  values: readonly Value[],
) => Asking<readonly Row[]>;

/** Runs any SQL within a transaction. */
export type RunText = <Row extends object = never>(
  text: string,
  values?: readonly Value[],
) => Asking<readonly Row[]>;

/** Returns the rows. PostgreSQL returns a promise of them, which is awaited. SQLite returns the rows themselves. */
export function* answer<Row>(rows: readonly Row[] | Promise<readonly Row[]>): Asking<readonly Row[]> {
  return rows instanceof Promise ? ((yield rows) as readonly Row[]) : rows;
}

/** Waits for each of these `Asking` generators, in the order of the list. */
export function* all<Result>(asked: readonly Asking<Result>[]): Asking<readonly Result[]> {
  const results: Result[] = [];
  for (const one of asked) {
    results.push(yield* one);
  }
  return results;
}

/** Runs an `Asking` generator with PostgreSQL, and awaits each answer of the database. */
export async function answered<Result>(asking: Asking<Result>): Promise<Result> {
  let step = asking.next();
  while (step.done !== true) {
    step = asking.next(await step.value);
  }
  return step.value;
}

/** Runs an `Asking` generator with SQLite, which returns every answer at once. */
export function atOnce<Result>(asking: Asking<Result>): Result {
  const step = asking.next();
  if (step.done !== true) {
    throw new Error('an answer is waited for');
  }
  return step.value;
}
