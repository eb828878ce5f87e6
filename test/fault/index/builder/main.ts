/**
 * A process that follows the feed and builds the index, with pauses that are ten times shorter. With DATABASE_URL, the
 * journal and the index are in that database. Otherwise they are in the files JOURNAL_FILE and INDEX_FILE. AHEAD_MS is
 * how far the process's calendar is ahead of the machine's clock.
 */
import { openPostgresIndex } from '../../../../store/index/postgres/index.ts';
import { openSqliteIndex } from '../../../../store/index/sqlite/index.ts';
import { openPostgresJournal } from '../../../../store/journal/postgres/index.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { startFeedFollower } from '../../../../subgraphs/circulation/feed/follower.ts';
import { startIndexBuilder } from '../../../../subgraphs/circulation/index/builder.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { pause } from '../../../../subgraphs/runtime/pause.ts';
import { secret } from '../../../support/journal-secret.ts';
import { openPorts } from '../../../support/ports.ts';

const { PRS_URL = '', CMS_URL = '', CIRC_URL = '', DATABASE_URL, AHEAD_MS = '0' } = process.env;
const { JOURNAL_FILE = '', INDEX_FILE = '' } = process.env;
const legacy = { prs: { url: PRS_URL }, cms: { url: CMS_URL }, circ: { url: CIRC_URL } };

await using resources = new AsyncDisposableStack();
const ports = resources.use(await openPorts(legacy, { deadlineMs: 1_000, breakerThreshold: 1_000_000 }));
const journal = resources.use(
  DATABASE_URL === undefined
    ? await openSqliteJournal({ secret, path: JOURNAL_FILE })
    : await openPostgresJournal({ secret, url: DATABASE_URL, tls: null }),
);
const { fingerprintKey: dataKey } = journal.keys;
const index = resources.use(
  DATABASE_URL === undefined
    ? await openSqliteIndex({ path: INDEX_FILE, dataKey })
    : await openPostgresIndex({ url: DATABASE_URL, tls: null, dataKey }),
);
const say = (details: object, message: string) =>
  process.stdout.write(`${message} ${JSON.stringify(details)}\n`);
const services = {
  ...ports,
  index,
  journal,
  books: journal,
  fingerprintKey: dataKey,
  times: changeTimes,
  monotonic: () => performance.now(),
  observer: {},
  log: { info: say, warn: say, error: say },
};
const hurried = (ms: number, signal: AbortSignal) => pause(Math.ceil(ms / 10), signal);
const clock = () => new Date(Date.now() + Number(AHEAD_MS));
const builder = resources.use(startIndexBuilder(services, clock, hurried));
resources.use(startFeedFollower(services, hurried, builder));

const stop = Promise.withResolvers<void>();
process.once('SIGTERM', () => stop.resolve());
await stop.promise;
