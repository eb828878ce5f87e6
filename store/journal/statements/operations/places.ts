import { encryptedPlaceholder } from '../../encrypted-rows.ts';
import type { Syntax } from '../dialect.ts';
import { mergedWith } from './merges.ts';
import { aboutPatron, certainty, operationColumns } from './operations.ts';

export function placeStatements(syntax: Syntax) {
  const { schema, now, later, inMs, ago, among, isDurable, isCompared, isPlaceHeld, forUpdate } = syntax;
  const operations = `${schema}operations`;
  const patrons = `${schema}patron_epochs`;
  const merged = `${schema}merged_patrons`;
  const held = `select id, state, patron_id, sealed from ${operations} where place_kind = $1 and (state <> 'REFUSED' or ${isPlaceHeld})`;
  return {
    // This must be one statement, so that epoch, holders and merges are from the same moment.
    placesNow: `select (select epoch from ${patrons} where patron_id = $1) as epoch,
      (
        select string_agg(id, ' ') from ${operations}
        where patron_id in ${mergedWith(schema, '$1')} and place_kind = $2 and (state = 'UNSETTLED' or ${isPlaceHeld})
      ) as holders,
      (select string_agg(patron_encrypted, ' ') from ${merged} where merged_into = $1) as merged_from,
      (select merged_into_encrypted from ${merged} where patron_id = $1) as merged_into`,
    placesSince: `${held} and patron_id in ${mergedWith(schema, '$2')} and (state <> 'DONE' or epoch > $3)`,
    recentPlaces: `${held} and ${among('patron_id', '$2')} and (state <> 'DONE' or settled_at >= ${ago('$3')})`,
    releasePlace: `update ${operations} set is_place_held = false where id = $1 and ${isPlaceHeld}`,
    // As in `lockToSettle`, the operation is locked before the patron. After a transaction has locked a patron, it must
    // not wait for any other lock.
    lockOperation: `select ${operationColumns} from ${operations} where id = $1 ${forUpdate}`,
    // If the patron has no row, this statement inserts one with epoch 0.
    lockPatron: `insert into ${patrons} as patrons (patron_id, epoch)
      select $2, 0 from ${operations} where id = $1 and state = 'UNSETTLED'
      on conflict (patron_id) do update set epoch = patrons.epoch`,
    reserve: `update ${operations}
      set patron_id = $2, place_kind = $3, library_card_number = '${encryptedPlaceholder}', subject = '${encryptedPlaceholder}',
        sealed = $4, ${aboutPatron('$2', '$8')}, send_by = ${inMs('$5')}, look_at = ${inMs('$6')},
        certain_at = ${later(now, 'certain.after_ms')}, certain_after_ms = certain.after_ms
      from ${certainty(syntax, '$5', '$7')}
      where id = $1 and ${isDurable} and ${isCompared} returning ${operationColumns}`,
  } as const;
}
