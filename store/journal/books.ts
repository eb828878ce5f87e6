import type { Encryption } from '../encryption/encryption.ts';
import {
  checkCount,
  checkFeedPage,
  checkFindings,
  checkKinds,
  checkLoanChanges,
  checkMs,
  checkText,
} from './argument-limits.ts';
import { countLoans } from './loan-count.ts';
import type { Books } from './port.ts';
import { accountsOf, followedBooksOf } from './rows.ts';
import type { BookTables } from './tables.ts';

/** The books, over the tables of either database. They name no person: of a loan and its patron they keep keyed digests. */
export function booksOf(tables: BookTables, encryption: Encryption): Books {
  return {
    async followFeed(follower, leaseMs) {
      checkText('follower', follower);
      checkMs('leaseMs', leaseMs);
      const row = await tables.followFeed(follower, leaseMs);
      return row === undefined ? null : followedBooksOf(row);
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
    async withoutEvent(kinds, fromMs, untilMs, maxItems) {
      checkKinds(kinds);
      checkMs('fromMs', fromMs);
      checkMs('untilMs', untilMs);
      checkCount('accounts', maxItems);
      return await tables.withoutEvent(kinds, fromMs, untilMs, maxItems);
    },
    async withoutEventAfter(kinds, afterId, maxItems) {
      checkKinds(kinds);
      checkCount('accounts', maxItems);
      return await tables.withoutEventAfter(kinds, afterId, maxItems);
    },
    async countLoans(follower, changes, until, limit) {
      checkLoanChanges(changes, until);
      const begunBy = changes.flatMap((change) => change.begunBy ?? []);
      const digested = changes.map((change) => ({ change, loan: encryption.digest('loan', change.loanId) }));
      const { over, ...loans } = countLoans(digested, await tables.loansOut(begunBy), limit);
      return (await tables.saveLoans(follower, until, loans)) ? over : null;
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
    confirmCompared: (follower) => tables.confirmCompared(follower),
  };
}
