/**
 * The journal's statements must not read large tables as a whole. `npm run bench:scale` checks the same with 10 million
 * rows.
 */
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { fillJournal } from '../../bench/scale/journal-rows.ts';
import { journalPlans, mayReadWhole } from '../../bench/scale/plans.ts';
import { secret } from '../../support/journal-secret.ts';
import { findPostgres } from '../../support/postgres.ts';

/** With this many operations PostgreSQL prefers an index to reading the whole table. */
const rows = 300_000;
/** The tables that must not be read as a whole. The others stay small, so PostgreSQL may read them. */
const largeTables = ['operations', 'effects'];
/**
 * The highest cost of a statement, in PostgreSQL's units. A statement that reads a few hundred rows costs less. A
 * statement that reads a share of a table costs more, and would read the whole table if it had more rows.
 */
const maxCost = 1_500;

test('no statement reads all operations, all that circulation did, or a share of them, unless it must', {
  timeout: 120_000,
}, async ({ skip }) => {
  await using postgres = await findPostgres();
  if ('reason' in postgres) {
    return skip(`no PostgreSQL: ${postgres.reason}`);
  }
  await using database = await postgres.createDatabase();
  await using _journal = await openPostgresJournal({ url: database.url, tls: null, secret });
  const client = new Client({ connectionString: database.url });
  // Dropping the database ends the connection, which then emits an error.
  client.on('error', () => {});
  await client.connect();
  const query = async (text: string) => (await client.query(text)).rows;
  await fillJournal(rows, query);
  const plans = await journalPlans(query);
  const whole = plans.filter(({ wholeTables }) => largeTables.some((table) => wholeTables.includes(table)));
  expect(whole.map(({ name }) => name)).toEqual(['forgetEffects']);
  const costly = plans.filter(({ name, cost }) => cost > maxCost && !(name in mayReadWhole));
  expect(costly.map(({ name, cost }) => `${name}: ${cost}`)).toEqual([]);
  await client.end();
});
