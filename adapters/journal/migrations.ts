import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { JournalUnavailable } from './port.ts';

/** One step of a schema: a file of SQL. Each runs once, in a transaction, in the order of the numbers. */
export interface Migration {
  /** From 1, without gaps. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

/**
 * The files of `migrations/<database>/`, in order.
 * @throws Error for a file that isn't called `NNNN-name.sql`, or whose number isn't the next.
 */
export function readMigrations(database: 'sqlite' | 'postgres'): readonly Migration[] {
  const folder = join(import.meta.dirname, 'migrations', database);
  return readdirSync(folder)
    .sort()
    .map((file, index) => {
      const [, digits, name] = /^(\d{4})-([a-z-]+)\.sql$/.exec(file) ?? [];
      const number = Number(digits);
      if (name === undefined || number !== index + 1) {
        throw new Error(
          `migrations/${database}/${file}: must be called ${String(index + 1).padStart(4, '0')}-name.sql`,
        );
      }
      return { number, name, sql: readFileSync(join(folder, file), 'utf8') };
    });
}

/**
 * The migrations that a database still needs, which has had the first `applied` of them.
 * @throws JournalUnavailable if a newer program has migrated the database further than this program knows.
 */
export function pendingMigrations(all: readonly Migration[], applied: number): readonly Migration[] {
  if (applied > all.length) {
    throw new JournalUnavailable(
      `journal: the database is at migration ${applied}, and this program knows ${all.length}: use a newer program`,
    );
  }
  return all.slice(applied);
}
