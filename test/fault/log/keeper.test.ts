/**
 * The log of changes over the simulators and real stores: which rows the changes of desks and of our own operations
 * leave, and when the index has applied them.
 */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { compactDay, dayOf, daysAfter, stampOf } from '../../../simulators/hong-kong-time.ts';
import { startSimulators } from '../../../simulators/index.ts';

import type { EventRow, HoldRow } from '../../../simulators/tables/store.ts';
import { outcomeOf } from '../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { startFeedFollower } from '../../../subgraphs/circulation/feed/follower.ts';
import { both } from '../../../subgraphs/circulation/feed/listener.ts';
import { startIndexBuilder } from '../../../subgraphs/circulation/index/builder.ts';
import { startLogKeeper } from '../../../subgraphs/circulation/log/keeper.ts';
import { changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { startLogTail } from '../../../subgraphs/operations/log/log-tail.ts';
import { pause } from '../../../subgraphs/runtime/pause.ts';
import { checkOut } from '../../contract/journal/journal-under-test.ts';
import { temporaryIndex } from '../../support/index/temporary-index.ts';
import { secret } from '../../support/journal-secret.ts';
import { openPorts } from '../../support/ports.ts';
import { storeForTests } from '../../support/set-up/store-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const patience = { timeout: 15_000, interval: 50 };
const hurried = (ms: number, signal: AbortSignal) => pause(Math.ceil(ms / 10), signal);

/** A small library, with an empty journal and an empty index. */
async function openLibrary() {
  await using resources = new AsyncDisposableStack();
  const store = storeForTests();
  const legacy = resources.use(await startSimulators({ store }));
  const ports = resources.use(await openPorts(legacy, { breakerThreshold: 1_000_000 }));
  const folder = resources.use(await openTemporaryFolder());
  const path = join(folder.path, 'journal.sqlite');
  const journal = resources.use(await openSqliteJournal({ secret, path }));
  const other = resources.use(await openSqliteJournal({ secret, path }));
  const logTail = resources.use(startLogTail(journal, { monotonic: () => performance.now() }));
  const say = () => undefined;
  const services = {
    ...ports,
    index: await temporaryIndex(resources),
    journal,
    books: journal,
    changeLog: journal,
    logTail,
    fingerprintKey: secret,
    times: changeTimes,
    monotonic: () => performance.now(),
    observer: {},
    log: { info: say, warn: say, error: say },
  };
  const open = resources.move();
  return {
    store,
    journal,
    /** The journal as another process has it. */
    other,
    index: services.index,
    /** Follows the feed, and keeps index and log. */
    follow() {
      const work = new AsyncDisposableStack();
      const clock = () => new Date();
      const keeper = work.use(startLogKeeper(services, clock, hurried));
      const { index, applicationsPolled } = keeper;
      const builder = work.use(startIndexBuilder({ ...services, index, applicationsPolled }, clock, hurried));
      work.use(startFeedFollower(services, hurried, both(builder, keeper)));
      return work;
    },
    addEvent(event: Pick<EventRow, 'kind'> & Partial<EventRow>): string {
      const seq = Math.max(0, ...store.circ.events.map((one) => one.seq)) + 1;
      const none = { cardNo: '', itemNo: '', loanNo: '', ref: '' };
      store.circ.events.push({ ...none, ...event, seq, at: stampOf(new Date()) });
      return String(seq);
    },
    /** Waits until the log has begun, and holds are told. */
    async begun() {
      await expect.poll(() => journal.loggedSequence(), patience).not.toBeNull();
      await expect.poll(() => journal.areHoldsTold(), patience).toBe(true);
      return await other.logState();
    },
    [Symbol.asyncDispose]: () => open.disposeAsync(),
  };
}

type Library = Awaited<ReturnType<typeof openLibrary>>;

const toldAfter = async ({ other }: Library, after: number) =>
  (await other.readLog(after, 500)).rows.map(({ kind, card, causedBy, branch }) => ({
    kind,
    card,
    causedBy,
    branch,
  }));

function firstHold({ store }: Library, state: HoldRow['state']): HoldRow {
  const hold = [...store.circ.holds.values()].find((one) => one.state === state);
  if (hold === undefined) {
    throw new Error(`the library has no hold in state ${state}`);
  }
  return hold;
}

test('desks’ loans are told with their card, and ours with their operation; our own changes of cards are told by these', async () => {
  await using library = await openLibrary();
  await using _following = library.follow();
  const { newest } = await library.begun();
  const cardNo = '21852000000033';
  const { operation } = await library.journal.begin(checkOut('0012'));
  library.addEvent({ kind: 'OUT', cardNo, itemNo: '31852000000494', loanNo: 'L1' });
  library.addEvent({ kind: 'OUT', cardNo, itemNo: '31852000000502', loanNo: 'L2', ref: operation.id });
  library.addEvent({ kind: 'BLK', cardNo, ref: operation.id });
  library.addEvent({ kind: 'BLK', cardNo });
  await library.journal.settle(operation.id, outcomeOf('DONE', null));
  const card = library.journal.logDigest('card', cardNo);
  const byDesk = { card, causedBy: null, branch: null };
  const expected = [
    { kind: 'OPERATION', card: null, causedBy: null, branch: null },
    { kind: 'OPERATION', card: null, causedBy: null, branch: null },
    { kind: 'LOAN_BEGUN', ...byDesk },
    { kind: 'LOAN_BEGUN', ...byDesk, causedBy: operation.id },
    { kind: 'CARD_BLOCKED', ...byDesk },
  ];
  await expect.poll(() => toldAfter(library, newest), patience).toHaveLength(expected.length);
  expect(await toldAfter(library, newest)).toEqual(expect.arrayContaining(expected));
});

test('a hold that became ready, and then left the shelf, is told by the index with its branch, and not by a new index', async () => {
  await using library = await openLibrary();
  await using _following = library.follow();
  const { newest } = await library.begun();
  const hold = firstHold(library, 'Q');
  const { circ } = library.store;
  const item = [...circ.items.values()].find(({ bibNo }) => bibNo === hold.bibNo);
  const itemNo = item?.itemNo ?? '';
  const readyUntil = compactDay(daysAfter(dayOf(new Date()), 5));
  circ.holds.put({ ...hold, state: 'R', readyUntil, itemNo });
  library.addEvent({ kind: 'IN', cardNo: hold.cardNo, itemNo, loanNo: 'L1' });
  const kinds = async () => (await toldAfter(library, newest)).map(({ kind, branch }) => `${kind} ${branch}`);
  await expect.poll(kinds, patience).toContain(`HOLD_READY ${hold.pickupBranch}`);
  await library.index.clear();
  library.addEvent({ kind: 'IN', cardNo: hold.cardNo, itemNo, loanNo: 'L2' });
  await expect.poll(() => library.index.progress(), patience).toMatchObject({ isWhole: true });
  circ.holds.put({ ...hold, state: 'X', readyUntil: '', itemNo: null });
  library.addEvent({ kind: 'UNH', cardNo: hold.cardNo });
  await expect.poll(kinds, patience).toContain(`HOLD_OFF_SHELF ${hold.pickupBranch}`);
  expect((await kinds()).filter((kind) => kind.startsWith('HOLD_READY'))).toHaveLength(1);
});

test('the index has applied the log as soon as it has read what the events changed', async () => {
  await using library = await openLibrary();
  await using _following = library.follow();
  const { newest } = await library.begun();
  const { circ } = library.store;
  const [loan] = circ.loans.values();
  if (loan === undefined) {
    throw new Error('the library has no loan');
  }
  circ.loans.delete(loan.loanNo);
  library.addEvent({ kind: 'IN', cardNo: loan.cardNo, itemNo: loan.itemNo, loanNo: loan.loanNo });
  const look = async () => {
    const applied = (await library.other.indexedNumber()) ?? 0;
    const isListed = (await library.index.loan(loan.loanNo)) !== null;
    const told = (await toldAfter(library, newest)).findIndex(({ kind }) => kind === 'LOAN_ENDED');
    const isApplied = told !== -1 && applied >= newest + 1 + told;
    // The loan is looked for after the number, so it must be gone.
    expect(isApplied && isListed).toBe(false);
    return isApplied;
  };
  await expect.poll(look, { timeout: 15_000, interval: 5 }).toBe(true);
});

test('events that an older program followed are told by the next process that keeps the log', async () => {
  await using library = await openLibrary();
  {
    await using _following = library.follow();
    await library.begun();
  }
  const { newest } = await library.other.logState();
  const cardNo = '21852000000033';
  library.addEvent({ kind: 'OUT', cardNo, itemNo: '31852000000494', loanNo: 'L1' });
  const sequence = library.addEvent({ kind: 'IN', cardNo, itemNo: '31852000000494', loanNo: 'L1' });
  // The older program moves only the follower's position.
  const followed = await library.other.followFeed('older', 15_000);
  if (followed === null) {
    throw new Error('another follower has the lease');
  }
  const last = { sequence, at: new Date() };
  expect(await library.other.saveFeedPage(followed.lease, { ...followed.position, last }, [])).toBe(true);
  await library.other.leaveFeed('older');
  await using _following = library.follow();
  await expect
    .poll(async () => (await toldAfter(library, newest)).map(({ kind }) => kind), patience)
    .toEqual(['LOAN_BEGUN', 'LOAN_ENDED']);
});
