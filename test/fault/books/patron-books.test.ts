/** The three systems are compared, patron by patron, with the seed's patrons and with changes that desks make. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stampOf } from '../../../simulators/hong-kong-time.ts';
import { readSeed, startSimulators } from '../../../simulators/index.ts';
import { createStore, type EventRow, type Store } from '../../../simulators/tables/store.ts';
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
import { openTemporaryFolder } from '../../support/set-up/temporary-folder.ts';

const suspended = { patronId: 'P0000013', card: '21852000000199' } as const;
const monthsAgo = stampOf(new Date(Date.now() - 60 * 86_400_000));
const order = 'LATEST_FOUND_FIRST';
const patience = { timeout: 20_000, interval: 100 };

let resources: AsyncDisposableStack;
let store: Store;
let journal: JournalDatabase;
let reported: string[];
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  reported = [];
  store = createStore(readSeed());
  const legacy = resources.use(await startSimulators({ store }));
  const ports = resources.use(await openPorts(legacy, {}));
  const folder = resources.use(await openTemporaryFolder());
  const path = join(folder.path, 'journal.sqlite');
  journal = resources.use(await openSqliteJournal({ secret, path }));
  let aheadMs = 0;
  const say = (_details: object, message: string) => reported.push(message);
  const services = {
    ...ports,
    index: await temporaryIndex(resources),
    journal,
    books: journal,
    findings: journal,
    cardEvents: journal,
    fingerprintKey: new Uint8Array(32),
    times: changeTimes,
    monotonic: () => performance.now() + aheadMs,
    observer: {},
    log: { info: () => undefined, warn: say, error: say },
  };
  // Each pause of the comparison takes only 20 ms, but moves the comparison's clock forward by a second.
  const hurried = (_: number, signal: AbortSignal) => {
    aheadMs += 1_000;
    return pause(20, signal);
  };
  addEvent('REG', '21852000000249', monthsAgo);
  const books = resources.use(startPatronBooks(services, hurried));
  const builder = resources.use(
    startIndexBuilder({ ...services, crawled: books.crawled }, () => new Date(), hurried),
  );
  resources.use(startFeedFollower(services, hurried, both(builder, books)));
});
afterEach(() => resources.disposeAsync());

function addEvent(kind: EventRow['kind'], cardNo: string, at = stampOf(new Date())): void {
  const seq = (store.circ.events.at(-1)?.seq ?? 0) + 1;
  store.circ.events.push({
    seq,
    at,
    kind,
    cardNo,
    itemNo: null,
    loanNo: null,
    ref: '',
  } as unknown as EventRow);
}

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
  addEvent('UBK', '21852000009992');
  const unknown = () => journal.findings({ states: ['OPEN'], kinds: ['CARD_UNKNOWN'] }, order, null, 10);
  await expect
    .poll(unknown, patience)
    .toMatchObject([{ patronId: null, evidence: { libraryCardNumber: '21852000009992' } }]);
});
