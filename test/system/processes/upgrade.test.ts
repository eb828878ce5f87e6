/**
 * The next release, with one more migration, takes the place of this one and gives it back, over one database, while clients read,
 * borrow and return. `docs/runbook.md#upgrading` has the order.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readMigrations } from '../../../adapters/journal/migrations.ts';
import { openDevelopmentIssuer } from '../../../gateway/access/development.ts';
import { DEFAULT_CREDENTIALS, readSeed, startSimulators } from '../../../simulators/index.ts';
import { createStore } from '../../../simulators/tables/store.ts';
import { type Balancer, startBalancer } from '../../support/parts/balancer.ts';
import {
  type PartName,
  type RunningPart,
  startPart,
  subgraphNames,
  urlsOf,
} from '../../support/parts/running-part.ts';
import { copySources, root } from '../../support/parts/source-tree.ts';
import { ownPostgres } from '../../support/postgres.ts';
import { run } from '../../support/processes.ts';

const secret = 'a secret of thirty-two characters';
const partNames: readonly PartName[] = ['gateway', ...subgraphNames];
const pauseMs = 40;
const lastKnown = readMigrations('postgres').length;
const fourDigits = (number: number) => String(number).padStart(4, '0');

/** A copy of this program with a migration of its own, which adds what this one knows nothing of. */
async function nextRelease(resources: AsyncDisposableStack): Promise<string> {
  const { folder } = resources.use(await copySources('next-release'));
  const file = `${fourDigits(lastKnown + 1)}-of-the-next-release.sql`;
  const line = `-- Works with programs that know migration ${fourDigits(lastKnown)}.\n`;
  const migrations = join(folder, 'adapters/journal/migrations');
  await writeFile(
    join(migrations, 'postgres', file),
    `${line}alter table patron_graph.operations add column branch text not null default 'CENTRAL';
    create index operations_by_branch on patron_graph.operations (branch);`,
  );
  await writeFile(join(migrations, 'sqlite', file), `${line}alter table operations add column branch text;`);
  return folder;
}

/** Asks until `ended`, and collects what failed. */
async function load(ask: (count: number) => Promise<string | null>, ended: AbortSignal) {
  const failures: string[] = [];
  let count = 0;
  while (!ended.aborted) {
    const failure = await ask(count++).catch((error: Error) => `${error.message}: ${String(error.cause)}`);
    if (failure !== null) {
      failures.push(failure);
    }
    await setTimeout(pauseMs);
  }
  return { failures, count };
}

const borrow = `mutation ($reference: ID!, $card: ID!, $item: ID!) {
  checkOut(input: { reference: $reference, credential: { libraryCardNumber: $card }, itemNumber: $item }) {
    operation { state } problems { code }
  }
}`;
const giveBack = `mutation ($reference: ID!, $item: ID!) {
  checkIn(input: { reference: $reference, itemNumber: $item }) { operation { state } problems { code } }
}`;

test('an upgrade and a roll-back fail no request', { timeout: 400_000 }, async () => {
  await using resources = new AsyncDisposableStack();
  const postgres = resources.use(await ownPostgres());
  if ('reason' in postgres) {
    throw new Error(`no PostgreSQL: ${postgres.reason}`);
  }
  const database = await postgres.createDatabase();
  const store = createStore(readSeed());
  const legacy = resources.use(await startSimulators({ store }));
  const dataDir = await mkdtemp(join(tmpdir(), 'patron-graph-upgrade-'));
  resources.defer(() => rm(dataDir, { recursive: true }));
  const next = await nextRelease(resources);
  const balancers = new Map<PartName, Balancer>();
  for (const name of partNames) {
    balancers.set(name, resources.use(await startBalancer()));
  }
  const balancerOf = (name: PartName) => balancers.get(name) ?? expect.fail(name);
  const { cms, circ } = DEFAULT_CREDENTIALS;
  const env = {
    ...{ SUBGRAPH_SECRET: secret, JOURNAL_SECRET: secret, DATABASE_URL: database.url, MIGRATE_AT_START: '0' },
    ...{ PRS_URL: legacy.prs.url, CMS_URL: legacy.cms.url, CIRC_URL: legacy.circ.url },
    ...{ CMS_USER: cms.user, CMS_PASSWORD: cms.password, CIRC_USER: circ.user, CIRC_PASSWORD: circ.password },
    ...{ DATA_DIR: dataDir, ALLOW_DEVELOPMENT_ISSUER: '1' },
    ...urlsOf(Object.fromEntries([...balancers].map(([name, { origin }]) => [name, origin]))),
    SHUTDOWN_DELAY_MS: '1500',
  };
  const migrate = async (cwd: string) => {
    await using command = run('subgraphs/migrate/main.ts', { DATABASE_URL: database.url }, [], cwd);
    expect(await command.exit, command.output.stderr).toBe(0);
    return command.output.stdout;
  };
  const startRelease = async (cwd: string) => {
    const parts: RunningPart[] = [];
    for (const name of partNames) {
      const part = resources.use(await startPart(name, env, undefined, cwd));
      balancerOf(name).add(part.origin);
      parts.push(part);
    }
    await Promise.all(parts.map(({ name, origin }) => balancerOf(name).until(origin, true)));
    return parts;
  };
  const stopRelease = async (parts: readonly RunningPart[]) => {
    for (const { child, exit } of parts) {
      child.kill('SIGTERM');
      expect(await exit).toBe(0);
    }
  };

  // A process of a release doesn't start before its migration, and says so.
  await migrate(root);
  await using early = await startPart('patrons', env, undefined, next);
  expect(await early.exit).toBe(1);
  expect(early.output.stderr).toContain(
    `the database lacks migration ${lastKnown + 1}: run npm run migrate first`,
  );

  const before = await startRelease(root);
  const issuer = await openDevelopmentIssuer(dataDir);
  const reader = await issuer.sign({ subject: 'reader', patronId: 'P0000002' }, 900);
  const staff = await issuer.sign({ subject: 'staff', scope: 'circulation:write' }, 900);
  const ask = async (token: string, query: string, variables: object) => {
    const response = await fetch(`${balancerOf('gateway').origin}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, connection: 'close' },
      body: JSON.stringify({ query, variables }),
    });
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
    const variables = { card: '21852000000033', item: item?.itemNo, reference: `upgrade-${count}` };
    const { status, text } = await ask(staff, count % 2 === 0 ? borrow : giveBack, variables);
    return text.includes('"state":"DONE"') && !text.includes('"errors"') ? null : `${status} ${text}`;
  };
  const ended = new AbortController();
  const loads = [load(read, ended.signal), load(read, ended.signal), load(lendAndReturn, ended.signal)];

  expect(await migrate(next)).toContain(`migration ${lastKnown + 1}: of-the-next-release`);
  const after = await startRelease(next);
  await stopRelease(before);
  await setTimeout(1_000);
  // And back: this release works with the tables of the next.
  const again = await startRelease(root);
  await stopRelease(after);
  await setTimeout(1_000);
  ended.abort();
  const results = await Promise.all(loads);
  expect(results.map(({ failures }) => failures)).toEqual([[], [], []]);
  process.stderr.write(`upgrade and roll-back: ${results.map(({ count }) => count).join(' + ')} requests\n`);
  for (const { count } of results) {
    expect(count).toBeGreaterThan(10);
  }
  await stopRelease(again);
  await using books = run('subgraphs/books/main.ts', { DATABASE_URL: database.url });
  expect(await books.exit).toBe(0);
});
