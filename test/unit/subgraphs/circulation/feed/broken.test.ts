/** Circulation answers everything but its feed of events. */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UpstreamError } from '../../../../../adapters/soap/port.ts';
import type { JournalDatabase } from '../../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../../store/journal/sqlite/index.ts';
import { type FeedFollower, startFeedFollower } from '../../../../../subgraphs/circulation/feed/follower.ts';
import type { FeedServices } from '../../../../../subgraphs/circulation/feed/services.ts';
import { changeTimes } from '../../../../../subgraphs/operations/change-times.ts';
import type { Wait } from '../../../../../subgraphs/operations/repeat.ts';
import { pause } from '../../../../../subgraphs/runtime/pause.ts';
import { secret } from '../../../../support/journal-secret.ts';
import { openTemporaryFolder } from '../../../../support/set-up/temporary-folder.ts';

let resources: AsyncDisposableStack;
let journal: JournalDatabase;
let path: string;
beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const folder = resources.use(await openTemporaryFolder());
  path = join(folder.path, 'journal.sqlite');
  journal = resources.use(await openSqliteJournal({ secret, path }));
});
afterEach(() => resources.disposeAsync());

/** The services of a process whose circulation answers no feed. `pages` counts the pages that it reads. */
function brokenServices(
  of: JournalDatabase,
  monotonic: () => number,
  pages: { count: number },
): FeedServices {
  const say = () => undefined;
  return {
    circulation: {
      eventsAfter: () => Promise.reject(new UpstreamError('circulation', 'unreachable', 'away')),
    },
    journal: of,
    books: of,
    times: changeTimes,
    monotonic,
    observer: {
      feedPageCompared: () => {
        pages.count += 1;
      },
    },
    log: { info: say, warn: say, error: say },
  } as unknown as FeedServices;
}

/** Follows the broken feed. Resolves to the pauses after the first failures, in ms, and the lag that is shown then. */
async function followBroken(): Promise<{
  readonly pauses: readonly number[];
  readonly lagMs: number | null;
}> {
  const pauses: number[] = [];
  let aheadMs = 0;
  const follower = resources.use(
    startFeedFollower(
      brokenServices(journal, () => aheadMs, { count: 0 }),
      (ms, signal) => {
        pauses.push(ms);
        aheadMs += ms;
        return pause(1, signal);
      },
    ),
  );
  await expect.poll(() => pauses.length).toBeGreaterThan(6);
  return { pauses: pauses.slice(0, 6), lagMs: follower.lagMs() };
}

test('is asked ever more rarely while it fails', async () => {
  expect((await followBroken()).pauses).toEqual([4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
});

test('is asked every second while places are closed, because nobody can borrow', async () => {
  await journal.closePlaces();
  expect((await followBroken()).pauses).toEqual([1_000, 1_000, 1_000, 1_000, 1_000, 1_000]);
});

test('shows a lag that grows', async () => {
  expect((await followBroken()).lagMs).toBeGreaterThan(80_000);
});

test('two processes take it from each other, so only the count of pages shows that nobody can read it', async () => {
  let nowMs = 0;
  const sleepers = new Set<{ readonly wakeAtMs: number; wake(): void }>();
  const wait: Wait = (ms, signal) =>
    new Promise((wake) => {
      sleepers.add({ wakeAtMs: nowMs + ms, wake });
      signal.addEventListener('abort', () => wake());
    });
  const pages = { count: 0 };
  const followers: FeedFollower[] = [];
  for (let count = 0; count < 2; count += 1) {
    const own = resources.use(await openSqliteJournal({ secret, path, monotonic: () => nowMs }));
    const services = brokenServices(own, () => nowMs, pages);
    followers.push(resources.use(startFeedFollower(services, wait)));
  }
  const lags: number[] = [];
  while (nowMs < 1_800_000) {
    while (sleepers.size < followers.length) {
      await setImmediate();
    }
    const [first] = [...sleepers].sort((one, other) => one.wakeAtMs - other.wakeAtMs);
    const next = first ?? expect.fail('nobody sleeps');
    nowMs = next.wakeAtMs;
    lags.push(...followers.map((follower) => follower.lagMs() ?? 0));
    sleepers.delete(next);
    next.wake();
  }
  expect(Math.max(...lags), 'in half an hour').toBeLessThan(300_000);
  expect(pages.count).toBe(0);
});
