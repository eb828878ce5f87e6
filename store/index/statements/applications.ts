const application = 'id, patron_sealed, channel, status, submitted_at, decided_at';

export function applicationStatements(
  schema: '' | `${string}.`,
  among: (column: string, list: string) => string,
) {
  const applications = `${schema}applications`;
  const documents = `${schema}application_documents`;
  const lossReports = `${schema}loss_reports`;
  /** $1 and $2 are the status and the channel, each of which may be null. $3 is the patron or the document. */
  const wanted = (which: string) => `${which}
    and (cast($1 as text) is null or status = $1) and (cast($2 as text) is null or channel = $2)`;
  const ofPatron = `from ${applications} where patron = $3`;
  const ofDocument = `from ${applications} join ${documents} on application_id = id where document = $3`;
  const newestAfter = (id: string, limit: string) => `and id < ${id} order by id desc limit ${limit}`;
  const oldestAfter = (id: string, limit: string) => `and id > ${id} order by id limit ${limit}`;
  const ofAll = `select ${application} from ${applications} where (cast($1 as text) is null or channel = $1)`;
  const ofStatus = `select ${application} from ${applications} where status = $1
    and (cast($2 as text) is null or channel = $2)`;
  const page = (which: string) => `select ${application} ${wanted(which)}`;
  const foundLossReport = `select id, card_sealed, reported_at,
      (select max(earlier.id) from ${lossReports} as earlier where earlier.id < report.id) as previous
    from ${lossReports} as report`;
  return {
    newestApplications: `${ofAll} ${newestAfter('$2', '$3')}`,
    newestOfStatus: `${ofStatus} ${newestAfter('$3', '$4')}`,
    newestOfPatron: `${page(ofPatron)} ${newestAfter('$4', '$5')}`,
    newestOfDocument: `${page(ofDocument)} ${newestAfter('$4', '$5')}`,
    oldestApplications: `${ofAll} ${oldestAfter('$2', '$3')}`,
    oldestOfStatus: `${ofStatus} ${oldestAfter('$3', '$4')}`,
    oldestOfPatron: `${page(ofPatron)} ${oldestAfter('$4', '$5')}`,
    oldestOfDocument: `${page(ofDocument)} ${oldestAfter('$4', '$5')}`,
    countApplications: `select count(*) as count from ${applications}
      where (cast($1 as text) is null or status = $1) and (cast($2 as text) is null or channel = $2)`,
    countApplicationsOfPatron: `select count(*) as count ${wanted(ofPatron)}`,
    countApplicationsOfDocument: `select count(*) as count ${wanted(ofDocument)}`,
    putApplication: `insert into ${applications} (id, patron, patron_sealed, channel, status, submitted_at, decided_at)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (id) do update set patron = excluded.patron, patron_sealed = excluded.patron_sealed,
        status = excluded.status, decided_at = excluded.decided_at`,
    removeDocuments: `delete from ${documents} where application_id = $1`,
    putDocument: `insert into ${documents} (document, application_id) values ($1, $2) on conflict do nothing`,
    undecided: `select id from ${applications} where status = 'RECEIVED' and id > $1
      and not exists (select 1 from ${schema}to_read where kind = 'APPLICATION' and key = id) order by id limit $2`,
    lossReports: `select id, card_sealed, reported_at from ${lossReports} where id < $1 order by id desc limit $2`,
    countLossReports: `select count(*) as count from ${lossReports}`,
    newestLossReportsOfCards: `${foundLossReport} where ${among('card', '$1')} ${newestAfter('$2', '$3')}`,
    oldestLossReportsOfCards: `${foundLossReport} where ${among('card', '$1')} ${oldestAfter('$2', '$3')}`,
    countLossReportsOfCards: `select count(*) as count from ${lossReports} where ${among('card', '$1')}`,
    lossReport: `${foundLossReport} where id = $1`,
    putLossReport: `insert into ${lossReports} (id, card, card_sealed, reported_at) values ($1, $2, $3, $4)
      on conflict (id) do nothing`,
  } as const;
}
