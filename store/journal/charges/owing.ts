import type { Encryption } from '../../encryption/encryption.ts';
import type { Asking, Transaction } from '../../sql.ts';
import {
  checkCount,
  checkSequence,
  checkTexts,
  checkTimes,
  paymentEffectKeptMs,
} from '../argument-limits.ts';
import { leasing } from '../leases.ts';
import type { BooksState, Owing, OwingPatron, OwingPosition } from '../port.ts';
import { dateOrNull, endOfTime, requireFound, type StoredTime } from '../rows.ts';
import type { JournalSql, StatementName } from '../statements/index.ts';
import { newsRows } from './account-news.ts';
import { effectRows } from './payment-books.ts';

/**
 * When a patron's account changes, it is read again, usually within seconds. Until then, the index uses the last known
 * amount. An account that was not read within this time, in ms, counts as unread.
 */
const unreadAfterMs = 60_000;

/** A number in a row. PostgreSQL returns some numbers as text. */
type StoredNumber = number | string;

interface MarkedRow {
  readonly key: string;
  readonly encrypted: string;
}
interface PositionRow {
  readonly sequence: string | null;
  readonly sequenceAt: StoredTime | null;
}
interface FollowedRow extends PositionRow {
  readonly since: StoredTime;
  readonly comparedNight: number | null;
  readonly night: number;
}
interface OwingRow extends MarkedRow {
  readonly cents: StoredNumber;
  readonly charges: number;
  readonly since: StoredTime;
}

function positionIn({ sequence, sequenceAt }: PositionRow): OwingPosition | null {
  const at = dateOrNull(sequenceAt);
  return sequence === null || at === null ? null : { sequence: BigInt(sequence), at };
}

const booksIn = ({ since, comparedNight, night }: FollowedRow): BooksState => ({
  since: new Date(since),
  night,
  comparedNight,
});

/**
 * Implements `Owing`, the index of patrons who owe something. Patrons are found by keyed digests. Their numbers are
 * stored encrypted.
 */
export const owingOf = (sql: JournalSql, encryption: Encryption, monotonic: () => number): Owing => ({
  ...followingOf(sql, encryption, monotonic),
  ...accountsOf(sql, encryption),
  ...listsOf(sql, encryption),
});

type Following = 'followOwing' | 'leaveOwing' | 'saveOwingChanges' | 'restartOwing' | 'owingApplied';
type Accounts = 'markedOwing' | 'saveOwed';

/** Runs `work` if this follower still has the lease. Otherwise resolves to false. */
function whileLeased(
  sql: JournalSql,
  name: string,
  follower: string,
  work: (ask: Transaction<StatementName>['ask']) => Asking<void>,
): Promise<boolean> {
  return sql.transactEventually(name, function* ({ ask, commit }) {
    if ((yield* ask<object>('holdOwing', [follower])).length === 0) {
      return false;
    }
    yield* work(ask);
    commit();
    return true;
  });
}

const marked = (encryption: Encryption, patronIds: readonly string[]): string =>
  JSON.stringify(
    [...new Set(patronIds)].map((patronId) => ({
      patron: encryption.digest('patron', patronId),
      encrypted: encryption.encrypt(patronId),
    })),
  );

function followingOf(
  sql: JournalSql,
  encryption: Encryption,
  monotonic: () => number,
): Pick<Owing, Following> {
  const lease = leasing<FollowedRow>(sql, { take: 'followOwing', number: 'owingLease' }, monotonic);
  return {
    async followOwing(follower, leaseMs) {
      const row = await lease(follower, leaseMs);
      return row === undefined ? null : { last: positionIn(row), books: booksIn(row) };
    },
    async leaveOwing(follower) {
      await sql.writeEventually('leaveOwing', [follower]);
    },
    saveOwingChanges(follower, { oldestAt, last, patronIds, changes, effects, isEnd }) {
      checkCount('patrons', patronIds.length, 0);
      const sequence = String(last.sequence);
      checkSequence(sequence);
      const rows = marked(encryption, patronIds);
      const { logged, news } = newsRows(encryption, changes);
      const ours = effectRows(effects);
      return whileLeased(sql, 'saveOwingChanges', follower, function* (ask) {
        yield* ask('logAccountChanges', [logged]);
        yield* ask('addAccountNews', [news]);
        yield* ask('addPaymentEffects', [ours, paymentEffectKeptMs]);
        yield* ask('saveOwingPosition', [follower, sequence, last.at, oldestAt, isEnd]);
        yield* ask('markOwing', [rows]);
      });
    },
    async restartOwing(follower) {
      await whileLeased(sql, 'restartOwing', follower, function* (ask) {
        yield* ask('forgetOwingPosition', [follower]);
        yield* ask('forgetPaymentEffects', []);
        yield* ask('markAllOwing', []);
      });
    },
    async owingApplied(follower, agoMs) {
      checkTimes({ agoMs });
      await sql.writeEventually('owingApplied', [follower, agoMs]);
    },
  };
}

