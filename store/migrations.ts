import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { StoreUnavailable } from './store-unavailable.ts';

/** One step of a schema: a file of SQL. Each step runs once, in a transaction, in the order of the numbers. */
export interface Migration {
  /** Numbers begin with 1 and have no gaps. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /**
   * A program that knows the migrations up to this number works with the tables after this migration. If the file only
   * adds to the tables, its first line states this number. Otherwise it is the file's own number.
   */
  readonly worksWith: number;
}

/** A migration that has run. `worksWith` is null if the migration ran before `worksWith` was recorded. */
export interface AppliedMigration {
  readonly number: number;
  readonly worksWith: number | null;
}

/**
 * The files of a folder, in order.
 * @throws Error for a file that isn't called `NNNN-name.sql`, or whose number isn't the next one.
 */
export function migrationsIn(folder: string): readonly Migration[] {
  return readdirSync(folder)
    .sort()
    .map((file, index) => {
      const [, digits, name] = /^(\d{4})-([a-z-]+)\.sql$/.exec(file) ?? [];
      const number = Number(digits);
      if (name === undefined || number !== index + 1) {
        const expected = `${String(index + 1).padStart(4, '0')}-name.sql`;
        throw new Error(`migrations/${basename(folder)}/${file}: must be called ${expected}`);
      }
      const sql = readFileSync(join(folder, file), 'utf8');
      const [, earlier] = /^-- Works with programs that know migration (\d{4})\.\n/.exec(sql) ?? [];
      return { number, name, sql, worksWith: earlier === undefined ? number : Number(earlier) };
    });
}

/**
 * The migrations that a database still needs. A newer program may have applied migrations that this program does not
 * know. If they only add to tables, this program works with the tables.
 *
 * @example
 * // This program knows 12 migrations.
 * // The database is at 13, which works with programs that know 12: nothing is needed.
 * // The database is at 14, which works with programs that know 13: this program is too old.
 * @throws StoreUnavailable if this program is too old for the tables.
 */
export function pendingMigrations(
  all: readonly Migration[],
  applied: readonly AppliedMigration[],
): readonly Migration[] {
  const newer = applied.filter(({ number }) => number > all.length);
  const tooNew = newer.filter(({ number, worksWith }) => (worksWith ?? number) > all.length);
  if (tooNew.length > 0) {
    const last = Math.max(...newer.map(({ number }) => number));
    throw new StoreUnavailable(
      `journal: the database is at migration ${last}, and this program knows ${all.length}: use a newer program`,
    );
  }
  const done = new Set(applied.map(({ number }) => number));
  return all.filter(({ number }) => !done.has(number));
}
