import { createEncryption, type Encryption, refuse } from '../encryption/encryption.ts';
import { applicationsOf } from './applications.ts';
import { attemptsOf } from './attempts.ts';
import { auditOf } from './audit/audit.ts';
import { cardEventsOf } from './books/card-events.ts';
import { findingsOf } from './books/findings.ts';
import { measuresOf } from './books/measures.ts';
import { suspectsOf } from './books/suspects.ts';
import { booksOf } from './books.ts';
import { newsOf } from './charges/account-news.ts';
import { owingOf } from './charges/owing.ts';
import { paymentBooksOf } from './charges/payment-books.ts';
import { type StoredPseudonymKey, toKeep, verdictOn } from './encryption/pseudonym-key.ts';
import { erasureOf } from './erasure.ts';
import { logOf } from './log/log.ts';
import { rowNotesOf } from './notes/row-notes.ts';
import { noticesOf } from './notices.ts';
import { adoptedOf } from './operations/adopted-operations.ts';
import { locksOf } from './operations/locks.ts';
import { mergesIn } from './operations/merges.ts';
import { lookupsOf, operationsOf } from './operations/operations.ts';
import { placesOf } from './operations/places.ts';
import { healthOf, reconcilingOf, removalOf } from './operations/reconciling.ts';
import { standingBlocksOf } from './operations/standing-blocks.ts';
import type { JournalDatabase, SharedKeys } from './port.ts';
import { preferencesOf } from './preferences.ts';
import { requireFound } from './rows.ts';

import type { JournalSql } from './statements/index.ts';

/** What differs between PostgreSQL and SQLite, apart from SQL. */
export interface DatabaseKind extends Pick<JournalDatabase, 'connections'> {
  /** Erases removed rows from the database's files. Does nothing for PostgreSQL, where vacuum does it. */
  eraseRemoved(): void;
  /** A monotonic clock: milliseconds since any fixed moment, which never decrease. */
  readonly monotonic: () => number;
}

/**
 * The journal over either database. It checks and encrypts arguments, runs statements, and decrypts rows. Without the
 * data key, calls that need encryption reject.
 *
 * @example
 * // `begin` of { caller: 'subject P0000001', reference: '0012', kind: 'CHECK_OUT', … } inserts the row
 * // { caller: 'k3…', reference: 'Zr…', kind: 'CHECK_OUT', sealed: '…', details: '{"sealed":"…"}', … }
 */
export function createJournal(
  sql: JournalSql,
  dataKey: Uint8Array | null,
  { connections, eraseRemoved, monotonic }: DatabaseKind,
): JournalDatabase {
  const encryption = createEncryption(dataKey);
  return {
    keys: keysOf(sql, dataKey, encryption),
    ...operationsOf(sql, encryption),
    ...lookupsOf(sql, encryption),
    ...placesOf(sql, encryption),
    ...locksOf(sql, encryption),
    ...mergesIn(sql, encryption),
    ...reconcilingOf(sql, encryption),
    ...removalOf(sql, eraseRemoved),
    ...healthOf(sql),
    ...attemptsOf(sql),
    ...auditOf(sql, encryption),
    ...booksOf(sql, encryption, monotonic),
    ...findingsOf(sql, encryption),
    ...cardEventsOf(sql, encryption),
    ...suspectsOf(sql, encryption),
    ...standingBlocksOf(sql, encryption),
    ...measuresOf(sql),
    ...noticesOf(sql, encryption, monotonic),
    ...preferencesOf(sql, encryption),
    ...applicationsOf(sql, encryption),
    ...rowNotesOf(sql, encryption),
    ...owingOf(sql, encryption, monotonic),
    ...newsOf(sql, encryption),
    ...paymentBooksOf(sql, encryption),
    ...adoptedOf(sql, encryption),
    ...logOf(sql, encryption),
    ...erasureOf(sql, encryption, eraseRemoved),
    connections,
    [Symbol.asyncDispose]: () => sql[Symbol.asyncDispose](),
  };
}

function keysOf(sql: JournalSql, dataKey: Uint8Array | null, encryption: Encryption): SharedKeys {
  return {
    get fingerprintKey() {
      return dataKey ?? refuse();
    },
    async agreeOnPseudonymKey(offer) {
      const { proof, encrypted } = toKeep(encryption, offer);
      await sql.write('keepPseudonymKey', [proof, encrypted]);
      const [kept] = await sql.read<StoredPseudonymKey>('readKeys', []);
      return verdictOn(encryption, offer, requireFound(kept));
    },
  };
}
