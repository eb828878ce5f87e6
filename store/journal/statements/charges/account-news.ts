import type { Syntax } from '../dialect.ts';

export function accountNewsStatements({ schema, now, ago, among, rowsOf, removeOldest }: Syntax) {
  const news = `${schema}account_news`;
  const isNews = `exists (select 1 from ${schema}owing_follower where is_at_end)`;
  const loggedChanges = rowsOf('$1', { kind: 'text', patron: 'text' });
  const newNews = rowsOf('$1', { kind: 'text', patron: 'text', encrypted: 'text', subject: 'text' });
  return {
    // The two statements for the log and the news must run before `saveOwingPosition`, which may set `is_at_end`. They
    // write only if it was set before.
    logAccountChanges: `insert into ${schema}log_entries (kind, at, patron)
      select kind, ${now}, patron from ${loggedChanges} where ${isNews} order by position`,
    addAccountNews: `insert into ${news} (kind, patron, patron_encrypted, subject, found_at)
      select kind, patron, encrypted, subject, ${now} from ${newNews} where ${isNews} order by position
      on conflict (patron, kind, subject) do nothing`,
    accountNews: `select cast(id as text) as id, kind, subject, patron_encrypted as "encrypted" from ${news}
      order by id limit $1`,
    removeAccountNews: `delete from ${news} where ${among('cast(id as text)', '$1')}`,
    forgetAccountNews: removeOldest('account_news', 'id', 'found_at', ago('$1'), '$2'),
    eraseAccountNews: `delete from ${news} where patron = $1`,
  } as const;
}
