import { createEncryption, type Encryption, refuse } from '../encryption/encryption.ts';
import type { Value } from '../sql.ts';
import { applicationsOf } from './applications.ts';
import {
  checkAges,
  checkCount,
  checkDropTime,
  checkExceptions,
  checkMs,
  checkNewOperation,
  checkPatron,
  checkPlace,
  checkText,
  jsonText,
  maxCountedOpen,
  noticeKeptMs,
  operationKeptMs,
  outcomeKeptMs,
} from './argument-limits.ts';
import { attemptsOf } from './attempts.ts';
import { auditOf } from './audit.ts';
import { booksOf } from './books.ts';
import {
  aboutPatron,
  decryptFields,
  encryptFields,
  encryptJson,
  referenceDigest,
  referenceKey,
} from './encryption/encrypted-rows.ts';
import { type StoredPseudonymKey, toKeep, verdictOn } from './encryption/pseudonym-key.ts';
import { locksOf } from './locks.ts';
import { noticesOf } from './notices.ts';
import { newOperationId, parseOperationCode } from './operation-id.ts';
import type {
  Journal,
  JournalDatabase,
  Json,
  PlaceRequest,
  Places,
  Reservation,
  SharedKeys,
} from './port.ts';
import { removeInBatches } from './remove-in-batches.ts';
import {
  decryptOperation,
  decryptPlaces,
  decryptPlacesByPatron,
  type OperationRow,
  requireFound,
} from './rows.ts';
import type { JournalSql, StatementName } from './statements/index.ts';
import type { JournalTables } from './tables.ts';

/**
 * The journal over the tables of either database: checks and encrypts arguments, and decrypts rows. Without its data key
 * nothing encrypted can be read or written.
 *
 * @example
 * // `begin` of { caller: 'subject P0000001', reference: '0012', kind: 'CHECK_OUT', … } inserts
 * // { key: { caller: 'k3…', reference: 'Zr…' }, kind: 'CHECK_OUT', sealed: '…', details: '{"sealed":"…"}', … }
 */
