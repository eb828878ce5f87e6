import type { Encryption } from '../../encryption/encryption.ts';
import type { Value } from '../../sql.ts';
import {
  checkCount,
  checkTexts,
  checkTimes,
  jsonText,
  maxCheckDelayMs,
  maxUnsettledDelayMs,
} from '../argument-limits.ts';
import { aboutPatron, encryptFields, encryptJson, referenceDigest, referenceKey } from '../encrypted-rows.ts';
import { newOperationId, parseOperationCode } from '../operation-id.ts';
import type {
  Journal,
  Json,
  Operation,
  OperationListing,
  OperationOrder,
  OperationPosition,
} from '../port.ts';
import { decryptOperation, endOfTime, type OperationRow, requireFound, requireOperation } from '../rows.ts';
import type { JournalSql, StatementName } from '../statements/index.ts';

export const operationsOf = (sql: JournalSql, encryption: Encryption): Beginning & Settling => ({
  ...beginningOf(sql, encryption),
  ...settlingOf(sql, encryption),
});

type Beginning = Pick<Journal, 'begin' | 'find' | 'findById'>;
type Settling = Pick<Journal, 'allowSending' | 'settle' | 'saveDetails'>;

function beginningOf(sql: JournalSql, encryption: Encryption): Beginning {
  const find = findingOf(sql, encryption);
  return {
    async begin(operation) {
      const { caller, reference, kind, fingerprint, patronId } = operation;
      const { sendWithinMs, arriveWithinMs, reconcileAfterMs } = operation;
      checkTexts({ caller, reference, patronId });
      checkTimes({ sendWithinMs, arriveWithinMs });
      checkTimes({ reconcileAfterMs }, maxUnsettledDelayMs);
      const key = referenceKey(encryption, caller, reference);
      const values = [
        newOperationId(),
        key.caller,
        key.reference,
        kind,
        fingerprint,
        encryptedJson(encryption, 'details', operation.details),
        sendWithinMs,
        reconcileAfterMs,
        arriveWithinMs,
        encryptFields(encryption, { caller, reference, place: null }),
        ...aboutValues(encryption, patronId),
        operation.isUnlisted,
      ];
      // If the operation can't be sent yet, this call doesn't wait for the disk. A later `reserve` or `allowSending`
      // does. All commits are written to one log in order, so this row is then on the disk, too.
      const [begun] =
        sendWithinMs === null
          ? await sql.writeEventually<OperationRow>('beginEventually', values)
          : await sql.write<OperationRow>('begin', values);
      if (begun !== undefined) {
        return { operation: decryptOperation(encryption, begun), isNew: true };
      }
      const [earlier] = await find('byReference', [key.caller, key.reference]);
      return { operation: requireFound(earlier), isNew: false };
    },
    async find(caller, reference) {
      checkTexts({ caller, reference });
      const key = referenceKey(encryption, caller, reference);
      const [operation] = await find('byReference', [key.caller, key.reference]);
      return operation ?? null;
    },
    async findById(id) {
      checkTexts({ id });
      const [operation] = await find('byId', [id]);
      return operation ?? null;
    },
  };
}

const unknownTerms = { arriveWithinMs: null, patronId: null };

function settlingOf(sql: JournalSql, encryption: Encryption): Settling {
  const find = findingOf(sql, encryption);
  return {
    async allowSending(id, details, sendWithinMs, { arriveWithinMs, patronId } = unknownTerms) {
      checkTimes({ sendWithinMs, arriveWithinMs });
      checkTexts({ patronId });
      const terms = [sendWithinMs, arriveWithinMs, ...aboutValues(encryption, patronId)];
      const [allowed] = await sql.write<object>('allowSending', [
        id,
        encryptedJson(encryption, 'details', details),
        ...terms,
      ]);
      if (allowed === undefined) {
        const [operation] = await find('byId', [id]);
        requireOperation(operation);
      }
      return allowed !== undefined;
    },
    async settle(id, { state, result, reconcileAfterMs, concludedFrom, keepsDetails, patronId, holdsPlace }) {
      checkTimes({ reconcileAfterMs }, maxCheckDelayMs);
      checkTexts({ patronId });
      const comparison = [concludedFrom === null, concludedFrom?.sendBy ?? null];
      const values = [
        id,
        state,
        encryptedJson(encryption, 'result', result),
        state === 'REFUSED' && reconcileAfterMs !== null,
        reconcileAfterMs,
        keepsDetails ? null : encryptedJson(encryption, 'details', null),
        ...comparison,
        ...aboutValues(encryption, patronId),
        holdsPlace,
      ];
      const { before, after } = await sql.transact('settle', function* ({ ask, last }) {
        // The statements are sent together. The first one locks the row, so all of them see the row in the same state.
        const locked = ask<OperationRow>('lockToSettle', [id]);
        if (state === 'DONE') {
          ask('raiseEpoch', [id, ...comparison]);
        }
        const settled = last<OperationRow>('settle', values);
        return { before: (yield* locked)[0], after: (yield* settled)[0] };
      });
      const previous = requireOperation(before);
      return {
        operation: decryptOperation(encryption, after ?? previous),
        overturnsRefusal: after !== undefined && Boolean(previous.is_concluded) && state === 'DONE',
      };
    },
    async saveDetails(id, details) {
      const [saved] = await sql.write<object>('saveDetails', [
        id,
        encryptedJson(encryption, 'details', details),
      ]);
      requireOperation(saved);
    },
  };
}

