import type { Encryption } from '../encryption/encryption.ts';
import type { Asking, Transaction } from '../sql.ts';
import { checkCount, checkTexts } from './argument-limits.ts';
import { keyOf, type PatronKey, patronKeysFor } from './audit/patron-keys.ts';
import {
  type ChangeRow,
  entriesOpener,
  openChange,
  openReading,
  type ReadingRow,
  sealChange,
  sealReading,
} from './audit/rows.ts';
import { callerOfChildren } from './encrypted-rows.ts';
import type { Erased, Erasure } from './port.ts';
import type { JournalSql, StatementName } from './statements/index.ts';

type Within = Transaction<StatementName>;

interface OperationOfPatron {
  readonly id: string;
  /** Whether the operation may still change. */
  readonly isOpen: boolean | 0 | 1;
}

/**
 * Erases a patron. Rows that can be changed are removed. The audit's entries can't be changed, so they stay, but the key
 * with which they are encrypted is removed. Merges and standing blocks stay, because the patron's record can be opened
 * again. In that case, the loans of merged records must still count together, and the cards that the closing blocked must
 * be unblocked.
 * @param eraseRemoved erases removed rows from the database's files
 */
export const erasureOf = (sql: JournalSql, encryption: Encryption, eraseRemoved: () => void): Erasure => ({
  async erase(patronIds, exceptId) {
    checkCount('accounts', patronIds.length, 1);
    for (const patronId of patronIds) {
      checkTexts({ patronId, id: exceptId });
    }
    const outcome = await sql.transact('erase', function* (transaction) {
      let found: readonly OperationOfPatron[] = [];
      for (const patronId of patronIds) {
        const patron = encryption.digest('patron', patronId);
        found = found.concat(yield* findOperations(transaction, encryption, patron, exceptId));
      }
      const open = found.filter(({ isOpen }) => Boolean(isOpen));
      if (open.length > 0) {
        return { kind: 'open', operations: open.length } as const;
      }
      const ids = [...new Set(found.map(({ id }) => id))];
      transaction.ask('keepOutcomes', [ids]);
      transaction.ask('removeOperations', [ids]);
      const erased = { operations: ids.length, notices: 0, findings: 0 };
      for (const patronId of patronIds) {
        const { notices, findings } = yield* eraseRecord(transaction, encryption, patronId);
        erased.notices += notices;
        erased.findings += findings;
      }
      transaction.commit();
      return { kind: 'erased', erased } as const;
    });
    if (outcome.kind === 'erased') {
      eraseRemoved();
    }
    return outcome;
  },
});

/**
 * Removes the data about one record of the patron. The audit's entries can't be removed. So those that are not
 * encrypted yet are encrypted with the patron's key, and then the key is removed.
 */
function* eraseRecord(
  transaction: Within,
  encryption: Encryption,
  patronId: string,
): Asking<Pick<Erased, 'notices' | 'findings'>> {
  const { ask } = transaction;
  const patron = encryption.digest('patron', patronId);
  yield* sealClearEntries(transaction, encryption, patronId);
  ask('erasePreferences', [patron]);
  ask('eraseSuspects', [patron]);
  ask('eraseOwing', [patron]);
  ask('eraseAccountNews', [patron]);
  ask('eraseRowNotes', [patron]);
  ask('eraseLogged', [patron]);
  const notices = ask<object>('eraseNotices', [patron]);
  const findings = ask<object>('eraseFindings', [patron]);
  const key = ask<object>('removePatronKey', [patron]);
  const erased = { notices: (yield* notices).length, findings: (yield* findings).length };
  yield* key;
  return erased;
}

/**
 * Finds the patron's operations, their child operations, the children of these, and so on. A child names no patron. Its
 * stored caller is the operation that it belongs to.
 */
function* findOperations(
  { ask }: Within,
  encryption: Encryption,
  patron: string,
  exceptId: string,
): Asking<readonly OperationOfPatron[]> {
  const found = new Map<string, OperationOfPatron>();
  let latest = yield* ask<OperationOfPatron>('operationsToErase', [patron, exceptId]);
  while (latest.length > 0) {
    for (const operation of latest) {
      found.set(operation.id, operation);
    }
    const callers = latest.map(({ id }) => callerOfChildren(encryption, id));
    const children = yield* ask<OperationOfPatron>('childrenToErase', [callers]);
    latest = children.filter(({ id }) => !found.has(id));
  }
  return [...found.values()];
}

/** The number of entries that are read and encrypted at a time. */
const batchSize = 500;

/** Encrypts the entries about the patron that an older program wrote unencrypted. */
function* sealClearEntries(transaction: Within, encryption: Encryption, patronId: string): Asking<void> {
  const key = keyOf(yield* patronKeysFor(transaction, encryption, [patronId]), patronId);
  const reading = entriesOpener(encryption, openReading);
  yield* sealBatches<ReadingRow>(transaction, ['clearReadingsOf', 'sealReadings'], patronId, (row) =>
    sealReading(key, reading(row)),
  );
  const change = entriesOpener(encryption, openChange);
  yield* sealBatches<ChangeRow>(transaction, ['clearChangesOf', 'sealChanges'], patronId, (row) =>
    sealChange(key, change(row)),
  );
}

/** Reads and encrypts one batch after another. An encrypted entry has the patron's alias, so it isn't read again. */
function* sealBatches<Row extends ReadingRow | ChangeRow>(
  { ask }: Within,
  [find, seal]: readonly [StatementName, StatementName],
  patronId: PatronKey['patronId'],
  sealed: (row: Row) => object,
): Asking<void> {
  for (;;) {
    const rows = yield* ask<Row>(find, [patronId, batchSize]);
    if (rows.length > 0) {
      yield* ask(seal, [JSON.stringify(rows.map((row) => ({ ...sealed(row), number: Number(row.number) })))]);
    }
    if (rows.length < batchSize) {
      return;
    }
  }
}
