import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { FeedLease } from '../../../../../store/journal/port.ts';
import { openPostgresJournal } from '../../../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../../../store/journal/sqlite/index.ts';
import { StoreUnavailable } from '../../../../../store/store-unavailable.ts';
import { secret } from '../../../../support/journal-secret.ts';

/** Numbers the log a few rows at a time, whenever it has the lease, until the process is killed. Prints each round. */
const { JOURNAL_URL: url, JOURNAL_FILE: path = '' } = process.env;
const journal = await (url === undefined
  ? openSqliteJournal({ secret, path })
  : openPostgresJournal({ secret, url, tls: null }));

const leaseMs = 500;
const follower = randomUUID();
let lease: FeedLease | null = null;
let rounds = 0;
for (;;) {
  try {
    // A process that was stopped goes on with the lease that it had.
    const { isLeased, count } =
      lease === null ? { isLeased: false, count: 0 } : await journal.numberLog(lease, 100);
    rounds += count > 0 ? 1 : 0;
    process.stdout.write(`${isLeased ? 'leads' : 'waits'} ${rounds}\n`);
    lease = (await journal.followFeed(follower, leaseMs))?.lease ?? null;
  } catch (error) {
    // A process that was stopped in a transaction finds its connection closed.
    if (!(error instanceof StoreUnavailable)) {
      throw error;
    }
  }
  await setTimeout(lease === null ? leaseMs / 5 : 1);
}