const encryptedJson = (encryption: Encryption, name: 'details' | 'result', value: Json): string =>
  encryptJson(encryption, jsonText(name, value));

/** The values of the columns `about_patron` and `about_patron_encrypted`. */
function aboutValues(encryption: Encryption, patronId: string | null): readonly (string | null)[] {
  if (patronId === null) {
    return [null, null];
  }
  const about = aboutPatron(encryption, patronId);
  return [about.key, about.encrypted];
}

type Lookups = Pick<
  Journal,
  | 'findByCode'
  | 'findByReference'
  | 'operationsOfPatron'
  | 'countOperationsOfPatron'
  | 'operationsOfCaller'
  | 'unsettledOperations'
  | 'countUnsettledOperations'
>;

interface CountRow {
  readonly count: number | string;
}

/** Creates the methods with which staff find operations, and with which readers find their own operations. */
export function lookupsOf(sql: JournalSql, encryption: Encryption): Lookups {
  const find = findingOf(sql, encryption);
  return {
    async findByCode(text, maxItems) {
      checkCount('operations', maxItems);
      const code = parseOperationCode(text);
      return code === null ? null : await find('byCode', [code, maxItems]);
    },
    async findByReference(reference, maxItems) {
      checkTexts({ reference });
      checkCount('operations', maxItems);
      return await find('ofReference', [referenceDigest(encryption, reference), maxItems]);
    },
    async operationsOfPatron(patronId, after, maxItems, { state, order } = newestOfAnyState) {
      checkTexts({ patronId });
      const values = [...pageValues(after, maxItems, order), encryption.digest('patron', patronId), state];
      return await find(pages[order].ofPatron, values);
    },
    async countOperationsOfPatron(patronId, state) {
      checkTexts({ patronId });
      const values = [encryption.digest('patron', patronId), state];
      const [row] = await sql.read<CountRow>('countOfPatron', values);
      return Number(row?.count ?? 0);
    },
    async operationsOfCaller(caller, patronId, maxItems) {
      checkTexts({ caller, patronId });
      const keys = [encryption.digest('patron', patronId), encryption.digest('caller', caller)];
      return await find('ofCaller', [...pageValues(null, maxItems, 'NEWEST_FIRST'), ...keys]);
    },
    async unsettledOperations(after, maxItems, order) {
      return await find(pages[order].unsettled, pageValues(after, maxItems, order));
    },
    async countUnsettledOperations() {
      const [row] = await sql.read<CountRow>('countUnsettled', []);
      return Number(row?.count ?? 0);
    },
  };
}

const newestOfAnyState: OperationListing = { state: null, order: 'NEWEST_FIRST' };

/** For each order: the statements that read a page, and the time at which the first page begins. */
const pages = {
  NEWEST_FIRST: { beginning: endOfTime, ofPatron: 'newestOfPatron', unsettled: 'newestUnsettled' },
  OLDEST_FIRST: { beginning: new Date(0), ofPatron: 'oldestOfPatron', unsettled: 'oldestUnsettled' },
} as const satisfies Record<OperationOrder, Record<string, StatementName | Date>>;

/** The parameters $1 to $3 of a statement in `pages`. */
function pageValues(
  after: OperationPosition | null,
  maxItems: number,
  order: OperationOrder,
): readonly (string | number | Date)[] {
  checkTexts({ id: after?.id });
  checkCount('operations', maxItems);
  const { requestedAt, id } = after ?? { requestedAt: pages[order].beginning, id: '' };
  return [requestedAt, id, maxItems];
}

/**
 * Reads operations. If it finds any, waits until they are on the disk, because a crash must not undo an outcome that a
 * caller has seen.
 */
export function findingOf(sql: JournalSql, encryption: Encryption) {
  return async (name: StatementName, values: readonly Value[]): Promise<readonly Operation[]> => {
    const rows = await sql.read<OperationRow>(name, values);
    if (rows.length > 0) {
      await sql.writtenThrough();
    }
    return rows.map((row) => decryptOperation(encryption, row));
  };
}
