/** The three systems are compared, patron by patron, with the seed's patrons and with changes that desks make. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import { stampOf } from '../../../simulators/hong-kong-time.ts';
import { startSimulators } from '../../../simulators/index.ts';
import type { EventRow, Store } from '../../../simulators/tables/store.ts';
import type { JournalDatabase } from '../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../store/journal/sqlite/index.ts';
import { startPatronBooks } from '../../../subgraphs/circulation/books/patron-books.ts';
import { startFeedFollower } from '../../../subgraphs/circulation/feed/follower.ts';
import { both } from '../../../subgraphs/circulation/feed/listener.ts';
import { startIndexBuilder } from '../../../subgraphs/circulation/index/builder.ts';
import { changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { pause } from '../../../subgraphs/runtime/pause.ts';
import { temporaryIndex } from '../../support/index/temporary-index.ts';
import { secret } from '../../support/journal-secret.ts';
import { openPorts } from '../../support/ports.ts';
import { storeForTests } from '../../support/set-up/store-for-tests.ts';
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const suspended = { patronId: 'P0000013', card: '21852000000199' } as const;
const monthsAgo = stampOf(new Date(Date.now() - 60 * 86_400_000));
const order = 'LATEST_FOUND_FIRST';
const patience = { timeout: 20_000, interval: 100 };

let resources: AsyncDisposableStack;
let store: Store;
let ports: Awaited<ReturnType<typeof openPorts>>;
let path: string;
let journal: JournalDatabase;
let reported: string[];
/** Whether card management is away for the comparison, and the cards that the comparison has looked up there. */
let isAway: boolean;
let lookedUp: string[];
/** The process that compares. It ends with `stop`, and another one is started with `start`. */
let running: AsyncDisposableStack | null;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  reported = [];
  isAway = false;
  lookedUp = [];
  store = storeForTests();
  const legacy = resources.use(await startSimulators({ store }));
  ports = resources.use(await openPorts(legacy, {}));
  path = join(resources.use(await openTemporaryFolder()).path, 'journal.sqlite');
  journal = resources.use(await openSqliteJournal({ secret, path }));
  addEvent('REG', '21852000000249', monthsAgo);
  await start();
});
afterEach(async () => {
  await stop();
  await resources.disposeAsync();
});

/**
 * Starts a process that compares.
 * @param isHurried false for a process in which nobody waits for long enough to be examined
 */
async function start(isHurried = true): Promise<void> {
  running = new AsyncDisposableStack();
  let aheadMs = 0;
  const say = (_details: object, message: string) => reported.push(message);
  const services = {
    ...ports,
    index: await temporaryIndex(running),
    journal,
    books: journal,
    findings: journal,
    cardEvents: journal,
    suspects: journal,
    fingerprintKey: new Uint8Array(32),
    times: changeTimes,
    monotonic: () => performance.now() + aheadMs,
    observer: {},
    log: { info: () => undefined, warn: say, error: say },
  };
  // Each pause of the comparison takes only 20 ms, but moves the comparison's clock forward by a second.
  const hurried = (_: number, signal: AbortSignal) => {
    aheadMs += isHurried ? 1_000 : 0;
    return pause(20, signal);
  };
  const cards = {
    ...ports.cards,
    async cardsByNumber(...asked: Parameters<typeof ports.cards.cardsByNumber>) {
      lookedUp.push(...asked[0]);
      if (isAway) {
        throw new UpstreamError('card management', 'unreachable', 'away');
      }
      return await ports.cards.cardsByNumber(...asked);
    },
  };
  const books = running.use(startPatronBooks({ ...services, cards }, hurried));
  const builder = running.use(
    startIndexBuilder({ ...services, crawled: books.crawled }, () => new Date(), hurried),
  );
  running.use(startFeedFollower(services, hurried, both(builder, books)));
}

async function stop(): Promise<void> {
  await running?.disposeAsync();
  running = null;
}

function addEvent(
  kind: EventRow['kind'],
  cardNo: string,
  at = stampOf(new Date()),
  seq = nextSequence(),
): void {
  store.circ.events.push({
    seq,
    at,
    kind,
    cardNo,
    itemNo: null,
    loanNo: null,
    ref: '',
  } as unknown as EventRow);
  store.circ.events.sort((one, other) => one.seq - other.seq);
}

const nextSequence = (): number => (store.circ.events.at(-1)?.seq ?? 0) + 1;

const unknownCard = '21852000009992';
const unknownCards = () => journal.findings({ states: ['OPEN'], kinds: ['CARD_UNKNOWN'] }, order, null, 10);

