import { join } from 'node:path';
import { type Migration, migrationsIn } from '../migrations.ts';

/** The files of `migrations/<database>/`, in order. */
export const readMigrations = (database: 'sqlite' | 'postgres'): readonly Migration[] =>
  migrationsIn(join(import.meta.dirname, 'migrations', database));
