import type { Finding, FollowedBooks } from '../port.ts';
import type { AccountRow } from '../rows.ts';
import type { BookTables } from '../tables.ts';
import type { PostgresDatabase } from './database.ts';

interface BooksRow {
  readonly since: Date;
  readonly last_sequence: string | null;
  readonly last_at: Date | null;
  readonly settled_sequence: string;
  readonly is_restored: boolean;
}

/** What is compared with circulation, in PostgreSQL. */
export function booksIn({ ask }: PostgresDatabase): BookTables {
  return {
    followFeed: async (follower, leaseMs) => {
      const { rows } = await ask<BooksRow>('followFeed', [follower, leaseMs]);
      return rows[0] === undefined ? null : booksOf(rows[0]);
    },
    async leaveFeed(follower) {
      await ask('leaveFeed', [follower]);
    },
    async saveFeedPage(follower, { last, settledSequence }, effects) {
      const position = [last?.sequence ?? null, last?.at.toISOString() ?? null, settledSequence];
      return (await ask('saveFeedPage', [follower, ...position, JSON.stringify(effects)])).count > 0;
    },
    restartFeed: async (follower) => (await ask('restartFeed', [follower])).count > 0,
    accountsOf: async (operationIds) => (await ask<AccountRow>('accountsOf', [operationIds])).rows,
    accountsAfter: async (afterId, maxOperations) =>
      (await ask<AccountRow>('accountsAfter', [afterId, maxOperations])).rows,
    accountsRefused: async (withinMs, maxOperations) =>
      (await ask<AccountRow>('accountsRefused', [withinMs, maxOperations])).rows,
    recordFindings: async (findings) =>
      (await ask<Omit<Finding, 'foundAt'>>('recordFindings', [JSON.stringify(findings)])).rows,
    latestFindings: async (maxRows) => (await ask<Finding>('latestFindings', [maxRows])).rows,
    async reopenRefusal(id) {
      await ask('reopenRefusal', [id]);
    },
    async closePlaces() {
      await ask('closePlaces', []);
    },
    async reopenPlaces(follower) {
      await ask('reopenPlaces', [follower]);
    },
    removeEffects: async (keptMs, maxRows) => (await ask('removeEffects', [keptMs, maxRows])).count,
    removeFindings: async (keptMs, maxRows) => (await ask('removeFindings', [keptMs, maxRows])).count,
  };
}

const booksOf = (row: BooksRow): FollowedBooks => ({
  position: {
    last:
      row.last_sequence === null || row.last_at === null
        ? null
        : { sequence: row.last_sequence, at: row.last_at },
    settledSequence: row.settled_sequence,
  },
  since: row.since,
  isRestored: row.is_restored,
});
