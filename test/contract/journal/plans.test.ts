/** Which tables the statements of the journal read as a whole, and how much else. `npm run bench:scale` does the same with 10 million rows. */
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { fillJournal } from '../../bench/scale/journal-rows.ts';
import { journalPlans, mayReadWhole } from '../../bench/scale/plans.ts';
import { secret } from '../../support/journal-secret.ts';
import { findPostgres } from '../../support/postgres.ts';

/** Enough for PostgreSQL to prefer an index to a table of this many operations. */
const rows = 300_000;
/** PostgreSQL is right to read all of the others, as long as they are as small as here. */
const largeTables = ['operations', 'effects'];
/**
 * In PostgreSQL's units. What works through a few hundred rows has less. What is expected to touch a share of the table has more, and
 * with more rows ends up reading all of it.
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
  await using _journal = await openPostgresJournal({ url: database.url, secret });
  const client = new Client({ connectionString: database.url });
  // Dropping the database ends it.
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
