/** Notices that an earlier program made, before there was a log of changes. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { readMigrations } from '../../../../store/journal/migrations.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { numbered } from '../../../contract/journal/log/log.contract.ts';
import { secret } from '../../../support/journal-secret.ts';

/** The migration that begins the log. */
const log = 32;

/** Makes a file as the program before the log has left it, with what is in `source`. */
function asBeforeLog(path: string, source: string): void {
  const database = new DatabaseSync(path);
  database.exec('create table migrations (number integer primary key, name text not null) strict');
  for (const { number, name, sql } of readMigrations('sqlite').slice(0, log - 1)) {
    database.exec(sql);
    database.prepare('insert into migrations (number, name) values (?, ?)').run(number, name);
  }
  database.exec(`attach '${source}' as newer`);
  const columnsOf = (schema: string, table: string) =>
    database
      .prepare(`select name from pragma_table_info(?, ?)`)
      .all(table, schema)
      .map(({ name }) => String(name));
  for (const table of ['secrets', 'patron_keys', 'notice_sender', 'notices_made', 'notices']) {
    const columns = columnsOf('main', table).filter((name) => columnsOf('newer', table).includes(name));
    const list = columns.join(', ');
    database.exec(`delete from main.${table};
      insert into main.${table} (${list}) select ${list} from newer.${table}`);
  }
  database.close();
}

test('notices and their occasions from before the log are kept, are not told again, and are told if they are given up', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'journal-'));
  try {
    const made = { kind: 'hold.ready', patronId: 'P0000001', formerEmail: null, occasion: 'H1' } as const;
    const endpoints = ['CRM'];
    const source = join(folder, 'now.sqlite');
    const first = await openSqliteJournal({ path: source, secret });
    await first.makeNotices([{ ...made, endpoints }]);
    await first[Symbol.asyncDispose]();
    const path = join(folder, 'before.sqlite');
    asBeforeLog(path, source);

    await using journal = await openSqliteJournal({ path, secret });
    await journal.makeNotices([{ ...made, endpoints }]);
    const deliveries = await journal.dueDeliveries('CRM', 10);
    expect(deliveries).toMatchObject([{ kind: 'hold.ready', patronId: 'P0000001', attempts: 0 }]);
    expect(await numbered(journal)).toEqual([]);
    const failure = { failure: 'STATUS', status: 500, retryAfterMs: null } as const;
    await journal.deliveryFailed(deliveries[0]?.id ?? '', 'CRM', failure);
    expect(await numbered(journal)).toMatchObject([
      { kind: 'NOTICE_UNDELIVERED', subjectId: deliveries[0]?.id },
    ]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
