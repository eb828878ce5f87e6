/** Cursors: what they go on from, for whom, and until when. */
import { randomUUID } from 'node:crypto';
import { afterEach, expect, test, vi } from 'vitest';
import { codesIn } from '../../support/graph/ask-graph.ts';
import { type EventStream, openEventStream } from '../../support/graph/event-stream.ts';
import { openTablesOf } from '../journal-of.ts';
import { callerForTests, systemForTests } from '../system-for-tests.ts';
import { untilOpen } from './until-open.ts';

vi.setConfig({ testTimeout: 90_000 });

const system = systemForTests(undefined, {}, { buildsIndex: true });
const scope = 'circulation:read circulation:write credentials:read applications:decide';
const staff = callerForTests(system, { subject: 'desk', scope });
const colleague = callerForTests(system, { subject: 'colleague', scope });
const ada = callerForTests(system, { subject: 'ada', patronId: 'P0000001' });

afterEach(() => untilOpen(system, 0));

interface LibraryChange {
  readonly id: string;
  readonly cursor: string;
  readonly operationState: string | null;
  readonly subjectId: string | null;
}

const query = `subscription ($after: [String!], $filter: LibraryChangeFilter) {
  libraryChanges(after: $after, filter: $filter) { id cursor operationState subjectId }
}`;
const filter = { kind: ['OPERATION'] };

const follow = (after: readonly string[] | null, variables: object = { filter }, caller = staff) =>
  openEventStream(system.url, query, { token: caller.token, variables: { ...variables, after } });

async function nextChange(stream: EventStream): Promise<LibraryChange> {
  const { body } = await stream.next();
  expect(body.errors).toBeUndefined();
  return (body.data as { libraryChanges: LibraryChange }).libraryChanges;
}

async function nextChanges(stream: EventStream, count: number): Promise<readonly LibraryChange[]> {
  const changes: LibraryChange[] = [];
  while (changes.length < count) {
    changes.push(await nextChange(stream));
  }
  return changes;
}

/**
 * Each is refused, because the item is not on loan. Each makes two changes: when it is requested, and when it is
 * settled.
 */
const changeSomething = async (times: number) => {
  for (let time = 0; time < times; time++) {
    await system.mutate(
      'checkIn',
      'operation { state }',
      { reference: randomUUID(), itemNumber: '31852000009990' },
      staff,
    );
  }
};

const idsOf = (changes: readonly LibraryChange[]) => changes.map(({ id }) => id);

async function refusalOf(stream: Promise<EventStream>): Promise<readonly string[]> {
  await using refused = await stream;
  const { body } = await refused.next();
  await refused.ended;
  return codesIn(body);
}

test('a stream goes on from each cursor, without a gap, in order and once, while changes come', async () => {
  await using whole = await follow(null);
  await untilOpen(system, 1);
  // More than wait in the queues of the gateway.
  const before = 120;
  await changeSomething(before);
  const first = await nextChanges(whole, 1);
  const during = changeSomething(20);
  await using resumed = await follow([first[0]?.cursor ?? '']);
  const all = [...first, ...(await nextChanges(whole, 2 * (before + 20) - 1))];
  expect(idsOf(await nextChanges(resumed, all.length - 1))).toEqual(idsOf(all.slice(1)));
  await during;
  expect(new Set(idsOf(all)).size).toBe(all.length);
  const middle = all[100];
  await using again = await follow([middle?.cursor ?? '']);
  expect(idsOf(await nextChanges(again, all.length - 101))).toEqual(idsOf(all.slice(101)));
  // Of several cursors, the earliest counts.
  await using earliest = await follow([all[200]?.cursor ?? '', middle?.cursor ?? '']);
  expect(idsOf(await nextChanges(earliest, 1))).toEqual(idsOf(all.slice(101, 102)));
});

test('a cursor is for its caller, its field and its arguments alone, and not to be altered', async () => {
  await using stream = await follow(null);
  await untilOpen(system, 1);
  await changeSomething(1);
  const { cursor } = await nextChange(stream);
  const altered = `${cursor.startsWith('A') ? 'B' : 'A'}${cursor.slice(1)}`;
  expect(await refusalOf(follow([cursor], { filter }, colleague))).toEqual(['CURSOR_INVALID']);
  expect(await refusalOf(follow([cursor], {}))).toEqual(['CURSOR_INVALID']);
  expect(await refusalOf(follow([cursor], { filter: { kind: ['LOAN_BEGUN'] } }))).toEqual(['CURSOR_INVALID']);
  expect(await refusalOf(follow([altered]))).toEqual(['CURSOR_INVALID']);
  expect(await refusalOf(follow(['']))).toEqual(['CURSOR_INVALID']);
  const other = `subscription ($after: [String!]) { credentialChanges(after: $after) { id } }`;
  const variables = { after: [cursor] };
  expect(await refusalOf(openEventStream(system.url, other, { token: staff.token, variables }))).toEqual([
    'CURSOR_INVALID',
  ]);
});

test('lists have cursors that are not newer than they are, for any filter', async () => {
  const lists = `{
    operations(filter: { state: UNSETTLED }) { changesCursor }
    undeliveredNotices { changesCursor }
    loans { changesCursor }
    holdShelf(filter: { branch: "HKCL" }) { changesCursor }
    patron(id: "P0000001") { changesCursor loans { edges { node { id } } } }
  }`;
  const ofLists = async () => {
    const data = await system.read<Record<string, { changesCursor: string | null }>>(lists, staff);
    return Object.values(data).map(({ changesCursor }) => changesCursor);
  };
  // The index has applied the log some seconds after its start.
  await vi.waitUntil(async () => (await ofLists()).every((cursor) => cursor !== null), { timeout: 60_000 });
  const cursors = await ofLists();
  await system.change('checkIn', 'operation { state }', { itemNumber: '31852000000015' }, staff);
  for (const cursor of cursors) {
    await using stream = await follow([cursor ?? ''], {});
    let change = await nextChange(stream);
    while (change.subjectId !== 'L00000001') {
      change = await nextChange(stream);
    }
  }
  const { me } = await system.read<{ me: { changesCursor: string } }>('{ me { changesCursor } }', ada);
  expect(await refusalOf(follow([me.changesCursor]))).toEqual(['CURSOR_INVALID']);
  const mine = 'subscription ($after: [String!]) { myChanges(after: $after) { kind subjectId } }';
  const variables = { after: [me.changesCursor] };
  await using stream = await openEventStream(system.url, mine, { token: ada.token, variables });
  const { body } =
    (await stream.until(({ data }) => JSON.stringify(data).includes('L00000001'))).at(-1) ?? {};
  expect(body?.data).toEqual({ myChanges: { kind: 'LOAN_ENDED', subjectId: 'L00000001' } });
});

test('a cursor whose changes were removed says that one must read again', async () => {
  await using stream = await follow(null);
  await untilOpen(system, 1);
  await changeSomething(2);
  const [oldest, , , newest] = await nextChanges(stream, 4);
  const database = openTablesOf(system);
  database.exec(`
    BEGIN IMMEDIATE;
    DELETE FROM log_entries WHERE number < (SELECT last_number FROM log_state);
    UPDATE log_state SET removed_until = last_number - 1;
    COMMIT;
  `);
  database.close();
  expect(await refusalOf(follow([oldest?.cursor ?? '']))).toEqual(['CURSOR_EXPIRED']);
  await using live = await follow([newest?.cursor ?? '']);
  await changeSomething(1);
  await nextChange(live);
});
