const buildColumns = `id, proof, stage, stage_began_at, stage_done, stage_total, listed_until, listing_number, is_whole,
  has_all_applications, cast(event_sequence as text) as event_sequence, as_of, first_event_at, pass, pass_number,
  after_patron_sealed, patrons_read, patrons_total, last_application, last_loss_report`;

/** The statements about the one row of `build`, and about the oldest marks. `schema` is the prefix of a table's name. */
export function buildStatements(schema: '' | `${string}.`) {
  const toRead = `${schema}to_read`;
  const build = `${schema}build`;
  const cards = `${schema}cards`;
  const oldestOfKind = (kind: string) => `select * from (
      select queued, marked_at from ${toRead} where kind = '${kind}' and failures = 0 order by queued limit 1
    ) as of_kind`;
  return {
    // A crash empties the table `filled`. If the build has no row in it, the build must be resumed.
    build: `select ${buildColumns} from ${build} where id in (select id from ${schema}filled)`,
    keptBuild: `select ${buildColumns} from ${build}`,
    fill: `insert into ${schema}filled (id) values ($1)`,
    // Returns the time of the oldest mark that delays `asOf`. Marks of copies don't delay it, because some copies are
    // read long after the first pass. The oldest mark has the lowest number. Its time may not be the earliest, because
    // the clock may have been put back.
    oldestMark: `select marked_at from (
        ${['CARD', 'ITEM', 'TITLE'].map(oldestOfKind).join(' union all ')}
      ) as oldest order by queued limit 1`,
    oldestMarkNumber: `select min(queued) as number from (
        ${['CARD', 'APPLICATION', 'LOSS_REPORT'].map(oldestOfKind).join(' union all ')}
      ) as oldest`,
    begin: `insert into ${build} (id, proof, event_sequence, as_of, stage_began_at, pass_number)
      values ($1, $2, 0, 0, $3, $4)`,
    resume: `update ${build} set id = $1, has_all_applications = 0, last_application = '', last_loss_report = ''`,
    startCards: `update ${build} set stage = 'CARDS', stage_began_at = $1, stage_done = 0, stage_total = null,
      listed_until = '', listing_number = $2`,
    listedUntil: `update ${build} set listed_until = $1`,
    listedAll: `update ${build} set listed_until = null, opens_after = $1, stage_total = case when stage = 'CARDS'
      then (select count(*) from ${cards}) else stage_total end`,
    cardsRead: `update ${build} set stage_done = stage_done + $1 where stage = 'CARDS'`,
    openLists: `update ${build} set stage = 'OPEN', stage_began_at = $1, stage_done = patrons_read, stage_total = null
      where stage = 'CARDS' and listed_until is null and not exists (
        select 1 from ${toRead} where kind = 'CARD' and failures = 0 and queued <= opens_after
      ) returning 1 as is_open`,
    // $2 is the new `as_of`, and $3 is the present time. A stored `as_of` in the future was stored before the clock was
    // put back, so $2 replaces it.
    savePosition: `update ${build} set first_event_at = coalesce(first_event_at, $2),
      as_of = case when as_of < $2 or as_of > $3 then $2 else as_of end,
      event_sequence = case when event_sequence < $1 then $1 else event_sequence end,
      last_number = case when last_number < $4 then $4 else last_number end`,
    saveCrawl: `update ${build} set after_patron_sealed = $1, patrons_read = $2, patrons_total = $3`,
    finishPass: `update ${build} set is_whole = 1, pass = pass + 1, listed_until = '',
      listing_number = pass_number, pass_number = $1, after_patron_sealed = null, patrons_read = 0`,
    saveLastApplication: `update ${build} set last_application = $1`,
    saveLastLossReport: `update ${build} set last_loss_report = $1`,
    finishApplications: `update ${build} set has_all_applications = 1`,
  } as const;
}
