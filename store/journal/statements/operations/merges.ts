import type { Syntax } from '../dialect.ts';

/**
 * The digest of the record in whose quota a patron's loans and holds count: the record that the patron's record was
 * merged into, or else the patron's own.
 */
export const countedWith = (schema: Syntax['schema'], key: string): string =>
  `coalesce((select merged_into from ${schema}merged_patrons as merged where merged.patron_id = ${key}), ${key})`;

/** The digests of a record and of the records that were merged into it. */
export const mergedWith = (schema: Syntax['schema'], key: string): string =>
  `(select cast(${key} as text) union all select patron_id from ${schema}merged_patrons where merged_into = ${key})`;

export function mergeStatements({ schema, now, among, isDurable }: Syntax) {
  const merged = `${schema}merged_patrons`;
  const patrons = `${schema}patron_epochs`;
  const columns = `patron_id as "leavingKey", merged_into as "stayingKey", patron_encrypted as "leavingEncrypted",
    merged_into_encrypted as "stayingEncrypted", operation_id as "operationId"`;
  return {
    mergesOf: `select ${columns} from ${merged} where ${among('patron_id', '$1')} or ${among('merged_into', '$1')}
      order by merged_at, patron_id`,
    openMerges: `select ${columns} from ${merged} where closed_at is null and patron_id > $1
      order by patron_id limit $2`,
    closeMerge: `update ${merged} set closed_at = ${now} where patron_id = $1 and closed_at is null and ${isDurable}`,
    // If the patron has no row, this statement inserts one with epoch 0.
    lockRecord: `insert into ${patrons} as patrons (patron_id, epoch) values ($1, 0)
      on conflict (patron_id) do update set epoch = patrons.epoch`,
    insertMerge: `insert into ${merged} (patron_id, merged_into, patron_encrypted, merged_into_encrypted, operation_id, merged_at)
      select $1, $2, $3, $4, $5, ${now} where ${isDurable}`,
    // Each place stores the epoch at which it was settled. The staying record gets the higher epoch of the two records.
    // With a lower epoch, places of the leaving record would seem to be settled after a new reading of the patron's
    // loans. So these places would count, although the reading contains their loans.
    joinEpochs: `update ${patrons} set epoch = case
        when epoch < (select epoch from ${patrons} where patron_id = $1) then (select epoch from ${patrons} where patron_id = $1)
        else epoch
      end where patron_id = $2`,
  } as const;
}
