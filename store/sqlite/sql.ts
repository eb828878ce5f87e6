import { type Ask, type AskWithin, answer, atOnce, type RunText, type Sql, type Value } from '../sql.ts';
import type { SqliteDatabase } from './database.ts';

/**
 * Runs the statements in `texts` in a SQLite database. Each statement is prepared once. In a statement, `journal_now()`
 * is the time by `clock`, in ms since 1970. It returns the same time during a whole transaction.
 */
export function sqliteSql<Name extends string>(
  database: SqliteDatabase,
  texts: Readonly<Record<Name, string>>,
  clock: () => number,
): Sql<Name> {
  const prepared = new Map<Name, (values: readonly Value[]) => readonly object[]>();
  let now = 0;
  database.define('journal_now', () => now);
  const run = <Row extends object>(name: Name, values: readonly Value[]): readonly Row[] => {
    const statement = prepared.get(name) ?? database.prepare<Row>(texts[name]);
    prepared.set(name, statement);
    return statement(values) as readonly Row[];
  };
  const ask: AskWithin<Name> = (name, values) => answer(run(name, values));
  const read: Ask<Name> = async (name, values) => {
    now = clock();
    return run(name, values);
  };
  const writeEventually: Ask<Name> = async (name, values) => {
    database.check();
    return await read(name, values);
  };
  const transactEventually: Sql<Name>['transact'] = (_name, work) =>
    database.transact((commit) => {
      now = clock();
      const last: AskWithin<Name> = (name, values) => {
        commit();
        return ask(name, values);
      };
      return atOnce(work({ ask, last, commit, lockKeys() {} }));
    });
  return {
    read,
    async write<Row extends object>(name: Name, values: readonly Value[]) {
      const rows = await writeEventually<Row>(name, values);
      await database.writtenThrough();
      return rows;
    },
    writeEventually,
    async transact(name, work) {
      const result = await transactEventually(name, work);
      await database.writtenThrough();
      return result;
    },
    transactEventually,
    writtenThrough: () => database.writtenThrough(),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

/** Runs any SQL, within a transaction. */
export const runIn =
  (database: SqliteDatabase): RunText =>
  <Row extends object>(text: string, values: readonly Value[] = []) =>
    answer(database.prepare<Row>(text)(values));
