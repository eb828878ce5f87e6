import type { OperationRow } from '../rows.ts';
import type { LookupTables } from '../tables.ts';
import type { JournalStatements } from './statements.ts';

/** By what staff find operations in PostgreSQL. */
export function lookupsIn({ write: ask }: JournalStatements): LookupTables {
  return {
    byCode: async (code, maxRows) => await ask<OperationRow>('byCode', [code, maxRows]),
    ofReference: async (digest, maxRows) => await ask<OperationRow>('ofReference', [digest, maxRows]),
    ofPatron: async (patronKey, before, maxRows) => {
      const position = [before?.requestedAt.toISOString() ?? null, before?.id ?? null];
      return await ask<OperationRow>('ofPatron', [patronKey, ...position, maxRows]);
    },
  };
}