/** Resolves when the events up to the last one have been read. */
const everythingIsRead = () =>
  expect
    .poll(async () => (await journal.cardEventsRead()).sequence, patience)
    .toBe(String(store.circ.events.at(-1)?.seq));

async function openKinds(patronId: string): Promise<readonly string[]> {
  return (await journal.openFindingsOf([patronId])).map(({ kind }) => kind);
}

test('what does not agree is found by the crawl, and nothing about patrons of whom all agrees', async () => {
  await expect.poll(() => openKinds('P0000012'), patience).toEqual(['TOO_MANY_LOANS']);
  await expect.poll(() => openKinds(suspended.patronId), patience).toEqual(['CARD_BLOCK_UNKNOWN']);
  const [{ evidence } = { evidence: null }] = await journal.openFindingsOf(['P0000012']);
  expect(evidence?.loans).toHaveLength(13);
  await expect.poll(() => openKinds('P0000008'), patience).toEqual(['CARD_BLOCK_UNKNOWN']);
  for (const patronId of ['P0000001', 'P0000002', 'P0000009', 'P0000010', 'P0000014']) {
    expect(await openKinds(patronId)).toEqual([]);
  }
  await expect
    .poll(() => reported, patience)
    .toContain('the three systems do not agree about patrons: see `npm run books`');
});

test('a desk that unblocks the card of a suspended patron is found at once, and resolved by blocking', async () => {
  await expect.poll(() => openKinds(suspended.patronId), patience).toEqual(['CARD_BLOCK_UNKNOWN']);
  addEvent('UBK', suspended.card);
  await expect.poll(() => openKinds(suspended.patronId), patience).toEqual(['CARD_NOT_BLOCKED']);
  addEvent('BLK', suspended.card);
  await expect.poll(() => openKinds(suspended.patronId), patience).toEqual([]);
  const all = await journal.findings({ states: null, kinds: ['CARD_NOT_BLOCKED'] }, order, null, 10);
  expect(all).toMatchObject([{ state: 'RESOLVED', patronId: suspended.patronId, changed: { by: null } }]);
});

test('a card that card management does not have is found from circulation’s events', async () => {
  addEvent('UBK', unknownCard);
  await expect
    .poll(unknownCards, patience)
    .toMatchObject([{ patronId: null, evidence: { libraryCardNumber: unknownCard } }]);
});

test('a change at a desk is examined although the process ended before it looked at it', async () => {
  await stop();
  await start(false);
  addEvent('UBK', unknownCard);
  await everythingIsRead();
  await stop();
  expect(await unknownCards()).toEqual([]);
  await start();
  await expect.poll(unknownCards, patience).toHaveLength(1);
});

test('a change at a desk is examined although a system was away when it was looked at', async () => {
  isAway = true;
  addEvent('UBK', unknownCard);
  await everythingIsRead();
  await expect.poll(() => lookedUp, patience).toContain(unknownCard);
  expect(await unknownCards()).toEqual([]);
  isAway = false;
  await expect.poll(unknownCards, patience).toHaveLength(1);
});

test('a change at a desk whose event fills a gap is examined', async () => {
  const late = nextSequence();
  addEvent('UBK', '21852000000033', undefined, late + 1);
  await everythingIsRead();
  addEvent('UBK', unknownCard, undefined, late);
  await expect.poll(unknownCards, patience).toHaveLength(1);
});

test('after circulation was restored, a block is unknown again, and what staff have closed is open', async () => {
  addEvent('UBK', suspended.card);
  await expect.poll(() => openKinds(suspended.patronId), patience).toEqual(['CARD_NOT_BLOCKED']);
  const [{ id } = { id: '' }] = await journal.openFindingsOf([suspended.patronId]);
  const closing = { state: 'CLOSED', by: 'staff-7', reason: 'A colleague asked.' } as const;
  const key = { id, kind: 'CARD_BLOCK_UNKNOWN' } as const;
  addEvent('BLK', suspended.card);
  await expect.poll(() => openKinds(suspended.patronId), patience).toEqual([]);
  await journal.recordPatronFindings([
    {
      kind: key.kind,
      patronId: suspended.patronId,
      evidence: (await journal.findFinding({ ...key, kind: 'CARD_NOT_BLOCKED' }))?.evidence ?? expect.fail(),
    },
  ]);
  await journal.changeFinding(key, closing);
  // The backup is from before these events, and the sequence numbers begin again.
  store.circ.events.splice(0);
  addEvent('REG', '21852000000249', monthsAgo, 1);
  await expect.poll(() => openKinds(suspended.patronId), patience).toEqual(['CARD_BLOCK_UNKNOWN']);
  expect(await journal.cardEventsOf([suspended.card])).toMatchObject([{ block: null }]);
});
