import type { Syntax } from './dialect.ts';

export function preferenceStatements({ schema, now, among, isDurable }: Syntax) {
  const preferences = `${schema}notice_preferences`;
  return {
    noticePreferences: `select patron, encrypted from ${preferences} where ${among('patron', '$1')}`,
    saveNoticePreferences: `insert into ${preferences} (patron, encrypted, changed_at)
      select $1, $2, ${now} where ${isDurable}
      on conflict (patron) do update set encrypted = excluded.encrypted, changed_at = excluded.changed_at`,
  } as const;
}
