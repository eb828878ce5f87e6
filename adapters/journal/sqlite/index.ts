import { fdatasync } from 'node:fs';
import { promisify } from 'node:util';
import {
  checkCount,
  checkDropTime,
  checkMs,
  checkNewOperation,
  checkPlace,
  checkText,
  jsonText,
  keptMs,
  outcomeKeptMs,
  outcomeText,
} from '../bounds.ts';
import {
  decryptedNames,
  encryptedJson,
  encryptedNames,
  encryptedOutcome,
  keyOf,
} from '../encryption/encrypted-rows.ts';
import type { Encryption } from '../encryption/encryption.ts';
import { type JournalSecrets, keyRingOf } from '../encryption/secrets.ts';
import { newOperationId } from '../operation-id.ts';
import { isOpenToCorrection } from '../outcome.ts';
import type { Journal, JournalDatabase, Outcome, Settlement } from '../port.ts';
import { removeInPortions } from '../portions.ts';
import { known, placesByPatron, placesOf } from '../rows.ts';
import { attemptsIn } from './attempts.ts';
import { auditIn } from './audit.ts';
import { openSqliteDatabase, type SqliteDatabase, type Sync } from './database.ts';
import { encryptSqlite } from './encryption.ts';
import { locksIn } from './locks.ts';
import { operationIn, prepareStatements, type SqliteOperation, type Statements } from './statements.ts';

export interface SqliteJournalOptions extends JournalSecrets {
  /** Made where there is none, its folder too. On a disk of this machine: SQLite's locks don't hold over a network. */
  readonly path: string;
  /** One for all processes that open the file, as a machine's is. */
  readonly clock?: () => Date;
  /** How SQLite's log gets to the disk; `fdatasync` where nothing is said. */
  readonly sync?: Sync;
}

/** The journal's tables, and its time in milliseconds since 1970. */
interface Book {
  readonly database: SqliteDatabase;
  readonly statements: Statements;
  readonly now: () => number;
  readonly encryption: Encryption;
}

/**
 * The journal in one file, for the processes of one machine; every method has done its work before it returns its promise,
 * which waits for the disk, together with others', where what it tells must outlive a crash of the machine. Rejects with
 * `JournalUnavailable` where the file can't be had, or a newer program has been there.
 */
