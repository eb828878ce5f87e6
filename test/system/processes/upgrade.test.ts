/**
 * The next release has one more migration. It replaces this release, and is then rolled back. Both releases use the
 * same database. Meanwhile clients read, borrow and return. `docs/runbook.md#upgrading` has the order of the steps.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readMigrations } from '../../../store/journal/migrations.ts';
import { postJson } from '../../support/graph/ask-graph.ts';
import { mutationOf } from '../../support/mutation.ts';
import { run } from '../../support/processes.ts';
import { openBalancedGraph, repeatRequest, stopInTurn } from '../../support/services/balanced-graph.ts';
import { startService } from '../../support/services/running-service.ts';
import { copySources, root } from '../../support/services/source-tree.ts';
import { storeForTests } from '../../support/set-up/store-for-tests.ts';

/** The pause between two requests of a client, in ms. */
const pauseMs = 40;
const lastKnown = readMigrations('postgres').length;
const fourDigits = (number: number) => String(number).padStart(4, '0');

/** Makes a copy of this program with one more migration. The migration adds a column that this program doesn't know. */
async function nextRelease(resources: AsyncDisposableStack): Promise<string> {
  const { folder } = resources.use(await copySources('next-release'));
  const file = `${fourDigits(lastKnown + 1)}-of-the-next-release.sql`;
  const line = `-- Works with programs that know migration ${fourDigits(lastKnown)}.\n`;
  const migrations = join(folder, 'store/journal/migrations');
  await writeFile(
    join(migrations, 'postgres', file),
    `${line}alter table patron_graph.operations add column branch text not null default 'CENTRAL';
    create index operations_by_branch on patron_graph.operations (branch);`,
  );
  await writeFile(join(migrations, 'sqlite', file), `${line}alter table operations add column branch text;`);
  return folder;
}

const selection = 'operation { state } problems { code }';

test('no request fails during an upgrade and a roll-back', { timeout: 400_000 }, async () => {
  await using resources = new AsyncDisposableStack();
  const store = storeForTests();
  const graph = resources.use(await openBalancedGraph({ store, env: { MIGRATE_AT_START: '0' } }));
  const next = await nextRelease(resources);
  const DATABASE_URL = graph.database.url;
  const migrate = async (cwd: string) => {
    await using command = run('subgraphs/migrate/main.ts', { DATABASE_URL }, [], cwd);
    expect(await command.exit, command.output.stderr).toBe(0);
    return command.output.stdout;
  };

  // Before its migration, a process of the next release doesn't start. Its error names the command for the migration.
  await migrate(root);
  await using early = await startService('patrons', graph.env, undefined, next);
  expect(await early.exit).toBe(1);
  expect(early.output.stderr).toContain(
    `the database lacks migration ${lastKnown + 1}: run npm run migrate first`,
  );

  const before = await graph.start();
  const reader = await graph.issuer.sign({ subject: 'reader', patronId: 'P0000002' }, 900);
  const staff = await graph.issuer.sign({ subject: 'staff', scope: 'circulation:write' }, 900);
  const ask = async (token: string, query: string, variables: object) => {
    const options = { token, headers: { connection: 'close' } };
    const response = await postJson(`${graph.origin}/graphql`, { query, variables }, options);
    return { status: response.status, text: await response.text() };
  };
  const read = async () => {
    const { status, text } = await ask(reader, '{ me { name { english } loanQuota { limit } } }', {});
    const isWhole = text === '{"data":{"me":{"name":{"english":"LEE, SIU MING"},"loanQuota":{"limit":10}}}}';
    return isWhole ? null : `${status} ${text}`;
  };
  const shelf = [...store.circ.items.values()].filter(
    ({ state, material }) => state === 'A' && material === 'BK',
  );
  const [item] = shelf;
  const lendAndReturn = async (count: number) => {
    const credential = { libraryCardNumber: '21852000000033' };
    const input = { reference: `upgrade-${count}`, itemNumber: item?.itemNo };
    const { status, text } = await (count % 2 === 0
      ? ask(staff, mutationOf('checkOut', selection), { input: { ...input, credential } })
      : ask(staff, mutationOf('checkIn', selection), { input }));
    return text.includes('"state":"DONE"') && !text.includes('"errors"') ? null : `${status} ${text}`;
  };
  const ended = new AbortController();
  const loads = [read, read, lendAndReturn].map((one) => repeatRequest(one, pauseMs, ended.signal));

  expect(await migrate(next)).toContain(`migration ${lastKnown + 1}: of-the-next-release`);
  const after = await graph.start(next);
  expect(await stopInTurn(before)).toEqual([0, 0, 0, 0]);
  await setTimeout(1_000);
  // Now the upgrade is rolled back. This release works with the tables of the next release.
  const again = await graph.start();
  expect(await stopInTurn(after)).toEqual([0, 0, 0, 0]);
  await setTimeout(1_000);
  ended.abort();
  const results = await Promise.all(loads);
  expect(results.map(({ failures }) => failures)).toEqual([[], [], []]);
  process.stderr.write(
    `upgrade and roll-back: ${results.map(({ requests }) => requests).join(' + ')} requests\n`,
  );
  for (const { requests } of results) {
    expect(requests).toBeGreaterThan(10);
  }
  expect(await stopInTurn(again)).toEqual([0, 0, 0, 0]);
  await using books = run('subgraphs/books/main.ts', { DATABASE_URL });
  expect(await books.exit).toBe(0);
});