function accountsOf(sql: JournalSql, encryption: Encryption): Pick<Owing, Accounts> {
  return {
    async markedOwing(after, maxItems) {
      checkCount('patrons', maxItems);
      const rows = await sql.read<MarkedRow>('markedOwing', [after ?? '', maxItems]);
      return rows.map(({ key, encrypted }) => ({ key, patronId: encryption.decrypt(encrypted) }));
    },
    saveOwed(follower, accounts) {
      checkCount('patrons', accounts.length);
      const keyOf = (patronId: string) => encryption.digest('patron', patronId);
      const settled = accounts.flatMap(({ patronId, owed }) => (owed === null ? [keyOf(patronId)] : []));
      const owing = accounts.flatMap(({ patronId, owed }) =>
        owed === null ? [] : [{ patron: keyOf(patronId), ...owed }],
      );
      return whileLeased(sql, 'saveOwed', follower, function* (ask) {
        yield* ask('removeOwing', [settled]);
        yield* ask('saveOwed', [JSON.stringify(owing)]);
      });
    },
  };
}

function listsOf(sql: JournalSql, encryption: Encryption): Omit<Owing, Following | Accounts> {
  const patronOf = ({ key, encrypted, cents, charges, since }: OwingRow): OwingPatron => ({
    key,
    patronId: encryption.decrypt(encrypted),
    cents: Number(cents),
    charges,
    since: new Date(since),
  });
  return {
    async owingState() {
      type StateRow = PositionRow & {
        readonly ageMs: StoredNumber | null;
        readonly oldestAt: StoredTime | null;
      };
      const [found] = await sql.read<StateRow>('owingState', []);
      const { ageMs, oldestAt, ...row } = requireFound(found);
      return {
        ageMs: ageMs === null ? null : Math.max(0, Number(ageMs)),
        oldestAt: dateOrNull(oldestAt),
        last: positionIn(row),
      };
    },
    async owingPatrons({ minCents, sinceUntil }, order, after, maxItems) {
      checkCount('patrons', maxItems);
      const wanted = [minCents, sinceUntil ?? endOfTime] as const;
      const rows =
        order === 'MOST_FIRST'
          ? await sql.read<OwingRow>('mostOwing', [
              ...wanted,
              after?.cents ?? Number.MAX_SAFE_INTEGER,
              after?.key ?? '',
              maxItems,
            ])
          : await sql.read<OwingRow>('longestOwing', [
              ...wanted,
              after?.since ?? new Date(0),
              after?.key ?? '',
              maxItems,
            ]);
      return rows.map(patronOf);
    },
    async countOwing({ minCents, sinceUntil }) {
      const [row] = await sql.read<{ readonly count: StoredNumber }>('countOwing', [
        minCents,
        sinceUntil ?? endOfTime,
      ]);
      return Number(requireFound(row).count);
    },
    async countUnreadOwing() {
      const [row] = await sql.read<{ readonly count: StoredNumber }>('countUnreadOwing', [unreadAfterMs]);
      return Number(requireFound(row).count);
    },
    async sumOwed(patronIds) {
      checkCount('patrons', patronIds.length);
      for (const patronId of patronIds) {
        checkTexts({ patronId });
      }
      type SumRow = { readonly cents: StoredNumber; readonly unread: StoredNumber };
      const keys = patronIds.map((patronId) => encryption.digest('patron', patronId));
      const [found] = await sql.read<SumRow>('sumOwed', [keys, unreadAfterMs]);
      const { cents, unread } = requireFound(found);
      return { cents: Number(cents), isPartial: Number(unread) > 0 };
    },
  };
}
