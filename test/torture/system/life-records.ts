/** What the journal's tables have about persons whose records were merged, and who were erased. Reads them directly. */
import { z } from 'zod';
import type { PostgresDatabase } from '../../support/postgres.ts';
import type { EndedLife, History, JournalEntry, Merge } from '../history.ts';
import type { Life } from '../workload/lives.ts';
import { isDiscrepancy, parseBooks } from './books-command.ts';
import { tryToOpen } from './erased-data.ts';
import { openEncryption } from './journal-entries.ts';
import type { LegacyRecords } from './legacy-records.ts';

const mergeRow = z.object({
  leaving: z.string(),
  staying: z.string(),
  merged_at: z.date(),
  closed_at: z.date().nullable(),
});

export async function readMerges(database: PostgresDatabase, secret: string): Promise<Merge[]> {
  const { decrypt } = await openEncryption(database, secret);
  const rows = await database.query(
    `select patron_encrypted as leaving, merged_into_encrypted as staying, moments.merged_at, moments.closed_at
     from patron_graph.merged_patrons join public.merge_moments as moments using (patron_id)`,
  );
  return rows.map((row) => {
    const { leaving, staying, merged_at, closed_at } = mergeRow.parse(row);
    return {
      leavingId: decrypt(leaving),
      stayingId: decrypt(staying),
      mergedAt: merged_at.getTime(),
      closedAt: closed_at?.getTime() ?? null,
    };
  });
}

const finding = z.object({ operation_id: z.string(), discrepancy: z.string() });

/** The findings about operations, also those that an erasure has removed. `books` is the output of `npm run books`. */
export async function readFindings(database: PostgresDatabase, books: string): Promise<History['findings']> {
  const rows = await database.query('select operation_id, discrepancy from public.erased_findings');
  const erased = rows.flatMap((row) => {
    const { operation_id: operationId, discrepancy } = finding.parse(row);
    return isDiscrepancy(discrepancy) ? [{ operationId, discrepancy }] : [];
  });
  return [...parseBooks(books), ...erased];
}

/** What the systems and the journal have of the persons. `journal` has their erasures. */
export async function endedLives(
  database: PostgresDatabase,
  secret: string,
  {
    lives,
    records,
    journal,
  }: {
    readonly lives: readonly Life[];
    readonly records: LegacyRecords;
    readonly journal: readonly JournalEntry[];
  },
): Promise<EndedLife[]> {
  const erasures = journal.filter(({ kind, state }) => kind === 'ERASE_PATRON' && state === 'DONE');
  // A later erasure of the same person finds nothing more.
  const erasedAt = new Map(
    erasures.toReversed().map(({ patronId, requestedAt }) => [patronId ?? '', requestedAt]),
  );
  const dataOf = await tryToOpen(database, secret, lives, erasedAt);
  return lives.map(({ leavingId, stayingId, isErased }) => ({
    leavingId,
    stayingId,
    openRecords: [leavingId, stayingId].filter((id) => records.statusOf(id) !== 'C'),
    openCards: records
      .cardsOf(leavingId)
      .flatMap(({ cardNo, status }) => (status === 'ACT' || status === 'LST' ? cardNo : [])),
    isErased,
    ...dataOf({ leavingId, stayingId }),
  }));
}
