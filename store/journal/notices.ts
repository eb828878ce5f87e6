import type { Encryption } from '../encryption/encryption.ts';
import { checkCount, checkSequence, checkTexts, checkTimes, maxDeliveryDelayMs } from './argument-limits.ts';
import { type LastingEncryption, lastingEncryption } from './encryption/lasting-encryption.ts';
import { leasing } from './leases.ts';
import { newOperationId } from './operation-id.ts';
import type {
  NewNotice,
  NoticeDelivery,
  NoticeLease,
  Notices,
  OwnNotice,
  SwitchOff,
  UndeliveredFilter,
  UndeliveredNotice,
  UndeliveredOrder,
} from './port.ts';
import { endOfTime, requireFound, type StoredTime } from './rows.ts';
import type { JournalSql } from './statements/index.ts';

/** A row of `notices`. */
type DeliveryRow = Omit<NoticeDelivery, 'patronId' | 'formerEmail' | 'madeAt' | 'startedAt'> & {
  readonly patronEncrypted: string;
  readonly formerEmailEncrypted: string | null;
  readonly madeAt: StoredTime;
  readonly startedAt: StoredTime;
};
type UndeliveredRow = DeliveryRow &
  Pick<UndeliveredNotice, 'failure' | 'status'> & { readonly givenUpAt: StoredTime };

type OwnNoticeRow = Omit<OwnNotice, 'madeAt' | 'isOnItsWay'> & {
  readonly madeAt: StoredTime;
  /** The number of endpoints that still wait for the notice. */
  readonly waiting: number | string;
};

const deliveryOf = (encryption: Encryption, row: DeliveryRow): NoticeDelivery => ({
  id: row.id,
  endpoint: row.endpoint,
  kind: row.kind,
  patronId: encryption.decrypt(row.patronEncrypted),
  formerEmail: row.formerEmailEncrypted === null ? null : encryption.decrypt(row.formerEmailEncrypted),
  madeAt: new Date(row.madeAt),
  startedAt: new Date(row.startedAt),
  attempts: row.attempts,
});

const undeliveredOf = (encryption: Encryption, row: UndeliveredRow): UndeliveredNotice => ({
  ...deliveryOf(encryption, row),
  failure: row.failure,
  status: row.status,
  givenUpAt: new Date(row.givenUpAt),
});

/** Implements `Notices`. Patrons are stored encrypted. Each notice that was made has a record with its keyed hash. */
export function noticesOf(sql: JournalSql, encryption: Encryption, monotonic: () => number): Notices {
  const lasting = lastingEncryption(sql, encryption);
  return {
    ...senderOf(sql, monotonic),
    ...makingOf(sql, encryption, lasting),
    ...deliveriesOf(sql, encryption),
    ...switchOffsOf(lasting),
  };
}

type Sender = 'leaseNotices' | 'leaveNotices' | 'saveNoticeEvents' | 'saveNoticeDay';

function senderOf(sql: JournalSql, monotonic: () => number): Pick<Notices, Sender> {
  type LeaseRow = Omit<NoticeLease, 'since'> & { readonly since: StoredTime };
  const lease = leasing<LeaseRow>(sql, { take: 'leaseNotices', number: 'noticeLease' }, monotonic);
  return {
    async leaseNotices(holder, leaseMs) {
      const row = await lease(holder, leaseMs);
      return row === undefined ? null : { ...row, since: new Date(row.since) };
    },
    async leaveNotices(holder) {
      await sql.writeEventually('leaveNotices', [holder]);
    },
    async saveNoticeEvents(holder, sequence) {
      checkSequence(sequence);
      await sql.writeEventually('saveNoticeEvents', [holder, sequence]);
    },
    async saveNoticeDay(holder, day) {
      if (!/^\d{4}-\d\d-\d\d$/.test(day)) {
        throw new RangeError('a day must be YYYY-MM-DD');
      }
      await sql.writeEventually('saveNoticeDay', [holder, day]);
    },
  };
}

/** The record that a notice was made is read daily, but renewed only once in this time, in ms, to save writes. */
const seenEveryMs = 2_592_000_000;

type Making = 'seeNotices' | 'unmadeNotices' | 'makeNotices';

