/** A real PostgreSQL server is restarted, restored and replaced by its standby, as operators do it. */
import { afterEach, describe, expect, test } from 'vitest';
import { settlingMs } from '../../../subgraphs/operations/change-times.ts';
import { ownPostgres, type PostgresDatabase, type PostgresPower } from '../../support/postgres.ts';
import { startTcpSwitch } from '../../support/servers/tcp-switch.ts';
import { patientTimes } from '../kill/open-lending.ts';
import { type Library, openLibrary, overPostgres } from './libraries.ts';

const settlingTimeMs = patientTimes.sendWithinMs + settlingMs(patientTimes);

let resources = new AsyncDisposableStack();
afterEach(async () => {
  await resources.disposeAsync();
  resources = new AsyncDisposableStack();
});

/**
 * A library with one loan on its own PostgreSQL server. The library follows the feed. The server's address stays the
 * same even if a standby replaces it.
 */
async function openOverServer() {
  const server = resources.use(await ownPostgres());
  if ('reason' in server || server.power === null) {
    throw new Error('reason' in server ? server.reason : 'no power over the server');
  }
  // The database is not dropped, because the server may be stopped when the test ends.
  const database = await server.createDatabase();
  const primary = new URL(database.url);
  const address = resources.use(await startTcpSwitch(primary.host));
  const url = new URL(database.url);
  url.host = address.host;
  const reached: PostgresDatabase = { ...database, url: url.href };
  const library = resources.use(await openLibrary(overPostgres(reached)));
  await library.follow();
  await library.lend();
  await expect.poll(library.countCompared).toBe(1);
  return { power: server.power, database, address, library };
}

const identity = async (database: Pick<PostgresDatabase, 'query'>) =>
  (await database.query('select patron_graph.server_identity() as identity'))[0]?.identity;

/** Asks for loans until one is done. Resolves to the distinct errors of the failed requests, in order. */
async function refusalsUntilLent(library: Library, beforeEach: () => void = () => {}): Promise<string[]> {
  const refusals: string[] = [];
  const lend = () =>
    library.lend().then(
      () => 'lent',
      (error: Error) => {
        refusals.push(error.message);
        beforeEach();
        return error.message;
      },
    );
  await expect.poll(lend, { timeout: 60_000, interval: 100 }).toBe('lent');
  return [...new Set(refusals)];
}

describe('no place is reserved', () => {
  test('after a restart of the server until the journal was compared, although nothing is lost', {
    timeout: 60_000,
  }, async () => {
    const { power, library } = await openOverServer();
    await power.stop();
    await expect(library.lend()).rejects.toThrow('PostgreSQL');
    await power.start();
    await refusalsUntilLent(library);
    expect(library.log.filter((line) => line.startsWith('ALARM'))).toEqual([]);
    await expect
      .poll(() => library.log)
      .toContainEqual(expect.stringMatching(/^the database server was started/));
    expect(await library.findings()).toEqual([]);
  });

  test('for some seconds after a restart of the server, also if circulation has events of a new kind', {
    timeout: 120_000,
  }, async () => {
    const { power, library } = await openOverServer();
    await power.stop();
    library.addUnknownEvent('');
    await power.start();
    await refusalsUntilLent(library);
    expect(await library.findings()).toEqual([]);
  });

  test('after a backup was copied back to the same server', {
    timeout: 60_000,
  }, async () => {
    const { power, database, library } = await openOverServer();
    const backup = await power.backUp();
    const before = await identity(database);
    const lost = [await library.lend(), await library.lend()];
    await expect.poll(library.countCompared).toBe(3);
    await backup.restore();
    expect(await identity(database)).toBe(before);

    const refusals = await refusalsUntilLent(library, () => {
      // The settling time begins when the process notices the restore.
      if (library.log.some((line) => line.includes('was restored or promoted'))) {
        library.aheadMs += settlingTimeMs / 4;
      }
    });
    expect(refusals.at(-1)).toMatch(/the database was restored or promoted: no place is reserved/);
    // This line may be logged after the first loan.
    await expect.poll(() => library.log.at(-1)).toMatch(/places are reserved again$/);
    expect(new Set(await library.findings())).toEqual(
      new Set(lost.map((operationId) => ({ operationId, discrepancy: 'OPERATION_LOST' }))),
    );
  });

  test('if a backup was copied back while the follower read the feed of the server before', {
    timeout: 60_000,
  }, async () => {
    const { power, library } = await openOverServer();
    const backup = await power.backUp();
    const lost = await library.lend();
    await expect.poll(library.countCompared).toBe(2);
    // The server is started, and then started again from the backup. Nobody notices the second start until the
    // follower has saved the events that it read after the first start.
    await power.stop();
    const { circulation } = library.services;
    const read = circulation.eventsAfter;
    const started = Promise.withResolvers<void>();
    circulation.eventsAfter = async (...args) => {
      circulation.eventsAfter = read;
      const events = await read.apply(circulation, args);
      // The follower may be served before `start` resolves, which a second start would make fail.
      await started.promise;
      await backup.restore();
      return events;
    };
    await power.start();
    started.resolve();
    await expect
      .poll(library.findings, { timeout: 30_000 })
      .toEqual([{ operationId: lost, discrepancy: 'OPERATION_LOST' }]);
    await expect(library.lend()).rejects.toThrow('restored or promoted');
    // An operator opens the places, and the server is started once more.
    await library.journal.openPlaces({ operator: 'an operator', reason: 'a drill', forMs: 60_000 });
    await library.lend();
    await power.stop();
    await power.start();
    await expect
      .poll(() => library.lend().catch(String), { timeout: 10_000 })
      .toMatch('no place is reserved');
  });

  test('after a standby was promoted that had not received everything', { timeout: 120_000 }, async () => {
    const { power, database, address, library } = await openOverServer();
    const standby = await power.startStandby();
    const received = await library.lend();
    const count = async () =>
      (await standby.query(database.url, `select from patron_graph.operations where id = '${received}'`))
        .length;
    await expect.poll(count).toBe(1);
    await standby.stop();
    const lost = await library.lend();
    await expect.poll(library.countCompared).toBe(3);
    const before = await identity(database);
    await failOver(power, standby, address);
    const after = await identity({ query: (text) => standby.query(database.url, text) });
    expect(after).not.toBe(before);
    expect(String(after).split(' ')[0]).toBe(String(before).split(' ')[0]);

    await expect
      .poll(() => library.lend().catch(String), { timeout: 30_000 })
      .toMatch('restored or promoted');
    await expect
      .poll(library.findings, { timeout: 30_000 })
      .toEqual([{ operationId: lost, discrepancy: 'OPERATION_LOST' }]);
    await expect(library.lend()).rejects.toThrow('restored or promoted');
    library.aheadMs += settlingTimeMs;
    await refusalsUntilLent(library);
    await expect.poll(() => library.log).toContainEqual(expect.stringMatching(/places are reserved again$/));
  });
});

async function failOver(
  power: PostgresPower,
  standby: Awaited<ReturnType<PostgresPower['startStandby']>>,
  address: Awaited<ReturnType<typeof startTcpSwitch>>,
): Promise<void> {
  await power.stop();
  await standby.start();
  await standby.promote();
  address.leadTo(standby.host);
}
