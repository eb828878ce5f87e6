import { afterAll, describe, expect, test } from 'vitest';
import { openPostgresIndex } from '../../../store/index/postgres/index.ts';
import { markListed } from '../../support/index/open-lists.ts';
import { findPostgres, ownPostgres, type PostgresServer } from '../../support/postgres.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';
import { applicationIndexContract } from './applications.contract.ts';
import { indexBuildContract } from './build.contract.ts';
import { circulationIndexContract } from './circulation.contract.ts';
import { earlierBuildContract } from './earlier-build.contract.ts';
import {
  beginOpen,
  cardOf,
  type IndexOpening,
  loanOf,
  openInPostgres,
  openInSqlite,
} from './index-under-test.ts';
import { setAsideContract } from './set-aside.contract.ts';
import { stagesContract } from './stages.contract.ts';
import { indexStorageContract } from './storage.contract.ts';

function indexContracts(open: IndexOpening): void {
  circulationIndexContract(open);
  describe('building', () => indexBuildContract(open));
  describe('stages', () => stagesContract(open));
  describe('a builder that comes late', () => earlierBuildContract(open));
  describe('what cannot be decoded', () => setAsideContract(open));
  describe('card management', () => applicationIndexContract(open));
  describe('storage', () => indexStorageContract(open));
}

describe('index in SQLite', () => indexContracts(openInSqlite));

/** A crash of the database loses all rows. The server must belong to this test alone, because the test stops it. */
async function losesAllRows(server: PostgresServer): Promise<void> {
  await using subject = await openInPostgres(server)();
  const { index } = subject;
  await beginOpen(index);
  const card = cardOf(1);
  await index.saveCards([
    { libraryCardNumber: card, start: await index.startReading(), loans: [loanOf(1, card)], holds: null },
  ]);
  // The index's commits don't wait for the disk. The commit of this statement does, and earlier commits are on the
  // disk before it.
  await subject.query('create table on_disk ()');
  await server.power?.stop();
  await server.power?.start();
  await expect.poll(() => index.buildState().catch(() => 'not yet')).toBeNull();
  expect(await index.branchCounts('2026-12-01')).toEqual([]);
  const range = { branch: null, dueFrom: null, dueBefore: null, after: null, maxItems: 10 };
  expect(await index.loans({ ...range, order: 'SOONEST_DUE_FIRST' })).toEqual([]);
  expect(await index.begin()).toBe(true);
  await markListed(index);
  expect(await index.toRead('CARD', 10)).toEqual([card]);
}

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());

if ('reason' in server) {
  skipSuite('index in PostgreSQL', server.reason);
} else {
  describe('index in PostgreSQL', () => {
    indexContracts(openInPostgres(server));

    test('processes that open it at the same time in a new database make its tables once', async () => {
      await using resources = new AsyncDisposableStack();
      const { url } = resources.use(await server.createDatabase());
      const dataKey = new Uint8Array(32);
      const opening = Array.from({ length: 4 }, () => openPostgresIndex({ url, tls: null, dataKey }));
      const opened = await Promise.allSettled(opening);
      for (const result of opened) {
        if (result.status === 'fulfilled') {
          resources.use(result.value);
        }
      }
      expect(opened.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
    });

    test('only the list of cards and what belongs to the position in the feed are logged', async () => {
      await using subject = await openInPostgres(server)();
      const logged = await subject.query(`select relname from pg_class
        where relnamespace = 'patron_graph_index_3'::regnamespace and relkind in ('r', 't')
          and relpersistence <> 'u' order by relname`);
      expect(logged.map(({ relname }) => relname)).toEqual([
        'build',
        'cards',
        'lending_days',
        'recent_events',
      ]);
    });

    test('a crash of the server empties it, with its counts, but the cards that had rows are known', async () => {
      await using own = await ownPostgres();
      if ('reason' in own) {
        throw new Error(own.reason);
      }
      await losesAllRows(own);
    });
  });
}
