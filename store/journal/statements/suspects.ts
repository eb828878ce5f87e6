import type { Syntax } from './dialect.ts';

/** The statements about suspects (patrons and cards that must be examined), and about the numbers that order them. */
export function suspectStatements({ schema, among, rowsOf }: Syntax) {
  const suspects = `${schema}suspects`;
  const books = `${schema}books`;
  const lastNumber = `(select last_number from ${books})`;
  const newSuspects = rowsOf('$1', { subject: 'text', encrypted: 'text' });
  const given = rowsOf('$1', { kind: 'text', subject: 'text', marked: 'number' });
  const isGiven = `(kind, subject) in (select kind, subject from ${given})`;
  const countOf = (kind: string) => `(select count(*) from ${suspects} as own where own.kind = ${kind})`;
  const markAgain = 'on conflict (kind, subject) do update set marked = excluded.marked';
  return {
    bookNumbers: `select last_number as last, changes_read as "changesRead" from ${books}`,
    // The row stays locked until the transaction ends. So numbers are committed in the order in which they are drawn.
    drawNumber: `update ${books} set last_number = last_number + 1`,
    saveChangesRead: `update ${books} set changes_read = $1`,
    markSuspects: `insert into ${suspects} (kind, subject, subject_encrypted, waits_since, marked)
      select cast($2 as text), subject, encrypted, ${lastNumber}, ${lastNumber} from ${newSuspects}
      where ${countOf('$2')} < $3 or exists (
        select 1 from ${suspects} as own where own.kind = $2 and own.subject = given.subject
      ) ${markAgain}`,
    markPatronsOfFindings: `insert into ${suspects} (kind, subject, subject_encrypted, waits_since, marked)
      select 'PATRON', patron_id, min(patron_encrypted), ${lastNumber}, ${lastNumber} from ${schema}findings
      where ${among('discrepancy', '$1')} and patron_id is not null and ${countOf("'PATRON'")} < $2
      group by patron_id limit $2 ${markAgain}`,
    nextSuspects: `select subject_encrypted as encrypted, marked from ${suspects}
      where kind = $1 and waits_since <= $2 order by waits_since, subject limit $3`,
    removeSuspects: `delete from ${suspects}
      where (kind, subject, marked) in (select kind, subject, marked from ${given})`,
    waitAgain: `update ${suspects} set waits_since = marked where ${isGiven}`,
    postponeSuspects: `update ${suspects} set waits_since = ${lastNumber} where ${isGiven}`,
    countSuspects: `select ${countOf('$1')} as count`,
  } as const;
}
