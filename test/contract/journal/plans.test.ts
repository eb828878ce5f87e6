/** Which tables the statements of the journal read as a whole. `npm run bench:scale` does the same with 10 million rows. */
import { Client } from 'pg';
import { expect, test } from 'vitest';
import { openPostgresJournal } from '../../../adapters/journal/postgres/index.ts';
import { fillJournal } from '../../bench/scale/journal-rows.ts';
import { journalPlans, mayReadWhole } from '../../bench/scale/plans.ts';
import { secret } from '../../support/journal-secret.ts';
import { findPostgres } from '../../support/postgres.ts';

/** Enough for PostgreSQL to prefer an index to a table of this many operations. */
const rows = 100_000;

test('no statement reads all operations, or all that circulation did', { timeout: 120_000 }, async ({
  skip,
}) => {
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
  const reading = plans.filter(({ wholeTables }) =>
    ['operations', 'effects'].some((table) => wholeTables.includes(table)),
  );
  expect(reading.map(({ name }) => name)).toEqual(Object.keys(mayReadWhole));
  await client.end();
});
