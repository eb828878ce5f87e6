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
import type {
  Journal,
  JournalDatabase,
  Json,
  Operation,
  Outcome,
  PlaceRequest,
  Places,
  Reservation,
  Settlement,
} from '../port.ts';
import { removeInPortions } from '../portions.ts';
import { type HeldRow, known, type OperationRow, operationOf, placesByPatron, placesOf } from '../rows.ts';
import { attemptsIn } from './attempts.ts';
import { auditIn } from './audit.ts';
import { openPostgresDatabase, type PostgresDatabase, type Transaction } from './database.ts';
import { encryptPostgres } from './encryption.ts';
import { locksIn } from './locks.ts';

export interface PostgresJournalOptions extends JournalSecrets {
  /** `postgresql://user:password@host:port/database`, and `sslmode` and what else libpq knows. Never told. */
  readonly url: string;
}

interface PostgresOperation extends OperationRow<Date, Json> {
  readonly is_concluded: boolean;
}

interface PlacesNowRow {
  readonly epoch: string | null;
  readonly holders: readonly string[];
}

const operationIn = (encryption: Encryption, row: PostgresOperation): Operation =>
  operationOf(row, { date: (date) => date, json: (json) => json }, encryption);

/** The journal's tables, and what opens what is sealed in them. */
interface Book extends PostgresDatabase {
  readonly encryption: Encryption;
}

/**
 * The journal in a database that any number of processes share; its clock is the database's. A database that is gone for
 * a while is asked again with the next call. Rejects with `JournalUnavailable` where it can't be had, or a newer program
 * has been there.
 */
