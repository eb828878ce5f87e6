import type { Encryption } from '../../encryption/encryption.ts';
import { checkCount, checkSequence, checkTexts, checkTimes } from '../argument-limits.ts';
import { decryptJson } from '../encrypted-rows.ts';
import type {
  AdoptedPosition,
  BooksState,
  Operation,
  PaymentAccount,
  PaymentBooks,
  PaymentCancellation,
  PaymentEffect,
} from '../port.ts';
import type { StoredTime } from '../rows.ts';
import type { JournalSql } from '../statements/index.ts';

/** The rows of effects, as JSON. */
export function effectRows(effects: readonly PaymentEffect[]): string {
  checkCount('effects', effects.length, 0);
  for (const { sequence, operationId } of effects) {
    checkSequence(sequence);
    checkTexts({ id: operationId });
  }
  return JSON.stringify(effects);
}

/**
 * A row with one effect (a change that the payment system made under an operation's id) and its operation. Kind and
 * state are null if the journal has no such operation.
 */
interface AccountRow extends Omit<PaymentEffect, 'at'> {
  readonly at: StoredTime;
  readonly operationKind: string | null;
  readonly state: Operation['state'] | null;
  readonly result: string | null;
}
interface LastRow {
  readonly lastCode: string;
  readonly lastId: string;
}
interface SettledRow extends LastRow {
  readonly operationId: string;
  readonly kind: string;
  readonly settledAt: StoredTime;
}

interface CancellationRow extends LastRow {
  readonly operationId: string;
  readonly settledAt: StoredTime | null;
  readonly result: string | null;
  readonly isBefore: number | string;
}

const lastOf = ([first]: readonly LastRow[]): AdoptedPosition | null =>
  first === undefined ? null : { code: first.lastCode, id: first.lastId };

/**
 * Implements `PaymentBooks`, which compare operations with what the payment system has done for them. The results of
 * operations are stored encrypted. The stored changes of the payment system name no person.
 */
export function paymentBooksOf(sql: JournalSql, encryption: Encryption): PaymentBooks {
  const operationIn = ({ operationKind: kind, state, result }: AccountRow): PaymentAccount['operation'] =>
    kind === null || state === null
      ? null
      : { kind, state, result: result === null ? null : decryptJson(encryption, JSON.parse(result)) };
  return {
    async paymentAccountsAfter(afterId, maxItems) {
      checkCount('accounts', maxItems);
      const rows = await sql.read<AccountRow>('paymentAccountsAfter', [afterId, maxItems]);
      return [...Map.groupBy(rows, ({ operationId }) => operationId)].flatMap(([operationId, ofOne]) => {
        const [first, ...others] = ofOne;
        return first === undefined
          ? []
          : [
              {
                operationId,
                operation: operationIn(first),
                effects: [effectIn(first), ...others.map(effectIn)],
              },
            ];
      });
    },
    async paymentsWithoutEffect(kinds, agoMs, after, maxItems) {
      const rows = await readNext<SettledRow>(sql, 'paymentsWithoutEffect', kinds, agoMs, after, maxItems);
      return {
        last: lastOf(rows),
        operations: rows.flatMap((row) =>
          row.operationId === null
            ? []
            : [{ operationId: row.operationId, kind: row.kind, settledAt: new Date(row.settledAt) }],
        ),
      };
    },
    async paymentCancellations(kinds, agoMs, after, maxItems) {
      const rows = await readNext<CancellationRow>(
        sql,
        'paymentCancellations',
        kinds,
        agoMs,
        after,
        maxItems,
      );
      return {
        last: lastOf(rows),
        cancellations: rows.flatMap((row) =>
          row.operationId === null ? [] : [cancellationIn(row, encryption)],
        ),
      };
    },
    async comparedNight() {
      const [row = null] = await sql.read<Pick<BooksState, 'comparedNight'>>('comparedNight', []);
      return row;
    },
    async paymentsCompared(follower, night) {
      await sql.writeEventually('paymentsCompared', [follower, night]);
    },
  };
}

const cancellationIn = (
  { operationId, result, settledAt, isBefore }: CancellationRow,
  encryption: Encryption,
): PaymentCancellation => ({
  operationId,
  result: result === null ? null : decryptJson(encryption, JSON.parse(result)),
  settled: settledAt === null ? null : { at: new Date(settledAt), isBefore: Number(isBefore) === 1 },
});

/**
 * Checks the next operations in adopted systems, such as the payment system. Returns a row for each operation that the
 * statement has found. Each row also contains the position of the last checked operation. If the statement has found
 * nothing, there is one row with only that position.
 */
async function readNext<Row extends LastRow>(
  sql: JournalSql,
  statement: 'paymentsWithoutEffect' | 'paymentCancellations',
  kinds: readonly string[],
  agoMs: number,
  after: AdoptedPosition | null,
  maxItems: number,
): Promise<readonly (Row | (LastRow & { readonly operationId: null }))[]> {
  checkCount('kinds', kinds.length);
  checkTimes({ agoMs });
  checkCount('accounts', maxItems);
  const { code, id } = after ?? { code: '', id: '' };
  return await sql.read(statement, [code, id, maxItems, kinds, agoMs]);
}

const effectIn = ({ sequence, operationId, kind, subject, cents, at }: AccountRow): PaymentEffect => ({
  sequence,
  operationId,
  kind,
  subject,
  cents: Number(cents),
  at: new Date(at),
});
