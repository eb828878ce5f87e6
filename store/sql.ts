/**
 * How the stores ask their database, whether SQLite or PostgreSQL. Each statement has a name, and `$1`, `$2` and so on for its values.
 * Every call rejects with `JournalUnavailable`, or with what a transaction throws.
 *
 * In PostgreSQL a commit waits for the disk. In SQLite it does not (decision 10): each method says whether it waits afterwards. After
 * the methods `…Eventually`, and after `read`, a crash of the machine may still take back what was written or read.
 */
export interface Sql<Name extends string> extends AsyncDisposable {
  readonly read: Ask<Name>;
  /** Waits for the disk. */
  readonly write: Ask<Name>;
  readonly writeEventually: Ask<Name>;
  /**
   * Runs `work` in a transaction, which a trace knows by its name, and waits for the disk. Commits if `work` has called `last` or
   * `commit`. Rolls back if it has not, or if anything fails.
   */
  transact<Result>(name: string, work: Work<Name, Result>): Promise<Result>;
  transactEventually<Result>(name: string, work: Work<Name, Result>): Promise<Result>;
  /** Resolves when everything that has been committed or read by now is on the disk. */
  writtenThrough(): Promise<void>;
}

export type Value = string | number | bigint | boolean | Date | null | readonly string[] | readonly number[];

/** Runs the statement of that name by itself. `Row` must match the columns that it selects or returns. */
export type Ask<Name extends string> = <Row extends object = never>(
  name: Name,
  values: readonly Value[],
) => Promise<readonly Row[]>;

/**
 * A computation that waits for answers of the database alone, each by `yield*`. So SQLite, which answers at once, runs a whole
 * transaction in one go: no other code of the process comes between its statements.
 */
export type Asking<Result> = Generator<Promise<unknown>, Result, unknown>;

/**
 * The work of a transaction. Its statements run in the order in which they are asked, each seeing the effects of those before. They
 * are sent at once, so that PostgreSQL answers several in one round trip.
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
  /** Sends a statement. The answer need not be waited for: where the statement fails, so does the transaction. */
  readonly ask: AskWithin<Name>;
  /** Sends the transaction's last statement, and the commit. */
  readonly last: AskWithin<Name>;
  /** Sends the commit, where there is no last statement. */
  commit(): void;
  /**
   * Excludes transactions that lock one of the same keys, until this one ends. Does nothing in SQLite, where transactions exclude
   * one another anyway.
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

/** An answer that is there, or is still on its way. */
export function* answer<Row>(rows: readonly Row[] | Promise<readonly Row[]>): Asking<readonly Row[]> {
  return rows instanceof Promise ? ((yield rows) as readonly Row[]) : rows;
}

/** Waits for all of them, in their order. */
export function* all<Result>(asked: readonly Asking<Result>[]): Asking<readonly Result[]> {
  const results: Result[] = [];
  for (const one of asked) {
    results.push(yield* one);
  }
  return results;
}

/** Runs a computation, and waits for the answers that it waits for. */
export async function answered<Result>(asking: Asking<Result>): Promise<Result> {
  let step = asking.next();
  while (step.done !== true) {
    step = asking.next(await step.value);
  }
  return step.value;
}

/** Runs a computation whose answers are all there. */
export function atOnce<Result>(asking: Asking<Result>): Result {
  const step = asking.next();
  if (step.done !== true) {
    throw new Error('an answer is waited for');
  }
  return step.value;
}
