import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkSequence, checkTexts, outcomeKeptMs } from '../argument-limits.ts';
import { leaseValues } from '../books/feed.ts';
import type { CardHold, ChangeLog, FeedEventFact, FeedLogPage, LogKind, ToldHold } from '../port.ts';
import { requireFound, type StoredTime } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';
import { holdDifferences, type StoredHold } from './hold-differences.ts';

/** The state of the log. It is locked until this transaction ends. */
interface LockedRow {
  readonly epoch: string;
  readonly feedSequence: string | null;
  readonly beganAtSequence: string | null;
  readonly beganAt: StoredTime | null;
  readonly areHoldsTold: boolean | 0 | 1;
}

/** A row of the log that has no number yet. */
interface NewEntry {
  readonly kind: LogKind;
  readonly fact: string | null;
  readonly card: string | null;
  readonly branch: string | null;
  readonly causedBy: string | null;
  readonly subject: null;
  readonly subjectEncrypted: string | null;
}

/**
 * The log begins with the events that are at most this much older than the newest one, in ms. Gaps in the feed are
 * always filled sooner than this.
 */
const historyAfterMs = 300_000;

type FromFeed = 'logFeedPage' | 'loggedSequence';

/** Writes the facts of circulation's feed. */
export function feedFactsOf(sql: JournalSql, encryption: Encryption): Pick<ChangeLog, FromFeed> {
  const entryOf = (
    epoch: string,
    { sequence, kind, libraryCardNumber, loanId, causedBy }: FeedEventFact,
  ): NewEntry => ({
    kind,
    // The key contains the log's epoch: circulation's sequences may begin again, and a sequence then means another
    // event.
    fact: `feed ${epoch} ${sequence}`,
    card: libraryCardNumber === null ? null : encryption.digest('card', libraryCardNumber),
    branch: null,
    causedBy,
    subject: null,
    subjectEncrypted: loanId === null ? null : encryption.encrypt(loanId),
  });
  return {
    async loggedSequence() {
      const [row] = await sql.read<{ readonly sequence: string | null }>('loggedSequence', []);
      return requireFound(row).sequence;
    },
    async logFeedPage(lease, page) {
      checkCount('effects', page.facts.length, 0);
      checkSequence(page.until ?? '0');
      for (const { sequence, libraryCardNumber } of page.facts) {
        checkSequence(sequence);
        checkTexts({ libraryCardNumber });
      }
      return await sql.transactEventually('logFeedPage', function* ({ ask, last, commit }) {
        const [locked] = yield* ask<LockedRow>('lockToLog', [...leaseValues(lease)]);
        if (locked === undefined) {
          return false;
        }
        const { until } = page;
        if (locked.feedSequence === null) {
          if (page.isLast && until !== null) {
            yield* last('beginLog', [until, beginningOf(page)]);
          }
          return true;
        }
        const facts = page.facts.filter(isNews(locked, locked.feedSequence, until !== null));
        if (facts.length > 0) {
          ask('addFacts', [JSON.stringify(facts.map((fact) => entryOf(locked.epoch, fact)))]);
        }
        if (until !== null && BigInt(until) > BigInt(locked.feedSequence)) {
          yield* last('saveLoggedSequence', [until]);
        } else {
          commit();
        }
        return true;
      });
    },
  };
}

/**
 * The time, by circulation's clock, from which events are logged if the log begins at the end of this page. Null if the
 * page is empty.
 */
function beginningOf({ facts }: FeedLogPage): Date | null {
  const newest = facts.at(-1);
  return newest === undefined ? null : new Date(newest.at.getTime() - historyAfterMs);
}

/**
 * Returns a filter for facts that may be missing in the log. In a page that is read in order, these are the events
 * after the log's position. In a page that is read again, any event since the log began may be missing, because it may
 * have filled a gap in the feed.
 */