function makingOf(
  sql: JournalSql,
  encryption: Encryption,
  lasting: LastingEncryption,
): Pick<Notices, Making> {
  const keysOfNotices = async () => {
    const { digest } = await lasting();
    return (of: Pick<NewNotice, 'kind' | 'occasion'>) => digest('notice', `${of.kind} ${of.occasion}`);
  };
  const keysOf = async (kind: NewNotice['kind'], occasions: readonly string[]) => {
    checkCount('notices', occasions.length);
    const keyOf = await keysOfNotices();
    return new Map(occasions.map((occasion) => [keyOf({ kind, occasion }), occasion]));
  };
  return {
    async seeNotices(kind, occasions) {
      if (occasions.length === 0) {
        return new Map();
      }
      const keys = await keysOf(kind, occasions);
      await sql.writeEventually('noticeKeysSeen', [[...keys.keys()], seenEveryMs]);
      const rows = await sql.read<{ readonly key: string; readonly madeAt: StoredTime }>('noticeTimesMade', [
        [...keys.keys()],
      ]);
      return new Map(rows.map(({ key, madeAt }) => [keys.get(key) ?? '', new Date(madeAt)]));
    },
    async unmadeNotices(kind, occasions) {
      if (occasions.length === 0) {
        return [];
      }
      const keys = await keysOf(kind, occasions);
      const rows = await sql.read<{ readonly key: string }>('noticeKeysMade', [[...keys.keys()]]);
      const made = new Set(rows.map(({ key }) => key));
      return [...keys].filter(([key]) => !made.has(key)).map(([, occasion]) => occasion);
    },
    async makeNotices(notices) {
      checkCount('notices', notices.length);
      for (const { patronId, occasion, endpoints, formerEmail } of notices) {
        checkTexts({ patronId, occasion, formerEmail });
        checkCount('endpoints', endpoints.length, 0);
      }
      const keyOf = await keysOfNotices();
      // If several notices have the same key, only the first one is made.
      const byKey = new Map(notices.toReversed().map((notice) => [keyOf(notice), notice]));
      // One transaction inserts a notice and its deliveries to all endpoints. If it fails, the notice is not made.
      return await sql.transact('makeNotices', function* ({ ask, last }) {
        const rows = yield* ask<{ readonly key: string }>('makeNoticeKeys', [[...byKey.keys()]]);
        const made = rows.flatMap(({ key }) => byKey.get(key) ?? []);
        const deliveries = made.flatMap(({ kind, patronId, endpoints, formerEmail }) => {
          const notice = {
            id: newOperationId(),
            kind,
            patron: encryption.digest('patron', patronId),
            patronEncrypted: encryption.encrypt(patronId),
            formerEmailEncrypted: formerEmail === null ? null : encryption.encrypt(formerEmail),
          };
          return endpoints.map((endpoint) => ({ ...notice, endpoint }));
        });
        yield* last('addDeliveries', [JSON.stringify(deliveries)]);
        return rows.length;
      });
    },
  };
}

const listings = {
  NEWEST_FIRST: { statement: 'newestUndelivered', beginning: endOfTime },
  OLDEST_FIRST: { statement: 'oldestUndelivered', beginning: new Date(0) },
} as const satisfies Record<UndeliveredOrder, object>;

const allNewestFirst = { order: 'NEWEST_FIRST', endpoint: null, kinds: null, failures: null } as const;

const filterValues = ({ endpoint, kinds, failures }: UndeliveredFilter) =>
  [endpoint, kinds, failures] as const;

function deliveriesOf(
  sql: JournalSql,
  encryption: Encryption,
): Omit<Notices, Sender | Making | SwitchingOff> {
  return {
    async dueDeliveries(endpoint, maxItems) {
      checkCount('deliveries', maxItems);
      const rows = await sql.read<DeliveryRow>('dueDeliveries', [endpoint, maxItems, maxDeliveryDelayMs]);
      return rows.map((row) => deliveryOf(encryption, row));
    },
    async delivered(id, endpoint) {
      await sql.write('removeDelivery', [id, endpoint]);
    },
    async dropDelivery(id, endpoint) {
      await sql.write('removeDelivery', [id, endpoint]);
    },
    async deliveryFailed(id, endpoint, { failure, status, retryAfterMs }) {
      checkTimes({ retryAfterMs }, maxDeliveryDelayMs);
      await sql.write('deliveryFailed', [id, endpoint, failure, status, retryAfterMs]);
    },
    async countDeliveries() {
      const rows = await sql.read<Record<'pending' | 'undelivered', number | string>>('countDeliveries', []);
      const { pending, undelivered } = requireFound(rows[0]);
      return { pending: Number(pending), undelivered: Number(undelivered) };
    },
    async undeliveredNotices(after, maxItems, { order, ...filter } = allNewestFirst) {
      checkCount('deliveries', maxItems);
      const { statement, beginning } = listings[order];
      const { givenUpAt, id, endpoint } = after ?? { givenUpAt: beginning, id: '', endpoint: '' };
      const values = [...filterValues(filter), givenUpAt, id, endpoint, maxItems];
      const rows = await sql.read<UndeliveredRow>(statement, values);
      return rows.map((row) => undeliveredOf(encryption, row));
    },
    async countUndelivered(filter) {
      const rows = await sql.read<{ readonly count: number | string }>('countUndelivered', [
        ...filterValues(filter),
      ]);
      return Number(requireFound(rows[0]).count);
    },
    async noticesOfPatron(patronId, after, maxItems) {
      checkTexts({ patronId });
      checkCount('deliveries', maxItems);
      const { madeAt, id } = after ?? { madeAt: endOfTime, id: '' };
      const patron = encryption.digest('patron', patronId);
      const rows = await sql.read<OwnNoticeRow>('noticesOfPatron', [patron, madeAt, id, maxItems]);
      return rows.map(({ waiting, ...row }) => ({
        ...row,
        madeAt: new Date(row.madeAt),
        isOnItsWay: Number(waiting) > 0,
      }));
    },
    async findUndelivered(id, endpoint) {
      const [row] = await sql.read<UndeliveredRow>('findUndelivered', [id, endpoint]);
      return row === undefined ? null : undeliveredOf(encryption, row);
    },
    async resendNotice(id, endpoint) {
      return (await sql.write('resendNotice', [id, endpoint])).length > 0;
    },
  };
}

type SwitchingOff = 'sealSwitchOff' | 'openSwitchOff';

function switchOffsOf(lasting: LastingEncryption): Pick<Notices, SwitchingOff> {
  return {
    async sealSwitchOff(switchOff) {
      return (await lasting()).encrypt(JSON.stringify(switchOff));
    },
    async openSwitchOff(sealed) {
      checkTexts({ switchOff: sealed });
      const { decrypt } = await lasting();
      try {
        const opened: SwitchOff = JSON.parse(decrypt(sealed));
        return opened;
      } catch {
        return null;
      }
    },
  };
}
