import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JournalUnavailable } from './port.ts';

/** One step of a schema, as a file of SQL: run once, in a transaction, in the order of the numbers. */
export interface Migration {
  /** From 1 on, without a gap. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/**
 * The steps of `migrations/<database>/`, in order.
 * @throws Error for a file that isn't `NNNN-name.sql`, or is not the next.
 */
export function readMigrations(database: 'sqlite' | 'postgres'): readonly Migration[] {
  const folder = join(import.meta.dirname, 'migrations', database);
  return readdirSync(folder)
    .sort()
    .map((file, index) => {
      const [, digits, name] = /^(\d{4})-([a-z-]+)\.sql$/.exec(file) ?? [];
      const number = Number(digits);
      if (name === undefined || number !== index + 1) {
        throw new Error(`migrations/${database}/${file}: ${index + 1}, in four digits, -name.sql is wanted`);
      }
      return { number, name, sql: readFileSync(join(folder, file), 'utf8') };
    });
}

/**
 * Those that a database still needs.
 * @throws JournalUnavailable for a database that has been through steps of a newer program than this.
 */
export function pendingMigrations(all: readonly Migration[], applied: number): readonly Migration[] {
  if (applied > all.length) {
    throw new JournalUnavailable(
      `journal: the database is at migration ${applied}, and this program knows ${all.length}: a newer one is wanted`,
    );
  }
  return all.slice(applied);
}
