import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { type JournalDatabase, outcomeOf } from '../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { always, checkOut, loanOf } from '../../contract/journal/journal-under-test.ts';
import { secret } from '../../support/journal-secret.ts';
import { ownPostgres } from '../../support/postgres.ts';
import { quantile, tableHead, tableRow } from '../measured/figures.ts';
import { fillJournal } from './journal-rows.ts';
import { journalPlans, mayReadWhole } from './plans.ts';

export interface JournalOptions {
  readonly maxRows: number;
  readonly checkOuts: number;
}

const firstRows = 10_000;
/** These settings make filling faster. They change no plan. */
const settings = ['max_wal_size=8GB', 'shared_buffers=1GB', 'maintenance_work_mem=512MB'];

/** Prints a table, and after it the plans at the largest size. */
export async function measureJournal(
  { maxRows, checkOuts }: JournalOptions,
  print: (line: string) => void,
): Promise<void> {
  await using postgres = await ownPostgres(...settings);
  if ('reason' in postgres) {
    print(`no PostgreSQL: ${postgres.reason}`);
    return;
  }
  print(tableHead(['rows of the journal', 'p50 of a check-out, ms', 'p99, ms', 'to the smallest']));
  let smallest: number | null = null;
  for (let rows = firstRows; rows <= maxRows; rows *= 10) {
    await using database = await postgres.createDatabase();
    await using journal = await openPostgresJournal({ url: database.url, tls: null, secret });
    const client = new Client({ connectionString: database.url });
    // The client emits an error when the database is dropped.
    client.on('error', () => {});
    await client.connect();
    const query = async (text: string) => (await client.query(text)).rows;
    await fillJournal(rows, query);
    const plans = await journalPlans(query);
    const whole = plans.filter(({ name, wholeTables }) => wholeTables.length > 0 && !(name in mayReadWhole));
    await timesOf(journal, checkOuts);
    const times = await timesOf(journal, checkOuts);
    const p50 = quantile(times, 0.5);
    smallest ??= p50;
    const cells = [p50, quantile(times, 0.99), p50 / smallest].map((value) => value.toFixed(2));
    print(tableRow([rows.toLocaleString('en'), ...cells]));
    if (rows * 10 > maxRows) {
      const found = whole.map(({ name, wholeTables }) => `${name} (${wholeTables.join(', ')})`);
      print(`\nStatements that read a whole table: ${found.join(', ') || 'none'}`);
      print(`\n| statement, at ${rows.toLocaleString('en')} rows | reads | cost |\n|---|---|---|`);
      for (const { name, scans, cost } of plans) {
        print(`| ${name} | ${scans.join('; ')} | ${cost.toFixed(0)} |`);
      }
    }
    await client.end();
  }
  print('');
}

/**
 * Measures the journal's time in each check-out, in ms: to read the places, begin the operation, reserve a place and
 * settle.
 */
async function timesOf(journal: JournalDatabase, checkOuts: number): Promise<number[]> {
  const times: number[] = [];
  for (let count = 0; count < checkOuts; count += 1) {
    const patron = `P${randomUUID()}`;
    const from = performance.now();
    await journal.placesNow(patron, 'LOAN');
    const { operation } = await journal.begin(checkOut(randomUUID()));
    await journal.reserve(operation.id, loanOf(patron), always);
    await journal.settle(operation.id, outcomeOf('DONE', null));
    times.push(performance.now() - from);
  }
  return times;
}
