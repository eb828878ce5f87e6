/** Circulation answers everything but its feed of events. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UpstreamError } from '../../../../../adapters/soap/port.ts';
import type { JournalDatabase } from '../../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../../store/journal/sqlite/index.ts';
import { startFeedFollower } from '../../../../../subgraphs/circulation/feed/follower.ts';
import type { FeedServices } from '../../../../../subgraphs/circulation/feed/services.ts';
import { changeTimes } from '../../../../../subgraphs/operations/change-times.ts';
import { pause } from '../../../../../subgraphs/runtime/pause.ts';
import { secret } from '../../../../support/journal-secret.ts';
import { openTemporaryFolder } from '../../../../support/set-up/temporary-folder.ts';

let resources: AsyncDisposableStack;
let journal: JournalDatabase;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const folder = resources.use(await openTemporaryFolder());
  journal = resources.use(await openSqliteJournal({ secret, path: join(folder.path, 'journal.sqlite') }));
});
afterEach(() => resources.disposeAsync());

/** Follows the broken feed. Resolves to the pauses after the first failures, in ms, and the lag and the pages that are
 * shown then. */
async function followBroken(): Promise<{
  readonly pauses: readonly number[];
  readonly lagMs: number | null;
  readonly pages: number;
}> {
  const pauses: number[] = [];
  let aheadMs = 0;
  let pages = 0;
  const say = () => undefined;
  const services = {
    circulation: {
      eventsAfter: () => Promise.reject(new UpstreamError('circulation', 'unreachable', 'away')),
    },
    journal,
    books: journal,
    times: changeTimes,
    monotonic: () => aheadMs,
    observer: {
      feedPageCompared: () => {
        pages += 1;
      },
    },
    log: { info: say, warn: say, error: say },
  } as unknown as FeedServices;
  const follower = resources.use(
    startFeedFollower(services, (ms, signal) => {
      pauses.push(ms);
      aheadMs += ms;
      return pause(1, signal);
    }),
  );
  await expect.poll(() => pauses.length).toBeGreaterThan(6);
  return { pauses: pauses.slice(0, 6), lagMs: follower.lagMs(), pages };
}

test('is asked ever more rarely while it fails', async () => {
  expect((await followBroken()).pauses).toEqual([4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('is asked every second while places are closed, because nobody can borrow', async () => {
  await journal.closePlaces();
  expect((await followBroken()).pauses).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
});

test('shows a lag that grows, and no page', async () => {
  const { lagMs, pages } = await followBroken();
  expect(lagMs).toBeGreaterThan(80_000);
  expect(pages).toBe(0);
});
