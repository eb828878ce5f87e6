import type { Encryption } from '../encryption/encryption.ts';
import { checkCount, checkTexts, checkTimes } from './argument-limits.ts';
import { type Feed, feedOf, leaseValues } from './books/feed.ts';
import { callerOfChildren } from './encrypted-rows.ts';
import type {
  Account,
  Books,
  EventOfKind,
  Finding,
  FindingKind,
  FindingState,
  Operation,
  SettledId,
} from './port.ts';
import { dateOrNull, requireFound, type StoredTime } from './rows.ts';
import type { JournalSql } from './statements/index.ts';

/**
 * Implements `Books`, which compare the journal's operations with circulation's events. The stored data names no
 * person: loans and patrons are stored as keyed digests.
 */
export const booksOf = (sql: JournalSql, encryption: Encryption, monotonic: () => number): Books => ({
  ...feedOf(sql, encryption, monotonic),
  ...accountsIn(sql),
  ...comparedIn(sql, encryption),
});

/** A row with one effect and its operation. Kind and state are null if the journal has no such operation. */
interface AccountRow {
  readonly sequence: string;
  readonly operation_id: string;
  readonly event: string;
  readonly at: StoredTime;
  readonly kind: string | null;
  readonly state: Operation['state'] | null;
  readonly certain_at: StoredTime | null;
  readonly certain_after_ms: number | null;
  readonly settled_at: StoredTime | null;
}

function accountedOperation(row: AccountRow): Account['operation'] {
  const { kind, state, certain_at: certainAt, certain_after_ms: certainAfterMs, settled_at: settledAt } = row;
  return kind === null || state === null
    ? null
    : { kind, state, certainAt: dateOrNull(certainAt), certainAfterMs, settledAt: dateOrNull(settledAt) };
}

/** Groups the rows by operation. An account is one operation with all its effects. */
function accountsOf(rows: readonly AccountRow[]): readonly Account[] {
  const inOrder = rows.toSorted((one, other) => (BigInt(one.sequence) < BigInt(other.sequence) ? -1 : 1));
  return [...Map.groupBy(inOrder, (row) => row.operation_id)].map(([operationId, effects]) => {
    const [first] = effects;
    return {
      operationId,
      operation: first === undefined ? null : accountedOperation(first),
      effects: effects.map(({ sequence, event, at }) => ({
        sequence,
        operationId,
        kind: event,
        at: new Date(at),
      })),
    };
  });
}

interface SettledRow extends Omit<SettledId, 'settledAt'> {
  readonly settledAt: StoredTime;
}

const settledIdOf = ({ operationId, kind, settledAt }: SettledRow): SettledId => ({
  operationId,
  kind,
  settledAt: new Date(settledAt),
});

/**
 * The time by which two clocks may differ, in ms. An operation is compared with circulation only if it is this much
 * newer than the oldest event.
 */
const clockMarginMs = 60_000;

const pairsOf = (kinds: EventOfKind): string =>
  JSON.stringify(Object.entries(kinds).map(([kind, event]) => ({ kind, event })));

type Accounts = 'accountsOf' | 'accountsAfter' | 'accountsRefused' | 'withoutEvent' | 'withoutEventAfter';

function accountsIn(sql: JournalSql): Pick<Books, Accounts> {
  return {
    async accountsOf(operationIds) {
      checkCount('accounts', operationIds.length);
      return accountsOf(await sql.read<AccountRow>('accountsOf', [operationIds]));
    },
    async accountsAfter(afterId, maxItems) {
      checkCount('accounts', maxItems);
      return accountsOf(await sql.read<AccountRow>('accountsAfter', [afterId, maxItems]));
    },
    async accountsRefused(withinMs, maxItems) {
      checkTimes({ withinMs });
      checkCount('accounts', maxItems);
      return accountsOf(await sql.read<AccountRow>('accountsRefused', [withinMs, maxItems]));
    },
    async withoutEvent(kinds, fromMs, untilMs, maxItems, aheadMs = 0) {
      checkCount('kinds', Object.keys(kinds).length);
      checkTimes({ fromMs, untilMs });
      checkCount('accounts', maxItems);
      const values = [pairsOf(kinds), fromMs, untilMs, maxItems, clockMarginMs - aheadMs];
      return (await sql.read<SettledRow>('withoutEvent', values)).map(settledIdOf);
    },
    async withoutEventAfter(kinds, afterId, maxItems, aheadMs = 0) {
      checkCount('kinds', Object.keys(kinds).length);
      checkCount('accounts', maxItems);
      const rows = await sql.read<
        { readonly lastId: string | null } & (SettledRow | { readonly operationId: null })
      >('withoutEventAfter', [pairsOf(kinds), afterId, maxItems, clockMarginMs - aheadMs]);
      return {
        lastId: rows[0]?.lastId ?? null,
        operations: rows.flatMap((row) => (row.operationId === null ? [] : [settledIdOf(row)])),
      };
    },
  };
}

interface FindingRow extends Omit<Finding, 'at' | 'foundAt'> {
  readonly at: StoredTime;
}

function comparedIn(sql: JournalSql, encryption: Encryption): Omit<Books, Feed | Accounts> {
  return {
    async recordFindings(findings) {
      checkCount('accounts', findings.length);
      const rows = await sql.write<FindingRow>('recordFindings', [JSON.stringify(findings)]);
      return rows.map((row) => ({ ...row, at: new Date(row.at) }));
    },
    async latestFindings(maxItems) {
      checkCount('findings', maxItems);
      const rows = await sql.read<
        FindingRow & { readonly foundAt: StoredTime; readonly state: FindingState }
      >('latestFindings', [maxItems]);
      return rows.map((row) => ({ ...row, at: new Date(row.at), foundAt: new Date(row.foundAt) }));
    },
    async countOpenFindings() {
      const rows = await sql.read<{ readonly kind: FindingKind; readonly count: number | string }>(
        'countOpenFindings',
        [],
      );
      return new Map(rows.map(({ kind, count }) => [kind, Number(count)]));
    },
    async neverSettling(forMs, maxItems) {
      checkTimes({ forMs });
      checkCount('accounts', maxItems);
      await sql.write('resolveSettled', []);
      return (await sql.read<SettledRow>('neverSettling', [forMs, maxItems])).map(settledIdOf);
    },
    async countUnsettledChildren(operationId) {
      const caller = callerOfChildren(encryption, operationId);
      const [row] = await sql.read<{ readonly count: number | string }>('unsettledParts', [caller]);
      return Number(requireFound(row).count);
    },
    async reopenRefusal(id) {
      await sql.write('reopenRefusal', [id]);
    },
    async closePlaces() {
      await sql.write('closePlaces', []);
    },
    async reopenPlaces(lease) {
      await sql.write('reopenPlaces', leaseValues(lease));
    },
    async openPlaces({ operator, reason, forMs }) {
      checkTexts({ operator, reason });
      checkTimes({ forMs });
      const [opened] = await sql.write<{ readonly ends_at: StoredTime }>('openPlaces', [
        operator,
        reason,
        forMs,
      ]);
      return new Date(requireFound(opened).ends_at);
    },
    async confirmCompared(lease) {
      await sql.write('confirmCompared', leaseValues(lease));
    },
  };
}