export async function openSqliteJournal({
  path,
  clock = () => new Date(),
  sync = promisify(fdatasync),
  ...secrets
}: SqliteJournalOptions): Promise<JournalDatabase> {
  const database = openSqliteDatabase(path, sync);
  const keyRing = keyRingOf(secrets);
  const { encryption } = keyRing;
  try {
    if (secrets.secret !== null) {
      encryptSqlite(database, keyRing);
    }
  } catch (error) {
    await database[Symbol.asyncDispose]();
    throw error;
  }
  const book: Book = {
    ...{ database, encryption, statements: prepareStatements(database) },
    now: () => clock().getTime(),
  };
  return {
    ...operationsOf(book),
    ...placesIn(book),
    ...lookingAfter(book),
    ...locksIn(database, encryption),
    ...attemptsIn(database, book.now),
    ...auditIn(database, book.now),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function operationsOf({
  database,
  statements,
  now,
  encryption,
}: Book): Pick<Journal, 'begin' | 'find' | 'findById' | 'settle' | 'saveDetails' | 'allowSending'> {
  /** Who is told how an operation stands may act upon it, and writes nothing that would be waited for. */
  const told = async (row: SqliteOperation | undefined) => {
    if (row === undefined) {
      return null;
    }
    await database.writtenThrough();
    return operationIn(encryption, row);
  };
  return {
    async begin(operation) {
      checkNewOperation(operation);
      const { caller, reference, kind, fingerprint, sendWithinMs, arriveWithinMs, reconcileAfterMs } =
        operation;
      const details = encryptedJson(encryption, jsonText('details', operation.details));
      const key = keyOf(encryption, caller, reference);
      const sealed = encryptedNames(encryption, { caller, reference, place: null });
      const begun = database.transact(() => {
        const at = now();
        const added = statements.insert({
          ...{ id: newOperationId(), ...key, kind, fingerprint, details, sealed, now: at },
          sendBy: sendWithinMs === null ? null : at + sendWithinMs,
          lookAt: at + reconcileAfterMs,
          ...certainty(statements, at, sendWithinMs, arriveWithinMs ?? null),
        });
        const row = added ?? known(statements.byReference(key));
        return { operation: operationIn(encryption, row), isNew: added !== undefined };
      });
      // What can't be sent before a place is reserved is written through with the reservation.
      if (sendWithinMs !== null || !begun.isNew) {
        await database.writtenThrough();
      }
      return begun;
    },
    async find(caller, reference) {
      checkText('caller', caller);
      checkText('reference', reference);
      const row = statements.byReference(keyOf(encryption, caller, reference));
      return await told(row);
    },
    async findById(id) {
      checkText('id', id);
      const row = statements.byId({ id });
      return await told(row);
    },
    async allowSending(id, details, sendWithinMs, arriveWithinMs) {
      checkMs('sendWithinMs', sendWithinMs);
      if (arriveWithinMs !== undefined) {
        checkMs('arriveWithinMs', arriveWithinMs);
      }
      const text = encryptedJson(encryption, jsonText('details', details));
      return await database.durably(() => {
        known(statements.byId({ id }));
        const at = now();
        const certain = certainty(statements, at, sendWithinMs, arriveWithinMs ?? null);
        return statements.arm({ id, details: text, sendBy: at + sendWithinMs, ...certain }) !== undefined;
      });
    },
    async settle(id, outcome) {
      const text = encryptedOutcome(encryption, outcomeText(outcome));
      return await database.durably(() => settle(statements, encryption, id, outcome, text, now()));
    },
    async saveDetails(id, details) {
      const text = encryptedJson(encryption, jsonText('details', details));
      await database.durably(() => known(statements.note({ id, details: text })));
    },
  };
}

/** When what is sent from now on is certain; never where it is not sent, or nothing was said of it. */
function certainty(
  statements: Statements,
  at: number,
  sendWithinMs: number | null,
  arriveWithinMs: number | null,
): { readonly certainAt: number | null; readonly certainAfterMs: number | null } {
  if (sendWithinMs === null || arriveWithinMs === null) {
    return { certainAt: null, certainAfterMs: null };
  }
  const certainAfterMs = sendWithinMs + arriveWithinMs + known(statements.dropTime({})).drop_after_ms;
  return { certainAt: at + certainAfterMs, certainAfterMs };
}

function settle(
  statements: Statements,
  encryption: Encryption,
  id: string,
  outcome: Outcome,
  text: ReturnType<typeof outcomeText>,
  now: number,
): Settlement {
  const before = known(statements.byId({ id }));
  const { state, sendBy, reconcileAfterMs = null } = outcome;
  const settled = statements.settle({
    ...{ id, state, ...text, now },
    isConcluded: isOpenToCorrection(outcome) ? 1 : 0,
    lookAt: reconcileAfterMs === null ? null : now + reconcileAfterMs,
    isAnySendBy: sendBy === undefined ? 1 : 0,
    sendBy: sendBy?.getTime() ?? null,
  });
  if (settled === undefined) {
    return { operation: operationIn(encryption, before), overturnsRefusal: false };
  }
  if (state === 'DONE' && before.patron_id !== null) {
    statements.nextEpoch({ patronId: before.patron_id });
  }
  return {
    operation: operationIn(encryption, settled),
    overturnsRefusal: before.is_concluded === 1 && state === 'DONE',
  };
}

function placesIn({
  database,
  statements,
  now,
  encryption,
}: Book): Pick<Journal, 'placesNow' | 'reserve' | 'placesSince' | 'recentPlaces'> {
  return {
    async placesNow(patronId, kind) {
      checkText('patronId', patronId);
      const row = statements.placesNow({ patronId: encryption.digest('patron', patronId), kind });
      return { epoch: BigInt(row?.epoch ?? 0), holders: JSON.parse(row?.holders ?? '[]') };
    },
    async reserve(id, place, decide) {
      checkPlace(place);
      const { kind, libraryCardNumber, subject, since } = place;
      const patronId = encryption.digest('patron', place.patronId);
      return await database.durably(() => {
        const row = known(statements.byId({ id }));
        if (row.state !== 'UNSETTLED') {
          return { kind: 'settled', operation: operationIn(encryption, row) };
        }
        // Who asks once more, not knowing whether the first time was heard, is not in their own way.
        const others = statements.placesSince({ patronId, kind, since }).filter((other) => other.id !== id);
        const refusal = decide(placesOf(encryption, others));
        if (refusal !== null) {
          return { kind: 'refused', refusal };
        }
        statements.addPatron({ patronId });
        const at = now();
        const { caller, reference } = decryptedNames(encryption, row.sealed);
        const names = { caller, reference, place: { patronId: place.patronId, libraryCardNumber, subject } };
        const reserved = statements.reserve({
          ...{ id, patronId, kind, sealed: encryptedNames(encryption, names) },
          sendBy: at + place.sendWithinMs,
          lookAt: at + place.reconcileAfterMs,
          ...certainty(statements, at, place.sendWithinMs, place.arriveWithinMs),
        });
        return { kind: 'reserved', operation: operationIn(encryption, known(reserved)) };
      });
    },
    async placesSince(patronId, kind, since) {
      checkText('patronId', patronId);
      const key = encryption.digest('patron', patronId);
      return placesOf(encryption, statements.placesSince({ patronId: key, kind, since }));
    },
    async recentPlaces(patronIds, kind, withinMs) {
      for (const patronId of patronIds) {
        checkText('patronId', patronId);
      }
      checkMs('withinMs', withinMs);
      const keys = patronIds.map((patronId) => encryption.digest('patron', patronId));
      const rows = statements.recentPlaces({
        patronIds: JSON.stringify(keys),
        kind,
        settledFrom: now() - withinMs,
      });
      return placesByPatron(encryption, keys, rows);
    },
  };
}

function lookingAfter({
  database,
  statements,
  now,
  encryption,
}: Book): Pick<Journal, 'reconcileAgain' | 'takeDue' | 'now' | 'removeExpired' | 'agreeOnDropTime'> {
  return {
    now: async () => new Date(now()),
    async agreeOnDropTime(ms) {
      checkDropTime(ms);
      return await database.durably(() => {
        const before = known(statements.dropTime({})).drop_after_ms;
        const agreed = known(statements.agreeOnDropTime({ ms })).drop_after_ms;
        if (agreed > before) {
          statements.beCertainLater({ ms: agreed - before });
        }
        return agreed;
      });
    },
    async reconcileAgain(id, afterMs) {
      if (afterMs !== null) {
        checkMs('afterMs', afterMs);
      }
      await database.durably(() =>
        known(statements.reconcileAgain({ id, lookAt: afterMs === null ? null : now() + afterMs })),
      );
    },
    async takeDue(most, leaseMs, kinds) {
      checkCount('due', most);
      checkMs('leaseMs', leaseMs);
      const due = database.transact(() => {
        const at = now();
        const rows = statements.due({
          now: at,
          most,
          kinds: kinds === undefined ? null : JSON.stringify(kinds),
        });
        for (const { id } of rows) {
          statements.reconcileAgain({ id, lookAt: at + leaseMs });
        }
        return rows.map((row) => ({ operation: operationIn(encryption, row), now: new Date(at) }));
      });
      if (due.length > 0) {
        await database.writtenThrough();
      }
      return due;
    },
    async removeExpired() {
      const at = now();
      await removeInPortions((most) => database.durably(() => statements.forgetAttempts({ now: at, most })));
      await removeInPortions((most) =>
        database.durably(() => statements.forgetOutcomes({ until: at - outcomeKeptMs, most })),
      );
      const forgotten = await removeInPortions((most) =>
        database.durably(() => {
          const oldest = { until: at - keptMs, most };
          statements.keepOutcomes(oldest);
          return statements.forget(oldest);
        }),
      );
      if (forgotten > 0) {
        database.emptyLog();
      }
      return forgotten;
    },
  };
}
