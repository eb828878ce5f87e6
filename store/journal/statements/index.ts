import type { Sql } from '../../sql.ts';
import { attemptStatements } from './attempts.ts';
import { auditStatements } from './audit.ts';
import { type Dialect, syntaxOf } from './dialect.ts';

/**
 * All the SQL of the journal, except its tables: the same for both databases, but for their dialects.
 *
 * The column `look_at` is the time at which an operation is next due to be reconciled. The table `claims` has the locks.
 */
export function createStatements(dialect: Dialect) {
  const syntax = syntaxOf(dialect);
  return {
    ...attemptStatements(syntax),
    ...auditStatements(syntax),
  } as const;
}

export type StatementName = keyof ReturnType<typeof createStatements>;

/** The journal's tables, in either database. */
export type JournalSql = Sql<StatementName>;
