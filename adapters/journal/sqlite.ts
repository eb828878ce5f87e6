import {
  attemptsKeptMs,
  checkCount,
  checkMs,
  checkNewOperation,
  checkPlace,
  checkText,
  jsonText,
  keptMs,
  outcomeText,
} from './bounds.ts';
import { newOperationId } from './operation-id.ts';
import { settlingOf } from './outcome.ts';
import type { Journal, JournalDatabase, Outcome, Settlement } from './port.ts';
import { removeInPortions } from './portions.ts';
import { known, placesByPatron, placesOf } from './rows.ts';
import { attemptsIn } from './sqlite-attempts.ts';
import { auditIn } from './sqlite-audit.ts';
import { claimsIn } from './sqlite-claims.ts';
import { openSqliteDatabase, type SqliteDatabase } from './sqlite-database.ts';
import { operationIn, prepareStatements, type Statements } from './sqlite-statements.ts';

export interface SqliteJournalOptions {
  /** Made where there is none, its folder too. On a disk of this machine: SQLite's locks don't hold over a network. */
  readonly path: string;
  /** One for all processes that open the file, as a machine's is. */
  readonly clock?: () => Date;
}

/** The journal's tables, and its time in milliseconds since 1970. */
interface Book {
  readonly database: SqliteDatabase;
  readonly statements: Statements;
  readonly now: () => number;
}

/**
 * The journal in one file, for the processes of one machine; every method has done its work before it returns its promise.
 * Rejects with `JournalUnavailable` where the file can't be had, or a newer program has been there.
 */
export async function openSqliteJournal({
  path,
  clock = () => new Date(),
}: SqliteJournalOptions): Promise<JournalDatabase> {
  const database = openSqliteDatabase(path);
  const book: Book = { database, statements: prepareStatements(database), now: () => clock().getTime() };
  return {
    ...operationsOf(book),
    ...placesIn(book),
    ...lookingAfter(book),
    ...claimsIn(database),
    ...attemptsIn(database, book.now),
    ...auditIn(database, book.now),
    async [Symbol.asyncDispose]() {
      database[Symbol.dispose]();
    },
  };
}

function operationsOf({
  database,
  statements,
  now,
}: Book): Pick<Journal, 'begin' | 'find' | 'byId' | 'settle' | 'note' | 'arm'> {
  return {
    async begin(operation) {
      checkNewOperation(operation);
      const { caller, reference, kind, fingerprint, sendWithinMs, lookAfterMs } = operation;
      const details = jsonText('details', operation.details);
      // What can't be sent before a place is reserved is written through with the reservation.
      return database.transact(sendWithinMs === null ? 'eventual' : 'durable', () => {
        const at = now();
        const added = statements.insert({
          ...{ id: newOperationId(), caller, reference, kind, fingerprint, details, now: at },
          sendBy: sendWithinMs === null ? null : at + sendWithinMs,
          lookAt: at + lookAfterMs,
        });
        const row = added ?? known(statements.byReference({ caller, reference }));
        return { operation: operationIn(row), isNew: added !== undefined };
      });
    },
    async find(caller, reference) {
      checkText('caller', caller);
      checkText('reference', reference);
      const row = statements.byReference({ caller, reference });
      return row === undefined ? null : operationIn(row);
    },
    async byId(id) {
      checkText('id', id);
      const row = statements.byId({ id });
      return row === undefined ? null : operationIn(row);
    },
    async arm(id, details, sendWithinMs) {
      checkMs('sendWithinMs', sendWithinMs);
      const text = jsonText('details', details);
      return database.transact('durable', () => {
        known(statements.byId({ id }));
        return statements.arm({ id, details: text, sendBy: now() + sendWithinMs }) !== undefined;
      });
    },
    async settle(id, outcome) {
      const text = outcomeText(outcome);
      return database.transact('durable', () => settle(statements, id, outcome, text, now()));
    },
    async note(id, details) {
      const text = jsonText('details', details);
      database.transact('durable', () => known(statements.note({ id, details: text })));
    },
  };
}