export async function openPostgresJournal({
  url,
  ...secrets
}: PostgresJournalOptions): Promise<JournalDatabase> {
  const keyRing = keyRingOf(secrets);
  const database = await openPostgresDatabase(url, secrets.secret === null ? null : encryptPostgres(keyRing));
  const { encryption } = keyRing;
  const book: Book = { ...database, encryption };
  return {
    ...operationsIn(book),
    ...placesIn(book),
    ...lookingAfter(book),
    ...locksIn(database, encryption),
    ...attemptsIn(database),
    ...auditIn(database),
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

function operationsIn({
  ask,
  transact,
  encryption,
}: Book): Pick<Journal, 'begin' | 'find' | 'findById' | 'settle' | 'saveDetails' | 'allowSending'> {
  const find = async (caller: string, reference: string) => {
    const key = keyOf(encryption, caller, reference);
    const { rows } = await ask<PostgresOperation>('byReference', [key.caller, key.reference]);
    return rows[0];
  };
  return {
    async begin(operation) {
      checkNewOperation(operation);
      const { caller, reference, kind, fingerprint, sendWithinMs, arriveWithinMs, reconcileAfterMs } =
        operation;
      const details = encryptedJson(encryption, jsonText('details', operation.details));
      const key = keyOf(encryption, caller, reference);
      const sealed = encryptedNames(encryption, { caller, reference, place: null });
      // What can't be sent before a place is reserved is written through with the reservation: the log is one.
      const { rows } = await ask<PostgresOperation>(sendWithinMs === null ? 'insertEventually' : 'insert', [
        ...[newOperationId(), key.caller, key.reference, kind, fingerprint],
        ...[details, sendWithinMs, reconcileAfterMs, arriveWithinMs ?? null, sealed],
      ]);
      const row = rows[0] ?? known(await find(caller, reference));
      return { operation: operationIn(encryption, row), isNew: rows.length > 0 };
    },
    async find(caller, reference) {
      checkText('caller', caller);
      checkText('reference', reference);
      const row = await find(caller, reference);
      return row === undefined ? null : operationIn(encryption, row);
    },
    async findById(id) {
      checkText('id', id);
      const { rows } = await ask<PostgresOperation>('byId', [id]);
      return rows[0] === undefined ? null : operationIn(encryption, rows[0]);
    },
    async allowSending(id, details, sendWithinMs, arriveWithinMs) {
      checkMs('sendWithinMs', sendWithinMs);
      if (arriveWithinMs !== undefined) {
        checkMs('arriveWithinMs', arriveWithinMs);
      }
      const text = encryptedJson(encryption, jsonText('details', details));
      const { rows } = await ask<{ readonly isArmed: boolean }>('arm', [
        id,
        text,
        sendWithinMs,
        arriveWithinMs ?? null,
      ]);
      return known(rows[0]).isArmed;
    },
    async settle(id, outcome) {
      const text = encryptedOutcome(encryption, outcomeText(outcome));
      return await transact((within) => settle(within, encryption, id, outcome, text));
    },
    async saveDetails(id, details) {
      const { count } = await ask('note', [id, encryptedJson(encryption, jsonText('details', details))]);
      known(count);
    },
  };
}

/** Both are sent at once, and the second sees what the first has locked as it is by then. */
async function settle(
  { ask, last }: Transaction,
  encryption: Encryption,
  id: string,
  outcome: Outcome,
  { result, details }: ReturnType<typeof outcomeText>,
): Promise<Settlement> {
  const { state, sendBy, reconcileAfterMs = null } = outcome;
  const [locked, settled] = await Promise.all([
    ask<PostgresOperation>('lockToSettle', [id]),
    last<PostgresOperation>('settle', [
      ...[id, state, result, isOpenToCorrection(outcome), reconcileAfterMs, details],
      ...[sendBy === undefined, sendBy?.toISOString() ?? null],
    ]),
  ]);
  const before = known(locked.rows[0]);
  const [row] = settled.rows;
  if (row === undefined) {
    return { operation: operationIn(encryption, before), overturnsRefusal: false };
  }
  return {
    operation: operationIn(encryption, row),
    overturnsRefusal: before.is_concluded && state === 'DONE',
  };
}

function placesIn({
  ask,
  transact,
  encryption,
}: Book): Pick<Journal, 'placesNow' | 'reserve' | 'placesSince' | 'recentPlaces'> {
  return {
    async placesNow(patronId, kind) {
      checkText('patronId', patronId);
      const { rows } = await ask<PlacesNowRow>('placesNow', [encryption.digest('patron', patronId), kind]);
      return { epoch: BigInt(rows[0]?.epoch ?? 0), holders: rows[0]?.holders ?? [] };
    },
    async reserve(id, place, decide) {
      checkPlace(place);
      return await transact((within) => reserve(within, encryption, id, place, decide));
    },
    async placesSince(patronId, kind, since) {
      checkText('patronId', patronId);
      const { rows } = await ask<HeldRow>('placesSince', [
        kind,
        encryption.digest('patron', patronId),
        since,
      ]);
      return placesOf(encryption, rows);
    },
    async recentPlaces(patronIds, kind, withinMs) {
      for (const patronId of patronIds) {
        checkText('patronId', patronId);
      }
      checkMs('withinMs', withinMs);
      const keys = patronIds.map((patronId) => encryption.digest('patron', patronId));
      const { rows } = await ask<HeldRow>('recentPlaces', [kind, keys, withinMs]);
      return placesByPatron(encryption, keys, rows);
    },
  };
}

async function reserve<Refusal>(
  { ask, last }: Transaction,
  encryption: Encryption,
  id: string,
  place: PlaceRequest,
  decide: (places: Places) => Refusal | null,
): Promise<Reservation<Refusal>> {
  const { patronId, kind, libraryCardNumber, subject, since } = place;
  const patronKey = encryption.digest('patron', patronId);
  const [locked, held] = await Promise.all([
    ask<PostgresOperation>('lockToReserve', [id, patronKey]),
    ask<HeldRow>('placesSince', [kind, patronKey, since]),
  ]);
  const row = known(locked.rows[0]);
  if (row.state !== 'UNSETTLED') {
    return { kind: 'settled', operation: operationIn(encryption, row) };
  }
  // Who asks once more, not knowing whether the first time was heard, is not in their own way.
  const refusal = decide(
    placesOf(
      encryption,
      held.rows.filter((other) => other.id !== id),
    ),
  );
  if (refusal !== null) {
    return { kind: 'refused', refusal };
  }
  const { caller, reference } = decryptedNames(encryption, row.sealed);
  const names = { caller, reference, place: { patronId, libraryCardNumber, subject } };
  const { rows } = await last<PostgresOperation>('reserve', [
    ...[id, patronKey, kind, encryptedNames(encryption, names)],
    ...[place.sendWithinMs, place.reconcileAfterMs, place.arriveWithinMs],
  ]);
  return { kind: 'reserved', operation: operationIn(encryption, known(rows[0])) };
}

function lookingAfter({
  ask,
  encryption,
}: Book): Pick<Journal, 'reconcileAgain' | 'takeDue' | 'now' | 'removeExpired' | 'agreeOnDropTime'> {
  return {
    async now() {
      const { rows } = await ask<{ readonly now: Date }>('now', []);
      return known(rows[0]).now;
    },
    async agreeOnDropTime(ms) {
      checkDropTime(ms);
      const { rows } = await ask<{ readonly drop_after_ms: number }>('agreeOnDropTime', [ms]);
      return known(rows[0]).drop_after_ms;
    },
    async reconcileAgain(id, afterMs) {
      if (afterMs !== null) {
        checkMs('afterMs', afterMs);
      }
      const { count } = await ask('reconcileAgain', [id, afterMs]);
      known(count);
    },
    async takeDue(most, leaseMs, kinds) {
      checkCount('due', most);
      checkMs('leaseMs', leaseMs);
      const { rows } = await ask<PostgresOperation & { readonly waiting_since: Date; readonly now: Date }>(
        'due',
        [most, leaseMs, kinds ?? null],
      );
      // What an update gives has no order of its own.
      return rows
        .toSorted((a, b) => a.waiting_since.getTime() - b.waiting_since.getTime())
        .map((row) => ({ operation: operationIn(encryption, row), now: row.now }));
    },
    async removeExpired() {
      await removeInPortions(async (most) => (await ask('forgetAttempts', [most])).count);
      await removeInPortions(async (most) => (await ask('forgetOutcomes', [outcomeKeptMs, most])).count);
      return await removeInPortions(async (most) => (await ask('forget', [keptMs, most])).count);
    },
  };
}
