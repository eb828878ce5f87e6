/** A process with a new database starts, or is refused because another installation changes the same circulation. */
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Circulation, FeedEvent } from '../../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../../adapters/soap/port.ts';
import type { JournalDatabase } from '../../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../../store/journal/sqlite/index.ts';
import { refuseSecondInstallation } from '../../../../../subgraphs/circulation/feed/second-installation.ts';
import { begun } from '../../../../contract/journal/journal-under-test.ts';
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

const minuteMs = 60_000;
const foreign = 'F'.repeat(22);

const event = (sequence: number, reference: string | null, minutesAgo: number) => ({
  sequence: String(sequence),
  kind: 'CHECKED_OUT',
  at: new Date(Date.now() - minutesAgo * minuteMs).toISOString(),
  reference,
});
type GivenEvent = ReturnType<typeof event>;

/** Starts over a circulation with these events. Resolves to the number of its calls, and the lines of the log. */
async function start(events: readonly GivenEvent[], mayFail = false) {
  let calls = 0;
  const warnings: string[] = [];
  const eventsAfter = async (after: string, first: number): Promise<FeedEvent[]> => {
    calls += 1;
    if (mayFail) {
      throw new UpstreamError('circulation', 'unreachable', 'away');
    }
    const next = events.filter(({ sequence }) => BigInt(sequence) > BigInt(after)).slice(0, first);
    return next as unknown as FeedEvent[];
  };
  const circulation = { eventsAfter } as unknown as Circulation;
  const log = {
    info: () => undefined,
    warn: (_: object, message: string) => warnings.push(message),
    error: () => undefined,
  };
  await refuseSecondInstallation({ books: journal, journal, circulation, log });
  return { calls, warnings };
}

test('is refused by the name of the other installation’s operation', async () => {
  const events = [event(7, null, 5), event(815, foreign, 1), event(816, null, 0)];
  await expect(start(events)).rejects.toThrow(`event 815 of ${events[1]?.at} is of its operation ${foreign}`);
});

test('starts if the other installation made its last change more than ten minutes ago', async () => {
  const { calls } = await start([event(7, foreign, 12), event(2_000_000_000, 'from a desk', 1)]);
  expect(calls).toBeLessThan(70);
});

test('starts if the change is one of its own, made before any process followed the feed', async () => {
  const { id } = await begun(journal);
  await start([event(815, id, 1)]);
});

test('starts if its database is not new: the feed shows lost operations, and closes the places', async () => {
  const followed = await journal.followFeed('another process', 15_000);
  const lease = followed?.lease ?? expect.fail('no lease');
  const last = { sequence: '7', at: new Date() };
  await journal.saveFeedPage(lease, { last, settledSequence: '0', oldestAt: null }, []);
  await journal.leaveFeed('another process');
  expect(await start([event(815, foreign, 1)])).toEqual({ calls: 0, warnings: [] });
});

test('starts while circulation can’t be asked, and says so', async () => {
  const { warnings } = await start([event(815, foreign, 1)], true);
  expect(warnings).toEqual([expect.stringContaining('another installation')]);
});

test('starts over a circulation without events', async () => {
  await start([]);
});
