import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, test } from 'vitest';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { OperationLost } from '../../../store/store-unavailable.ts';
import { settlingMs } from '../../../subgraphs/operations/change-times.ts';
import { findPostgres } from '../../support/postgres.ts';
import { run } from '../../support/processes.ts';
import { storeForTests } from '../../support/set-up/store-for-tests.ts';
import { skipSuite } from '../../support/suites/skip-suite.ts';
import { patientTimes } from '../kill/open-lending.ts';
import {
  type Database,
  type Lent,
  type Library,
  monthsAgo,
  openLibrary,
  postgresDatabase,
  sqliteFile,
} from './libraries.ts';

const settlingTimeMs = patientTimes.sendWithinMs + settlingMs(patientTimes);
const never = new AbortController().signal;
const libraryCard = '21852000000033';
const allCompared = 'each operation that stands as done was compared with circulation';

/** Runs `npm run books`. */
async function books({ env }: Database): Promise<{ readonly text: string; readonly code: number | null }> {
  await using command = run('subgraphs/books/main.ts', env);
  const code = await command.exit;
  return { text: command.output.stdout, code };
}

/** A library over a new database. Disposing of the library also disposes of the database. */
async function openOver(open: () => Promise<Database>): Promise<Library & { readonly database: Database }> {
  const database = await open();
  const library = await openLibrary(database);
  const resources = new AsyncDisposableStack();
  resources.use(database);
  resources.defer(library[Symbol.asyncDispose]);
  return Object.assign(library, { database, [Symbol.asyncDispose]: () => resources.disposeAsync() });
}

const flipToRefused = (database: Database, id: string) =>
  database.query(`update operations set state = 'REFUSED', epoch = null, look_at = null where id = '${id}'`);

const flipToDone = (database: Database, ...ids: readonly string[]) =>
  database.query(`update operations set state = 'DONE', look_at = null, is_concluded = false,
    epoch = case when patron_id is null then null else 1 end where id in ('${ids.join("', '")}')`);

