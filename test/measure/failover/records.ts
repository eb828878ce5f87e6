import type { LegacyRecords } from '../../torture/system/legacy-records.ts';

type Query = (text: string) => Promise<readonly Record<string, unknown>[]>;

/** The ids of operations that circulation has carried out, and that the database does not have. */
export async function lostOperations(records: LegacyRecords, query: Query): Promise<ReadonlySet<string>> {
  // Effects are read before the rows. Otherwise an operation between the two reads would have an effect but no row,
  // and seem lost.
  const effects = records.effects();
  const rows = await query(
    'select id from patron_graph.operations union all select id from patron_graph.past_operations',
  );
  const known = new Set(rows.map(({ id }) => id));
  return new Set(effects.flatMap(({ reference }) => (known.has(reference) ? [] : [reference])));
}

/** The largest number of loans that any patron has had at one time. */
export function maxLoans({ changes }: LegacyRecords): number {
  const loans = new Map<string, number>();
  let max = 0;
  for (const { kind, change, patronId } of changes) {
    if (kind === 'LOAN') {
      const now = (loans.get(patronId) ?? 0) + (change === 'BEGUN' ? 1 : -1);
      loans.set(patronId, now);
      max = Math.max(max, now);
    }
  }
  return max;
}