function isNews(
  { beganAtSequence, beganAt }: LockedRow,
  feedSequence: string,
  isInOrder: boolean,
): (fact: FeedEventFact) => boolean {
  if (isInOrder) {
    return ({ sequence }) => BigInt(sequence) > BigInt(feedSequence);
  }
  const began = BigInt(beganAtSequence ?? '0');
  const beganAtMs = beganAt === null ? Number.NEGATIVE_INFINITY : new Date(beganAt).getTime();
  return ({ sequence, at }) => BigInt(sequence) > began || at.getTime() >= beganAtMs;
}

/** A hold that has not changed is stored again after this time, in ms, so that it is not forgotten. */
const seenEveryMs = 2_592_000_000;

type FromIndex = 'logHolds' | 'seedHolds' | 'areHoldsTold';

/** Writes the facts of holds that have changed. */
export function holdFactsOf(sql: JournalSql, encryption: Encryption): Pick<ChangeLog, FromIndex> {
  const storedOf = (hold: ToldHold, card: string) => ({
    hold: encryption.digest('hold', hold.id),
    card,
    encrypted: encryption.encrypt(hold.id),
    state: hold.state,
    branch: hold.pickupBranch,
    readyUntil: hold.readyUntil,
  });
  const digestOf = ({ libraryCardNumber }: Pick<CardHold, 'libraryCardNumber'>) =>
    encryption.digest('card', libraryCardNumber);
  return {
    async areHoldsTold() {
      const [row] = await sql.read<Pick<LockedRow, 'areHoldsTold'>>('loggedSequence', []);
      return Boolean(requireFound(row).areHoldsTold);
    },
    async seedHolds(lease, holds, isLast) {
      checkCount('effects', holds.length, 0);
      const rows = holds.map((hold) => storedOf(hold, digestOf(hold)));
      return await sql.transactEventually('seedHolds', function* ({ ask, last }) {
        const [locked] = yield* ask<LockedRow>('lockToLog', [...leaseValues(lease)]);
        if (locked === undefined) {
          return false;
        }
        if (isLast) {
          ask('holdsAreTold', []);
        }
        yield* last('seedToldHolds', [JSON.stringify(rows)]);
        return true;
      });
    },
    async logHolds(lease, cards, today) {
      checkCount('effects', cards.length, 0);
      for (const { libraryCardNumber } of cards) {
        checkTexts({ libraryCardNumber });
      }
      const read = cards.flatMap((card) => card.holds.map((hold) => storedOf(hold, digestOf(card))));
      const asked = [cards.map(digestOf), seenEveryMs, read.map(({ hold }) => hold)];
      return await sql.transact('logHolds', function* ({ ask, last, commit }) {
        const [locked] = yield* ask<LockedRow>('lockToLog', [...leaseValues(lease)]);
        if (locked === undefined) {
          return false;
        }
        const told = yield* ask<StoredHold>('toldHolds', asked);
        const { facts, changed, gone } = holdDifferences(told, read, today, Boolean(locked.areHoldsTold));
        const entries = facts.map(
          ({ kind, card, branch, encrypted }): NewEntry => ({
            ...{ kind, card, branch, fact: null, causedBy: null, subject: null },
            subjectEncrypted: encrypted,
          }),
        );
        if (gone.length > 0) {
          ask('removeToldHolds', [gone]);
        }
        if (entries.length > 0) {
          ask('addFacts', [JSON.stringify(entries)]);
        }
        if (changed.length > 0) {
          yield* last('putToldHolds', [JSON.stringify(changed)]);
        } else if (gone.length > 0) {
          commit();
        }
        return true;
      });
    },
  };
}

/** Forgets holds that were not seen for 100 days, at most `maxRows`. Resolves to the number of these holds. */
export const forgetToldHolds = async (sql: JournalSql, maxRows: number): Promise<number> =>
  (await sql.write('forgetToldHolds', [outcomeKeptMs, maxRows])).length;
