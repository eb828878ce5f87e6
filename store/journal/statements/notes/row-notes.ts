import type { Syntax } from '../dialect.ts';

export function rowNoteStatements({ schema, now, among, isDurable }: Syntax) {
  const notes = `${schema}row_notes`;
  return {
    rowNotes: `select patron, encrypted, noted_at as "at" from ${notes} where ${among('patron', '$1')}
      order by noted_at desc, colleague`,
    keepRowNote: `insert into ${notes} (row_key, colleague, patron, encrypted, noted_at)
      select $1, $2, $3, $4, ${now} where ${isDurable}
      on conflict (row_key, colleague) do update
      set patron = excluded.patron, encrypted = excluded.encrypted, noted_at = excluded.noted_at`,
    removeRowNote: `delete from ${notes} where row_key = $1 and colleague = $2 and ${isDurable}`,
    notedRows: `select row_key as key, min(encrypted) as "encrypted" from ${notes} where row_key > $1
      group by row_key order by row_key limit $2`,
    removeNotesAt: `delete from ${notes} where ${among('row_key', '$1')}`,
    eraseRowNotes: `delete from ${notes} where patron = $1`,
  } as const;
}
