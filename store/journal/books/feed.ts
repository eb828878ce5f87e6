import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkSequence } from '../argument-limits.ts';
import { leasing } from '../leases.ts';
import { countLoans } from '../loan-count.ts';
import type { Books, FeedLease, FollowedBooks } from '../port.ts';
import { dateOrNull, type StoredTime } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

export type Feed = 'followFeed' | 'leaveFeed' | 'saveFeedPage' | 'restartFeed' | 'countLoans';

/** The one row of `books`. */
interface BooksRow {
  readonly since: StoredTime;
  readonly last_sequence: string | null;
  readonly last_at: StoredTime | null;
  readonly settled_sequence: string;
  readonly oldest_at: StoredTime | null;
  readonly counted_sequence: string;
  readonly is_restored: boolean | 0 | 1;
  readonly is_started: boolean | 0 | 1;
  readonly is_opened: boolean | 0 | 1;
  readonly generation: string;
}

const followedBooksOf = (follower: string, row: BooksRow): FollowedBooks => ({
  lease: { follower, generation: row.generation },
  position: {
    last:
      row.last_sequence === null || row.last_at === null
        ? null
        : { sequence: row.last_sequence, at: new Date(row.last_at) },
    settledSequence: row.settled_sequence,
    oldestAt: dateOrNull(row.oldest_at),
  },
  since: new Date(row.since),
  countedSequence: row.counted_sequence,
  isRestored: Boolean(row.is_restored),
  isStarted: Boolean(row.is_started),
  isOpened: Boolean(row.is_opened),
});

/** The parameters with which a statement checks that the lease has not ended. */
export const leaseValues = ({ follower, generation }: FeedLease) => [follower, generation] as const;

export function feedOf(sql: JournalSql, encryption: Encryption, monotonic: () => number): Pick<Books, Feed> {
  const lease = leasing<BooksRow>(sql, { take: 'followFeed', number: 'feedLease' }, monotonic);
  return {
    async followFeed(follower, leaseMs) {
      const row = await lease(follower, leaseMs);
      return row === undefined ? null : followedBooksOf(follower, row);
    },
    async leaveFeed(follower) {
      await sql.writeEventually('leaveFeed', [follower]);
    },
    async saveFeedPage(lease, position, effects) {
      const { last: lastRead, settledSequence, oldestAt } = position;
      checkCount('effects', effects.length, 0);
      for (const { sequence } of [...effects, lastRead ?? { sequence: '0' }, { sequence: settledSequence }]) {
        checkSequence(sequence);
      }
      const read = [lastRead?.sequence ?? null, lastRead?.at ?? null, settledSequence, oldestAt];
      return await sql.transactEventually('saveFeedPage', function* ({ ask, last }) {
        const [saved] = yield* ask<object>('savePosition', [...leaseValues(lease), ...read]);
        if (saved !== undefined) {
          yield* last('addEffects', [JSON.stringify(effects)]);
        }
        return saved !== undefined;
      });
    },
    async restartFeed(lease) {
      return await sql.transactEventually('restartFeed', function* ({ ask, last }) {
        const [saved] = yield* ask<object>('savePosition', [...leaseValues(lease), null, null, '0', null]);
        if (saved !== undefined) {
          ask('forgetEffects', []);
          ask('forgetLoans', []);
          ask('forgetNoticeEvents', []);
          yield* last('saveCounted', [...leaseValues(lease), '0']);
        }
        return saved !== undefined;
      });
    },
    async countLoans(lease, changes, until, limit) {
      checkCount('loanChanges', changes.length, 0);
      checkSequence(until);
      const begunBy = changes.flatMap((change) => change.begunBy ?? []);
      const digested = changes.map((change) => ({ change, loan: encryption.digest('loan', change.loanId) }));
      const [patrons, out] = await Promise.all([
        sql.read<{ readonly operationId: string; readonly patronKey: string }>('patronsOfLoans', [begunBy]),
        sql.read<{ readonly loan: string; readonly patronKey: string }>('loansOut', [begunBy]),
      ]);
      const patronOf = new Map(patrons.map(({ operationId, patronKey }) => [operationId, patronKey]));
      const { over, begun, ended } = countLoans(digested, { patronOf, out }, limit);
      return await sql.transactEventually('saveLoans', function* ({ ask, last }) {
        const [saved] = yield* ask<object>('saveCounted', [...leaseValues(lease), until]);
        if (saved === undefined) {
          return null;
        }
        ask('endLoans', [ended]);
        yield* last('beginLoans', [JSON.stringify(begun)]);
        return over;
      });
    },
  };
}
