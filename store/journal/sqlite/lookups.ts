import type { SqliteDatabase } from '../../sqlite/database.ts';
import type { OperationRow } from '../rows.ts';
import type { LookupTables } from '../tables.ts';
import { operationRow, type SqliteOperation } from './statements.ts';

/** Whole operations, the latest first. */
const find = (which: string) => `select * from operations
  where ${which} and is_part = 0 order by requested_at desc, id desc limit :maxRows`;

export const lookupStatements = {
  byCode: find('code = :code'),
  ofReference: find('reference = :digest'),
  ofPatron: find('about_patron = :patronKey and (requested_at, id) < (:requestedAt, :id)'),
} as const;

/** By what staff find operations in SQLite. */
export function lookupsIn(database: SqliteDatabase): LookupTables {
  const byCode = database.all<SqliteOperation>(lookupStatements.byCode);
  const ofReference = database.all<SqliteOperation>(lookupStatements.ofReference);
  const ofPatron = database.all<SqliteOperation>(lookupStatements.ofPatron);
  /** Waits for the disk: a crash must not take back what was told. */
  const onDisk = async (rows: readonly SqliteOperation[]): Promise<readonly OperationRow[]> => {
    if (rows.length > 0) {
      await database.writtenThrough();
    }
    return rows.map((row) => operationRow(row));
  };
  return {
    byCode: async (code, maxRows) => await onDisk(byCode({ code, maxRows })),
    ofReference: async (digest, maxRows) => await onDisk(ofReference({ digest, maxRows })),
    ofPatron: async (patronKey, before, maxRows) =>
      await onDisk(
        ofPatron({
          patronKey,
          requestedAt: before?.requestedAt.getTime() ?? Number.MAX_SAFE_INTEGER,
          id: before?.id ?? '',
          maxRows,
        }),
      ),
  };
}
