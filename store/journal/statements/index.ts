import type { Sql } from '../../sql.ts';
import { applicationStatements } from './applications.ts';
import { attemptStatements } from './attempts.ts';
import { auditStatements } from './audit.ts';
import { bookStatements } from './books.ts';
import { accountNewsStatements } from './charges/account-news.ts';
import { owingStatements } from './charges/owing.ts';
import { paymentBookStatements } from './charges/payment-books.ts';
import { type Dialect, syntaxOf } from './dialect.ts';
import { erasureStatements } from './erasure.ts';
import { findingStatements } from './findings.ts';
import { keyStatements } from './keys.ts';
import { loggedFactStatements, logStatements } from './log.ts';
import { measureStatements } from './measures.ts';
import { rowNoteStatements } from './notes/row-notes.ts';
import { noticeStatements, undeliveredStatements } from './notices.ts';
import { operationListStatements } from './operations/lists.ts';
import { lockStatements } from './operations/locks.ts';
import { mergeStatements } from './operations/merges.ts';
import { operationStatements } from './operations/operations.ts';
import { placeStatements } from './operations/places.ts';
import { reconcilingStatements } from './operations/reconciling.ts';
import { preferenceStatements } from './preferences.ts';
import { standingBlockStatements } from './standing-blocks.ts';
import { suspectStatements } from './suspects.ts';

/** The statements that differ between the databases. */
export interface OwnStatements {
  /** Takes or prolongs the lease. Detects whether the database may have lost operations. */
  readonly followFeed: string;
  readonly confirmCompared: string;
  /** Reads the result of `Journal.lastSendNumber`. */
  readonly lastSendNumber: string;
  readonly openPlaces: string;
  /** Reads the oldest open applications of each document, at most a hundred for each. */
  readonly applicationsOfDocuments: string;
}

/**
 * All the SQL of the journal, except its tables. Both databases have the same statements, in their dialects.
 *
 * The column `look_at` is the time at which an operation is next due to be reconciled. The table `claims` contains the
 * locks.
 */
export function createStatements(dialect: Dialect, own: OwnStatements) {
  const syntax = syntaxOf(dialect);
  return {
    ...operationStatements(syntax),
    ...operationListStatements(syntax),
    ...placeStatements(syntax),
    ...mergeStatements(syntax),
    ...reconcilingStatements(syntax),
    ...attemptStatements(syntax),
    ...auditStatements(syntax),
    ...bookStatements(syntax),
    ...findingStatements(syntax),
    ...suspectStatements(syntax),
    ...standingBlockStatements(syntax),
    ...erasureStatements(syntax),
    ...logStatements(syntax),
    ...loggedFactStatements(syntax),
    ...measureStatements(syntax),
    ...noticeStatements(syntax),
    ...undeliveredStatements(syntax),
    ...preferenceStatements(syntax),
    ...applicationStatements(syntax),
    ...lockStatements(syntax),
    ...rowNoteStatements(syntax),
    ...owingStatements(syntax),
    ...accountNewsStatements(syntax),
    ...paymentBookStatements(syntax),
    ...keyStatements(syntax),
    ...own,
  } as const;
}

export type StatementName = keyof ReturnType<typeof createStatements>;

/** The journal's tables, in either database. */
export type JournalSql = Sql<StatementName>;