function settle(
  statements: Statements,
  id: string,
  outcome: Outcome,
  text: ReturnType<typeof outcomeText>,
  now: number,
): Settlement {
  const row = known(statements.byId({ id }));
  const operation = operationIn(row);
  const settling = settlingOf({ ...operation, isConcluded: row.is_concluded === 1 }, outcome);
  if (settling === null) return { operation, isSurprise: false };
  const { isConcluded, lookAfterMs, isSurprise } = settling;
  const isPlaceDone = outcome.state === 'DONE' && row.patron_id !== null;
  const settled = statements.settle({
    ...{ id, state: outcome.state, ...text, now },
    isConcluded: isConcluded ? 1 : 0,
    lookAt: lookAfterMs === null ? null : now + lookAfterMs,
    epoch: isPlaceDone ? (statements.nextEpoch({ patronId: row.patron_id })?.epoch ?? null) : null,
  });
  return { operation: operationIn(known(settled)), isSurprise };
}

function placesIn({
  database,
  statements,
  now,
}: Book): Pick<Journal, 'epochOf' | 'reserve' | 'placesSince' | 'recentPlaces'> {
  return {
    async epochOf(patronId) {
      checkText('patronId', patronId);
      return BigInt(statements.epoch({ patronId })?.epoch ?? 0);
    },
    async reserve(id, place, decide) {
      checkPlace(place);
      const { patronId, kind, libraryCardNumber, subject, since } = place;
      return database.transact('durable', () => {
        const row = known(statements.byId({ id }));
        if (row.state !== 'UNSETTLED') return { kind: 'settled', operation: operationIn(row) };
        // Who asks once more, not knowing whether the first time was heard, is not in their own way.
        const others = statements.placesSince({ patronId, kind, since }).filter((other) => other.id !== id);
        const refusal = decide(placesOf(others));
        if (refusal !== null) return { kind: 'refused', refusal };
        statements.addPatron({ patronId });
        const at = now();
        const reserved = statements.reserve({
          ...{ id, patronId, kind, libraryCardNumber, subject },
          sendBy: at + place.sendWithinMs,
          lookAt: at + place.lookAfterMs,
        });
        return { kind: 'reserved', operation: operationIn(known(reserved)) };
      });
    },
    async placesSince(patronId, kind, since) {
      checkText('patronId', patronId);
      return placesOf(statements.placesSince({ patronId, kind, since }));
    },
    async recentPlaces(patronIds, kind, withinMs) {
      for (const patronId of patronIds) checkText('patronId', patronId);
      checkMs('withinMs', withinMs);
      const rows = statements.recentPlaces({
        patronIds: JSON.stringify(patronIds),
        kind,
        settledFrom: now() - withinMs,
      });
      return placesByPatron(patronIds, rows);
    },
  };
}

function lookingAfter({ database, statements, now }: Book): Pick<Journal, 'lookAgain' | 'due' | 'forget'> {
  return {
    async lookAgain(id, afterMs) {
      if (afterMs !== null) checkMs('afterMs', afterMs);
      database.transact('durable', () =>
        known(statements.lookAgain({ id, lookAt: afterMs === null ? null : now() + afterMs })),
      );
    },
    async due(most, leaseMs, kinds) {
      checkCount('due', most);
      checkMs('leaseMs', leaseMs);
      return database.transact('durable', () => {
        const at = now();
        const rows = statements.due({
          now: at,
          most,
          kinds: kinds === undefined ? null : JSON.stringify(kinds),
        });
        for (const { id } of rows) statements.lookAgain({ id, lookAt: at + leaseMs });
        return rows.map((row) => ({ operation: operationIn(row), now: new Date(at) }));
      });
    },
    async forget() {
      const remove = (statement: 'forget' | 'forgetAttempts', ageMs: number) => {
        const until = now() - ageMs;
        return removeInPortions((most) =>
          database.transact('durable', () => statements[statement]({ until, most })),
        );
      };
      await remove('forgetAttempts', attemptsKeptMs);
      return await remove('forget', keptMs);
    },
  };
}
