import { randomUUID } from 'node:crypto';
import type { Circulation } from '../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../adapters/soap/port.ts';
import type { Effect } from '../../../store/journal/port.ts';
import { effectsOf } from './feed-page.ts';
import type { FeedServices } from './services.ts';

/** If another installation has made a change within this time, in ms, it counts as still in use. */
const recentMs = 600_000;
/** The number of latest events that are read to find another installation's changes. */
const latestCount = 500;
/** Duration of the lease to follow the feed, in ms. The lease is given back as soon as the position was read. */
const leaseMs = 15_000;

/**
 * Refuses to start with a new database while another installation changes this circulation. Neither installation would
 * count the loans and holds of the other's operations in progress. Each would see changes that its own database doesn't
 * have, and stop reserving places. The installation that was there first has no new database, so it is not refused. If
 * circulation can't be reached, the process starts, and `UnsafePlaces` notices the other installation later.
 *
 * Example: a test with an empty database is configured with the library's own circulation. Event 815 of a minute ago
 * has an operation's id that this database doesn't have. So the start fails, and names that operation.
 *
 * @throws Error that names the other installation's last operation
 */
export async function refuseSecondInstallation(
  services: Pick<FeedServices, 'books' | 'circulation' | 'journal' | 'log'>,
): Promise<void> {
  const { circulation, journal, log } = services;
  if (!(await isNewDatabase(services))) {
    return;
  }
  const sinceMs = (await journal.now()).getTime() - recentMs;
  const effects = await latestEffects(circulation).catch((error: unknown) => {
    if (!(error instanceof UpstreamError)) {
      throw error;
    }
    log.warn({}, `${error.message}: whether another installation uses circulation is not known`);
    return [];
  });
  for (const { operationId, at, sequence } of effects.toReversed()) {
    if (at.getTime() >= sinceMs && (await journal.findById(operationId)) === null) {
      throw new Error(
        `Another installation changes this circulation: event ${sequence} of ${at.toISOString()} is of its operation ` +
          `${operationId}, and this database is new. Two installations must not use one circulation. If it is yours, ` +
          `set DATABASE_URL or DATA_DIR to its database. If not, stop it, and start again ${recentMs / 60_000} minutes ` +
          `after its last change.`,
      );
    }
  }
}

/** Whether no process with this database has ever followed the feed. */
async function isNewDatabase({ books }: Pick<FeedServices, 'books'>): Promise<boolean> {
  const follower = randomUUID();
  const followed = await books.followFeed(follower, leaseMs);
  if (followed === null) {
    return false;
  }
  await books.leaveFeed(follower);
  return followed.position.last === null;
}

/**
 * The latest events with an operation's id, the oldest first. Circulation can't list events backwards. So a binary
 * search finds the end of the feed, with about 60 calls for a billion events.
 * @throws UpstreamError
 */
async function latestEffects(circulation: Circulation): Promise<readonly Effect[]> {
  const last = await lastSequence(circulation);
  const after = last > latestCount ? last - BigInt(latestCount) : 0n;
  return effectsOf(await circulation.eventsAfter(String(after), latestCount, never));
}

const never = new AbortController().signal;
/** Sequences have at most 19 digits. */
const maxSequence = 10n ** 19n - 1n;

/** The sequence of the last event. 0 if there is none. */
async function lastSequence(circulation: Circulation): Promise<bigint> {
  let known = 0n;
  /** No event has a higher sequence. */
  let end = maxSequence;
  while (known < end) {
    const middle = known + (end - known + 1n) / 2n;
    const doubled = 2n * (known + 1n);
    const probe = doubled < middle ? doubled : middle;
    const [next] = await circulation.eventsAfter(String(probe - 1n), 1, never);
    if (next === undefined) {
      end = probe - 1n;
    } else {
      known = BigInt(next.sequence);
    }
  }
  return known;
}