function comparing(open: () => Promise<Database>): void {
  test('nothing is listed of a sound library', async () => {
    await using library = await openOver(open);
    const follower = await library.follow();
    const id = await library.lend();
    await expect.poll(library.countCompared).toBe(1);
    const [account] = await library.journal.accountsAfter('', 10);
    expect(account).toMatchObject({ operationId: id, operation: { kind: 'CHECK_OUT', state: 'DONE' } });
    expect(follower.lagMs()).toBe(0);
    expect(library.log).toEqual([]);
    expect(await books(library.database)).toEqual({
      text: 'Nothing was found that does not agree.\n',
      code: 0,
    });
  });

  test('a deleted row is listed once, with one alarm, and closes the places', async () => {
    await using library = await openOver(open);
    await library.follow();
    const id = await library.lend();
    await library.lend();
    await expect.poll(library.countCompared).toBe(2);
    await library.database.query(`delete from operations where id = '${id}'`);
    await expect.poll(library.findings).toEqual([{ operationId: id, discrepancy: 'OPERATION_LOST' }]);
    const { text, code } = await books(library.database);
    expect(text).toMatch(
      new RegExp(`\\S+  ${id}  done, and not in the journal  \\S+  \\d+ +open\\n\\nopen  what\\n1 {5}done`),
    );
    expect(text.split('\n')).toHaveLength(6);
    expect(code).toBe(1);
    await expect
      .poll(() => library.log)
      .toEqual([
        expect.stringMatching(/^ALARM: .*the database has lost it$/),
        expect.stringMatching(/^ALARM: .*no place is reserved/),
      ]);
    await expect(library.lend()).rejects.toThrow('restored');
  });

  test('a caller is told that the operation is lost, if its row is gone when circulation has answered', async () => {
    await using library = await openOver(open);
    const { circulation } = library.services;
    const checkOut = circulation.checkOut.bind(circulation);
    Object.assign(circulation, {
      async checkOut(...args: Parameters<typeof checkOut>) {
        const done = await checkOut(...args);
        await library.database.query(`delete from operations where state = 'UNSETTLED'`);
        return done;
      },
    });
    await expect(library.lend()).rejects.toThrow(OperationLost);
  });

  test('an outcome that was flipped to refused is listed and repaired', async () => {
    await using library = await openOver(open);
    const id = await library.lend();
    await flipToRefused(library.database, id);
    await library.follow();
    await expect.poll(library.findings).toEqual([{ operationId: id, discrepancy: 'DONE_AFTER_REFUSAL' }]);
    await expect
      .poll(() => library.journal.findById(id), { timeout: 5_000 })
      .toMatchObject({ state: 'DONE' });
    expect((await books(library.database)).text).toContain(`${id}  done, and was settled as refused`);
  });

  test('an outcome that was flipped to done is listed when its event can no longer come', async () => {
    await using library = await openOver(open);
    library.addOldEvent();
    await library.follow();
    await library.lend();
    const refused = await library.refuse();
    await flipToDone(library.database, refused);
    await expect.poll(library.countCompared).toBe(1);
    library.aheadMs += 50_000;
    await setTimeout(500);
    expect(await library.findings()).toEqual([]);
    await expect
      .poll(library.findingsLater, { timeout: 5_000 })
      .toEqual([{ operationId: refused, discrepancy: 'NOT_DONE' }]);
    await expect
      .poll(() => library.log)
      .toEqual([expect.stringMatching(/^ALARM: an operation stands as done/)]);
    const { text } = await books(library.database);
    expect(text).toMatch(new RegExp(`${refused}  stands as done, and was not  \\S+  - +open\n`));
  });

  test('an operation that circulation cannot be asked for does not hide others', async () => {
    await using library = await openOver(open);
    library.addOldEvent();
    await library.follow();
    const untold = await library.refuse();
    const found = await library.refuse();
    await flipToDone(library.database, untold, found);
    const { circulation } = library.services;
    const { eventsByReference } = circulation;
    Object.assign(circulation, {
      eventsByReference: (...asked: Parameters<typeof eventsByReference>) =>
        asked[0] === untold
          ? Promise.reject(new UpstreamError('circulation', 'invalid-response', 'FindByRef'))
          : eventsByReference(...asked),
    });
    await expect
      .poll(library.findingsLater, { timeout: 15_000 })
      .toEqual([{ operationId: found, discrepancy: 'NOT_DONE' }]);
  });

  test('the log says when the operations that stand as done have all been compared, and not before', async () => {
    await using library = await openOver(open);
    library.addOldEvent();
    const untold = await library.refuse();
    const found = await library.refuse();
    await flipToDone(library.database, untold, found);
    const { circulation } = library.services;
    const { eventsByReference } = circulation;
    let isAway = true;
    Object.assign(circulation, {
      eventsByReference: (...asked: Parameters<typeof eventsByReference>) =>
        isAway && asked[0] === untold
          ? Promise.reject(new UpstreamError('circulation', 'unreachable', 'FindByRef'))
          : eventsByReference(...asked),
    });
    await library.follow();
    await expect.poll(library.findingsLater, { timeout: 15_000 }).toHaveLength(1);
    expect(library.progress).not.toContain(allCompared);
    isAway = false;
    await expect.poll(library.findingsLater, { timeout: 15_000 }).toHaveLength(2);
    await expect.poll(() => library.progress).toContain(allCompared);
  });

  test('an event that the feed has left out is no finding if circulation has it by its reference', async () => {
    await using library = await openOver(open);
    const { events } = library.store.circ;
    library.addOldEvent();
    await library.follow();
    const id = await library.lend();
    await library.lend();
    await expect.poll(library.countCompared).toBe(2);
    await library.database.query(`delete from effects where operation_id = '${id}'`);
    const { circulation } = library.services;
    const { eventsAfter } = circulation;
    Object.assign(circulation, {
      eventsAfter: async (...asked: Parameters<typeof eventsAfter>) =>
        (await eventsAfter(...asked)).filter(({ reference }) => reference !== id),
    });
    const accounts = async () => {
      library.aheadMs += 20_000;
      return (await library.journal.accountsOf([id])).length;
    };
    await expect.poll(accounts, { timeout: 5_000 }).toBe(1);
    expect(await library.findings()).toEqual([]);
    expect(events.some(({ ref }) => ref === id)).toBe(true);
  });

  test('an eleventh loan is listed, although each operation is right', {
    timeout: 20_000,
  }, async () => {
    await using library = await openOver(open);
    await library.follow();
    const loans: Lent[] = [];
    for (let count = 0; count < 10; count += 1) {
      loans.push(await library.lendUnchecked());
    }
    // The eleventh loan exceeds the limit. After two returns, one more loan is allowed, and the next loan exceeds the
    // limit again.
    const eleventh = await library.lendUnchecked();
    for (const loan of loans.slice(0, 2)) {
      await library.takeBack(loan);
    }
    await library.lendUnchecked();
    const twelfth = await library.lendUnchecked();
    const found = [eleventh, twelfth].map(({ operationId }) => ({ operationId, discrepancy: 'OVER_LIMIT' }));
    await expect
      .poll(async () => new Set(await library.findingsLater()), { timeout: 10_000 })
      .toEqual(new Set(found));
    expect((await books(library.database)).text).toContain(`${eleventh.operationId}  lent beyond the limit`);
  });

  test('a doubled event is listed, also long after the first was read', async () => {
    await using library = await openOver(open);
    await library.follow();
    const id = await library.lend();
    await expect.poll(library.countCompared).toBe(1);
    await library.services.circulation.checkOut(libraryCard, library.shelf.pop() ?? '', id, never);
    await expect.poll(library.findings).toEqual([{ operationId: id, discrepancy: 'DONE_TWICE' }]);
    expect((await books(library.database)).text).toContain(`${id}  done more than once`);
  });

  test('the command lists every mistake in an old database', {
    timeout: 90_000,
  }, async () => {
    await using database = await open();
    const store = storeForTests();
    await using closing = new AsyncDisposableStack();
    const before = closing.use(await openLibrary(database, store));
    before.addOldEvent();
    const deleted = await before.lend();
    const flippedToRefused = await before.lend();
    const doubled = await before.lend();
    const flippedToDone = await before.refuse();
    await before[Symbol.asyncDispose]();
    await using backup = await database.backUp();
    const meanwhile = closing.use(await openLibrary(database, store));
    const lostSince = await meanwhile.lend();
    await meanwhile[Symbol.asyncDispose]();

    await using library = await openLibrary(backup, store);
    await backup.query(`delete from operations where id = '${deleted}'`);
    await flipToRefused(backup, flippedToRefused);
    await flipToDone(backup, flippedToDone);
    await library.services.circulation.checkOut(libraryCard, library.shelf.pop() ?? '', doubled, never);
    await library.follow();
    await expect.poll(async () => (await library.findingsLater()).length, { timeout: 45_000 }).toBe(5);
    const { text, code } = await books(backup);
    expect(code).toBe(1);
    const listed = text
      .split('\n\n', 1)
      .flatMap((table) => table.split('\n').slice(1))
      .map((line) => line.split(/ {2,}/).slice(1, 3));
    expect(new Map(listed as [string, string][])).toEqual(
      new Map([
        [deleted, 'done, and not in the journal'],
        [flippedToRefused, 'done, and was settled as refused'],
        [flippedToDone, 'stands as done, and was not'],
        [doubled, 'done more than once'],
        [lostSince, 'done, and not in the journal'],
      ]),
    );
  });

  test('an effect after circulation’s last time for it is listed', async () => {
    await using library = await openOver(open);
    const id = await library.lend();
    const { events } = library.store.circ;
    events[events.length - 1] = { ...library.lastEvent(), at: '20990101000000' };
    // Makes the outcome look as if it had been found ten minutes after the change was sent. An answer in time would
    // show that only circulation's clock is wrong.
    await library.database.query(
      `update operations set certain_after_ms = certain_after_ms + 600000 where id = '${id}'`,
    );
    await library.follow();
    await expect.poll(library.findings).toEqual([{ operationId: id, discrepancy: 'DONE_TOO_LATE' }]);
  });

  test('an event with a wrong time is no finding if its operation was answered in time', async () => {
    await using library = await openOver(open);
    await library.lend();
    const { events } = library.store.circ;
    events[events.length - 1] = { ...library.lastEvent(), at: '20990101000000' };
    await library.follow();
    await expect.poll(library.countCompared).toBe(1);
    expect(await library.findings()).toEqual([]);
  });

  test('older events and desks’ events are no findings', async () => {
    await using library = await openOver(open);
    const { events } = library.store.circ;
    const [first] = events;
    const seq = (events.at(-1)?.seq ?? 0) + 10;
    const stranger = 'A'.repeat(22);
    events.push({
      ...first,
      kind: 'OUT',
      seq,
      at: monthsAgo,
      ref: stranger,
    } as (typeof events)[number]);
    await library.services.circulation.checkOut(libraryCard, library.shelf.pop() ?? '', 'desk', never);
    await library.follow();
    const id = await library.lend();
    await expect
      .poll(async () => (await library.journal.accountsAfter('', 10)).map((one) => one.operationId).sort())
      .toEqual([stranger, id].sort());
    expect(await library.findings()).toEqual([]);
  });

  test('an event of an unknown kind does not stop the feed, and is an effect of its operation', async () => {
    await using library = await openOver(open);
    await library.follow();
    const id = await library.lend();
    library.addUnknownEvent(id);
    library.addUnknownEvent('');
    const next = await library.lend();
    const effectKinds = async () =>
      (await library.journal.accountsOf([id, next])).flatMap(({ effects }) =>
        effects.map(({ kind }) => kind),
      );
    await expect
      .poll(async () => (await effectKinds()).sort(), { timeout: 10_000 })
      .toEqual(['CHECKED_OUT', 'CHECKED_OUT', 'OTHER']);
    expect(await library.findings()).toEqual([]);
    expect(library.log).toEqual([expect.stringMatching(/^the feed has an event of a kind/)]);
  });

  test('a late event that fills a gap is found', async () => {
    await using library = await openOver(open);
    const { events } = library.store.circ;
    await library.lend();
    const before = library.lastEvent();
    events.push({ ...before, seq: before.seq + 10, ref: '' });
    await library.follow();
    await expect.poll(library.countCompared).toBe(1);
    const lost = 'B'.repeat(22);
    events.splice(-1, 0, { ...before, seq: before.seq + 5, ref: lost });
    library.aheadMs += 20_000;
    await expect.poll(library.findings).toEqual([{ operationId: lost, discrepancy: 'OPERATION_LOST' }]);
  });

  test('when circulation’s sequence numbers start again, an alarm says so and all events are read', async () => {
    await using library = await openOver(open);
    const { events } = library.store.circ;
    await library.lend();
    await library.lend();
    const last = library.lastEvent();
    await library.follow();
    await expect.poll(library.countCompared).toBe(2);
    const lost = 'C'.repeat(22);
    events.splice(0, events.length, { ...last, seq: 1, ref: lost });
    const readAgain = async () => {
      library.aheadMs += 20_000;
      return await library.findings();
    };
    await expect
      .poll(readAgain, { timeout: 4_000 })
      .toEqual([{ operationId: lost, discrepancy: 'OPERATION_LOST' }]);
    expect(library.log[0]).toMatch(/^ALARM: the last known event does not come back/);
    expect(await library.journal.accountsAfter('', 10)).toHaveLength(1);
  });

  test('an old page that a proxy repeats changes nothing', async () => {
    await using library = await openOver(open);
    await library.lend();
    const { circulation } = library.services;
    const oldPage = await circulation.eventsAfter('0', 500, never);
    const { eventsAfter } = circulation;
    // The follower's next two readings get the old page.
    let repeatsLeft = 0;
    Object.assign(circulation, {
      async eventsAfter(after: string, ...rest: [number, AbortSignal]) {
        repeatsLeft -= 1;
        return repeatsLeft >= 0
          ? oldPage.filter(({ sequence }) => BigInt(sequence) > BigInt(after))
          : await eventsAfter(after, ...rest);
      },
    });
    await library.follow();
    await expect.poll(library.countCompared).toBe(1);
    repeatsLeft = 2;
    const id = await library.lend();
    library.aheadMs += 20_000;
    await expect.poll(library.countCompared).toBe(2);
    expect(repeatsLeft).toBeLessThan(0);
    expect(await library.journal.accountsOf([id])).toHaveLength(1);
    expect(library.log).toEqual([]);
  });

  test('a minute of a hundred events a second is read in less than a minute', {
    timeout: 40_000,
  }, async () => {
    await using library = await openOver(open);
    await library.lend();
    const { events } = library.store.circ;
    const last = library.lastEvent();
    const idOf = (index: number) => String(index).padStart(22, 'D');
    const minute = 6_000;
    // These events are older than this database, so they are not reported as lost operations.
    const added = Array.from({ length: minute }, (_, index) => ({
      ...last,
      at: monthsAgo,
      seq: last.seq + index + 1,
      ref: idOf(index),
    }));
    events.push(...added);
    const follower = await library.follow();
    const isRead = async () => (await library.journal.accountsOf([idOf(minute - 1)])).length;
    await expect.poll(isRead, { timeout: 30_000 }).toBe(1);
    await expect.poll(() => follower.lagMs()).toBe(0);
    expect(await library.findings()).toEqual([]);
  });

  test('a restored database reserves no place before it was compared', async () => {
    await using database = await open();
    const store = storeForTests();
    await using closing = new AsyncDisposableStack();
    const before = closing.use(await openLibrary(database, store));
    await before.lend();
    await before[Symbol.asyncDispose]();
    await using backup = await database.backUp();
    const meanwhile = closing.use(await openLibrary(database, store));
    const lost = await meanwhile.lend();
    await meanwhile[Symbol.asyncDispose]();

    await using library = await openLibrary(backup, store);
    const following = await library.follow();
    await expect.poll(library.findings).toEqual([{ operationId: lost, discrepancy: 'OPERATION_LOST' }]);
    await expect.poll(() => library.log.filter((line) => line.includes('was restored'))).toHaveLength(1);
    await expect(library.lend()).rejects.toThrow('restored');
    // Another process that follows the feed waits for the whole settling time again.
    await following[Symbol.asyncDispose]();
    await library.follow();
    await expect.poll(() => library.log.filter((line) => line.includes('was restored'))).toHaveLength(2);
    await expect(library.lend()).rejects.toThrow('restored');
    library.aheadMs += settlingTimeMs;
    await expect.poll(() => library.log.at(-1)).toMatch(/places are reserved again$/);
    await expect(library.lend()).resolves.toHaveLength(22);
    expect((await books(backup)).text).toContain(`${lost}  done, and not in the journal`);
  });

  test('while another database is in use, too, no place is reserved until none of its changes was seen for the settling time', async () => {
    await using library = await openOver(open);
    await library.follow();
    await library.lend();
    await expect.poll(library.countCompared).toBe(1);
    library.addUnknownEvent('E'.repeat(22));
    await expect.poll(() => library.log).toContainEqual(expect.stringMatching(/another one is in use, too/));
    await expect(library.lend()).rejects.toThrow('restored');
    library.aheadMs += settlingTimeMs - 1_000;
    library.addUnknownEvent('F'.repeat(22));
    await expect.poll(library.countCompared).toBe(3);
    library.aheadMs += 2_000;
    await setTimeout(500);
    await expect(library.lend()).rejects.toThrow('restored');
    library.aheadMs += settlingTimeMs;
    await expect.poll(() => library.log.at(-1)).toMatch(/places are reserved again$/);
    await expect(library.lend()).resolves.toHaveLength(22);
    expect(library.log.filter((line) => line.includes('in use, too'))).toHaveLength(1);
  });
}

describe('over SQLite', () => comparing(sqliteFile));

const server = await findPostgres();
afterAll(() => server[Symbol.asyncDispose]());
if ('reason' in server) {
  skipSuite('over PostgreSQL', server.reason);
} else {
  describe('over PostgreSQL', () => comparing(() => postgresDatabase(server)));
}
