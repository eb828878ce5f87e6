import type { Finding, SettledId } from '../port.ts';
import type { AccountRow, BooksRow } from '../rows.ts';
import type { BookTables, LoanOut } from '../tables.ts';
import type { JournalStatements } from './statements.ts';

/** The last of the operations that were looked at, with one of those found; null if there is none. */
interface WithoutEventRow {
  readonly lastId: string | null;
  readonly operationId: string | null;
  readonly kind: string;
  readonly settledAt: Date;
}

/** What is compared with circulation, in PostgreSQL. */
export function booksIn({ write: ask }: JournalStatements): BookTables {
  return {
    followFeed: async (follower, leaseMs) => (await ask<BooksRow>('followFeed', [follower, leaseMs]))[0],
    async leaveFeed(follower) {
      await ask('leaveFeed', [follower]);
    },
    async saveFeedPage(follower, { last, settledSequence, oldestAt }, effects) {
      const lastRead = [last?.sequence ?? null, last?.at.toISOString() ?? null];
      const position = [...lastRead, settledSequence, oldestAt?.toISOString() ?? null];
      return (await ask('saveFeedPage', [follower, ...position, JSON.stringify(effects)])).length > 0;
    },
    restartFeed: async (follower) => (await ask('restartFeed', [follower])).length > 0,
    accountsOf: async (operationIds) => await ask<AccountRow>('accountsOf', [operationIds]),
    accountsAfter: async (afterId, maxOperations) =>
      await ask<AccountRow>('accountsAfter', [afterId, maxOperations]),
    accountsRefused: async (withinMs, maxOperations) =>
      await ask<AccountRow>('accountsRefused', [withinMs, maxOperations]),
    withoutEvent: async (kinds, fromMs, untilMs, maxRows) =>
      await ask<SettledId>('withoutEvent', [JSON.stringify(kinds), fromMs, untilMs, maxRows]),
    async withoutEventAfter(kinds, afterId, maxRows) {
      const rows = await ask<WithoutEventRow>('withoutEventAfter', [JSON.stringify(kinds), afterId, maxRows]);
      const operations = rows.flatMap(({ operationId, kind, settledAt }) =>
        operationId === null ? [] : [{ operationId, kind, settledAt }],
      );
      return { lastId: rows[0]?.lastId ?? null, operations };
    },
    async loansOut(operationIds) {
      const [patrons, loans] = await Promise.all([
        ask<{ readonly operationId: string; readonly patronKey: string }>('patronsOfLoans', [operationIds]),
        ask<LoanOut>('loansOut', [operationIds]),
      ]);
      const patronOf = new Map(patrons.map(({ operationId, patronKey }) => [operationId, patronKey]));
      return { patronOf, out: loans };
    },
    saveLoans: async (follower, until, { begun, ended }) =>
      (await ask('saveLoans', [follower, until, ended, JSON.stringify(begun)])).length > 0,
    recordFindings: async (findings) =>
      await ask<Omit<Finding, 'foundAt'>>('recordFindings', [JSON.stringify(findings)]),
    latestFindings: async (maxRows) => await ask<Finding>('latestFindings', [maxRows]),
    async reopenRefusal(id) {
      await ask('reopenRefusal', [id]);
    },
    async closePlaces() {
      await ask('closePlaces', []);
    },
    async reopenPlaces(follower) {
      await ask('reopenPlaces', [follower]);
    },
    async confirmCompared(follower) {
      await ask('confirmCompared', [follower]);
    },
    removeEffects: async (keptMs, maxRows) => (await ask('removeEffects', [keptMs, maxRows])).length,
    removeFindings: async (keptMs, maxRows) => (await ask('removeFindings', [keptMs, maxRows])).length,
  };
}