export function createJournal(
  tables: JournalTables,
  sql: JournalSql,
  dataKey: Uint8Array | null,
): JournalDatabase {
  const encryption = createEncryption(dataKey);
  return {
    keys: keysOf(sql, dataKey, encryption),
    ...operationsOf(tables, encryption),
    ...lookupsOf(tables, encryption),
    ...placesOf(tables, encryption),
    ...locksOf(sql, encryption),
    ...reconcilingOf(tables, sql, encryption),
    ...attemptsOf(sql),
    ...auditOf(sql),
    ...booksOf(sql, encryption),
    ...noticesOf(sql, encryption),
    ...applicationsOf(sql, encryption),
    ping: () => tables.ping(),
    async countOpen(minAgesMs) {
      checkAges(minAgesMs);
      return await tables.countOpen(minAgesMs, maxCountedOpen);
    },
    connections: () => tables.connections(),
    [Symbol.asyncDispose]: () => tables[Symbol.asyncDispose](),
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

function operationsOf(
  tables: JournalTables,
  encryption: Encryption,
): Pick<Journal, 'begin' | 'find' | 'findById' | 'settle' | 'saveDetails' | 'allowSending'> {
  const encrypted = (name: 'details' | 'result', value: Json) =>
    encryptJson(encryption, jsonText(name, value));
  const aboutOf = (patronId: string | null | undefined) =>
    patronId == null ? null : aboutPatron(encryption, patronId);
  return {
    async begin(operation) {
      checkNewOperation(operation);
      const { caller, reference, kind, fingerprint, sendWithinMs, arriveWithinMs, reconcileAfterMs } =
        operation;
      const { row, isNew } = await tables.begin({
        id: newOperationId(),
        key: referenceKey(encryption, caller, reference),
        kind,
        fingerprint,
        details: encrypted('details', operation.details),
        sealed: encryptFields(encryption, { caller, reference, place: null }),
        about: aboutOf(operation.patronId),
        isPart: operation.isPart ?? false,
        sendWithinMs,
        arriveWithinMs: arriveWithinMs ?? null,
        reconcileAfterMs,
      });
      return { operation: decryptOperation(encryption, requireFound(row)), isNew };
    },
    async find(caller, reference) {
      checkText('caller', caller);
      checkText('reference', reference);
      const row = await tables.byReference(referenceKey(encryption, caller, reference));
      return row === undefined ? null : decryptOperation(encryption, row);
    },
    async findById(id) {
      checkText('id', id);
      const row = await tables.byId(id);
      return row === undefined ? null : decryptOperation(encryption, row);
    },
    async allowSending(id, details, sendWithinMs, { arriveWithinMs, patronId } = {}) {
      checkMs('sendWithinMs', sendWithinMs);
      if (arriveWithinMs !== undefined) {
        checkMs('arriveWithinMs', arriveWithinMs);
      }
      checkPatron(patronId);
      return requireFound(
        await tables.allowSending(id, {
          details: encrypted('details', details),
          sendWithinMs,
          arriveWithinMs: arriveWithinMs ?? null,
          about: aboutOf(patronId),
        }),
      );
    },
    async settle(id, { state, result, details, sendBy, reconcileAfterMs, patronId }) {
      if (reconcileAfterMs !== undefined) {
        checkMs('reconcileAfterMs', reconcileAfterMs);
      }
      checkPatron(patronId);
      const { before, after } = await tables.settle(id, {
        state,
        result: encrypted('result', result),
        details: details === undefined ? null : encrypted('details', details),
        isOpenToCorrection: state === 'REFUSED' && reconcileAfterMs !== undefined,
        reconcileAfterMs: reconcileAfterMs ?? null,
        sendBy,
        about: aboutOf(patronId),
      });
      const previous = requireFound(before);
      return {
        operation: decryptOperation(encryption, after ?? previous),
        overturnsRefusal: after !== undefined && previous.is_concluded && state === 'DONE',
      };
    },
    async saveDetails(id, details) {
      requireFound(await tables.saveDetails(id, encrypted('details', details)));
    },
  };
}

function lookupsOf(
  tables: JournalTables,
  encryption: Encryption,
): Pick<Journal, 'findByCode' | 'findByReference' | 'operationsOfPatron'> {
  const decryptAll = (rows: readonly OperationRow[]) => rows.map((row) => decryptOperation(encryption, row));
  return {
    async findByCode(text, maxItems) {
      checkCount('operations', maxItems);
      const code = parseOperationCode(text);
      return code === null ? null : decryptAll(await tables.byCode(code, maxItems));
    },
    async findByReference(reference, maxItems) {
      checkText('reference', reference);
      checkCount('operations', maxItems);
      return decryptAll(await tables.ofReference(referenceDigest(encryption, reference), maxItems));
    },
    async operationsOfPatron(patronId, before, maxItems) {
      checkText('patronId', patronId);
      if (before !== null) {
        checkText('id', before.id);
      }
      checkCount('operations', maxItems);
      return decryptAll(await tables.ofPatron(encryption.digest('patron', patronId), before, maxItems));
    },
  };
}

function placesOf(
  tables: JournalTables,
  encryption: Encryption,
): Pick<Journal, 'placesNow' | 'reserve' | 'placesSince' | 'recentPlaces'> {
  const patronKeyOf = (patronId: string) => encryption.digest('patron', patronId);
  return {
    async placesNow(patronId, kind) {
      checkText('patronId', patronId);
      return await tables.placesNow(patronKeyOf(patronId), kind);
    },
    reserve: async (id, place, decide) => await reserve(tables, encryption, id, place, decide),
    async placesSince(patronId, kind, since) {
      checkText('patronId', patronId);
      return decryptPlaces(encryption, await tables.placesSince(patronKeyOf(patronId), kind, since));
    },
    async recentPlaces(patronIds, kind, withinMs) {
      for (const patronId of patronIds) {
        checkText('patronId', patronId);
      }
      checkMs('withinMs', withinMs);
      const patronKeys = patronIds.map(patronKeyOf);
      const rows = await tables.recentPlaces(patronKeys, kind, withinMs);
      return decryptPlacesByPatron(encryption, patronKeys, rows);
    },
  };
}

async function reserve<Refusal>(
  tables: JournalTables,
  encryption: Encryption,
  id: string,
  place: PlaceRequest,
  decide: (places: Places) => Refusal | null,
): Promise<Reservation<Refusal>> {
  checkPlace(place);
  const { patronId, libraryCardNumber, subject, ...terms } = place;
  const about = aboutPatron(encryption, patronId);
  const reserved = await tables.reserve<Reservation<Refusal>>(id, { ...terms, about }, (found, held) => {
    const row = requireFound(found);
    if (row.state !== 'UNSETTLED') {
      return { kind: 'leave', answer: { kind: 'settled', operation: decryptOperation(encryption, row) } };
    }
    // A caller that repeats its request, because it did not hear the answer, does not compete with its own place.
    const others = held.filter((other) => other.id !== id);
    const refusal = decide(decryptPlaces(encryption, others));
    if (refusal !== null) {
      return { kind: 'leave', answer: { kind: 'refused', refusal } };
    }
    const { caller, reference } = decryptFields(encryption, row.sealed);
    const fields = { caller, reference, place: { patronId, libraryCardNumber, subject } };
    return { kind: 'write', sealed: encryptFields(encryption, fields) };
  });
  if (reserved.kind === 'left') {
    return reserved.answer;
  }
  return { kind: 'reserved', operation: decryptOperation(encryption, requireFound(reserved.row)) };
}

function reconcilingOf(
  tables: JournalTables,
  sql: JournalSql,
  encryption: Encryption,
): Pick<Journal, 'reconcileAgain' | 'takeDue' | 'now' | 'removeExpired' | 'agreeOnDropTime'> {
  return {
    async reconcileAgain(id, afterMs) {
      if (afterMs !== null) {
        checkMs('afterMs', afterMs);
      }
      requireFound(await tables.reconcileAgain(id, afterMs));
    },
    async takeDue(maxItems, leaseMs, kinds, except = []) {
      checkCount('due', maxItems);
      checkMs('leaseMs', leaseMs);
      checkExceptions(except);
      const due = await tables.takeDue(maxItems, leaseMs, kinds ?? null, except);
      return due.map(({ row, now }) => ({ operation: decryptOperation(encryption, row), now }));
    },
    now: () => tables.now(),
    async agreeOnDropTime(ms) {
      checkDropTime(ms);
      return await tables.agreeOnDropTime(ms);
    },
    async removeExpired() {
      const remove = (name: StatementName, values: readonly Value[]) =>
        removeInBatches(async (maxRows) => (await sql.write(name, [...values, maxRows])).length);
      await remove('removeAttempts', []);
      await removeInBatches((maxRows) => tables.removeOutcomes(outcomeKeptMs, maxRows));
      await remove('removeEffects', [outcomeKeptMs]);
      await remove('removeFindings', [outcomeKeptMs]);
      await remove('removeApplications', [operationKeptMs, outcomeKeptMs]);
      await remove('removeNotices', [noticeKeptMs]);
      await remove('removeNoticeKeys', [outcomeKeptMs]);
      const removed = await removeInBatches((maxRows) => tables.removeOperations(operationKeptMs, maxRows));
      if (removed > 0) {
        tables.eraseRemoved();
      }
      return removed;
    },
  };
}
