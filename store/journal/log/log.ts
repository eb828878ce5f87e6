import type { Encryption } from '../../encryption/encryption.ts';
import type { ChangeLog } from '../port.ts';
import type { JournalSql } from '../statements/index.ts';
import { feedFactsOf, holdFactsOf } from './facts.ts';
import { logReadingOf, numberingOf } from './reading.ts';

/** The log of changes. Triggers write most of its rows, each in the transaction of its change. */
export const logOf = (sql: JournalSql, encryption: Encryption): ChangeLog => ({
  ...logReadingOf(sql, encryption),
  ...numberingOf(sql),
  ...feedFactsOf(sql, encryption),
  ...holdFactsOf(sql, encryption),
});
