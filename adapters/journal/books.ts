import { checkCount, checkFeedPage, checkFindings, checkMs, checkText } from './argument-limits.ts';
import type { Books } from './port.ts';
import { accountsOf } from './rows.ts';
import type { JournalTables } from './tables.ts';

/** The books, over the tables of either database. They name no person: nothing in them is encrypted. */
export function booksOf(tables: JournalTables): Books {
  return {
    async followFeed(follower, leaseMs) {
      checkText('follower', follower);
      checkMs('leaseMs', leaseMs);
      return await tables.followFeed(follower, leaseMs);
    },
    leaveFeed: (follower) => tables.leaveFeed(follower),
    async saveFeedPage(follower, position, effects) {
      checkFeedPage(position, effects);
      return await tables.saveFeedPage(follower, position, effects);
    },
    restartFeed: (follower) => tables.restartFeed(follower),
    async accountsOf(operationIds) {
      checkCount('accounts', operationIds.length);
      return accountsOf(await tables.accountsOf(operationIds));
    },
    async accountsAfter(afterId, maxItems) {
      checkCount('accounts', maxItems);
      return accountsOf(await tables.accountsAfter(afterId, maxItems));
    },
    async accountsRefused(withinMs, maxItems) {
      checkMs('withinMs', withinMs);
      checkCount('accounts', maxItems);
      return accountsOf(await tables.accountsRefused(withinMs, maxItems));
    },
    async recordFindings(findings) {
      checkFindings(findings);
      return await tables.recordFindings(findings);
    },
    async latestFindings(maxItems) {
      checkCount('findings', maxItems);
      return await tables.latestFindings(maxItems);
    },
    reopenRefusal: (id) => tables.reopenRefusal(id),
    closePlaces: () => tables.closePlaces(),
    reopenPlaces: (follower) => tables.reopenPlaces(follower),
  };
}
