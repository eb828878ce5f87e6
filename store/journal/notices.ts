import { randomBytes } from 'node:crypto';
import { createEncryption, type Encryption } from '../encryption/encryption.ts';
import { checkCount, checkSequence, checkTexts, checkTimes, maxDeliveryDelayMs } from './argument-limits.ts';
import { leasing } from './leases.ts';
import { newOperationId } from './operation-id.ts';
import type { NewNotice, NoticeDelivery, NoticeLease, Notices, UndeliveredNotice } from './port.ts';
import { endOfTime, requireFound, type StoredTime } from './rows.ts';
import type { JournalSql } from './statements/index.ts';

/** A row of `notices`. */
type DeliveryRow = Omit<NoticeDelivery, 'patronId' | 'madeAt' | 'startedAt'> & {
  readonly patronEncrypted: string;
  readonly madeAt: StoredTime;
  readonly startedAt: StoredTime;
};
type UndeliveredRow = DeliveryRow &
  Pick<UndeliveredNotice, 'failure' | 'status'> & { readonly givenUpAt: StoredTime };

const deliveryOf = (encryption: Encryption, row: DeliveryRow): NoticeDelivery => ({
  id: row.id,
  endpoint: row.endpoint,
  kind: row.kind,
  patronId: encryption.decrypt(row.patronEncrypted),
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

/** The notices. Their patrons are encrypted. For each notice that was made, a keyed hash is stored. */
export const noticesOf = (sql: JournalSql, encryption: Encryption, monotonic: () => number): Notices => ({
  ...senderOf(sql, monotonic),
  ...makingOf(sql, encryption),
  ...deliveriesOf(sql, encryption),
});

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

/** An occasion is recorded as seen at most once in this time, in ms, so that a daily run writes little. */
const seenEveryMs = 2_592_000_000;

function makingOf(
  sql: JournalSql,
  encryption: Encryption,
): Pick<Notices, 'seeNotices' | 'unmadeNotices' | 'makeNotices'> {
  const digestOf = noticeDigest(sql, encryption);
  const keysOf = async (kind: NewNotice['kind'], occasions: readonly string[]) => {
    checkCount('notices', occasions.length);
    const digest = await digestOf();
    return new Map(occasions.map((occasion) => [digest(`${kind} ${occasion}`), occasion]));
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
      for (const { patronId, occasion, endpoints } of notices) {
        checkTexts({ patronId, occasion });
        checkCount('endpoints', endpoints.length);
      }
      const digest = await digestOf();
      const keyOf = ({ kind, occasion }: NewNotice) => digest(`${kind} ${occasion}`);
      // Only the first of two notices with the same key is made.
      const byKey = new Map(notices.toReversed().map((notice) => [keyOf(notice), notice]));
      // One transaction gives a notice its deliveries to all endpoints. If it fails, the notice is not made.
      return await sql.transact('makeNotices', function* ({ ask, last }) {
        const made = yield* ask<{ readonly key: string }>('makeNoticeKeys', [[...byKey.keys()]]);
        const newKeys = new Set(made.map(({ key }) => key));
        const newNotices = [...byKey].filter(([key]) => newKeys.has(key)).map(([, notice]) => notice);
        const deliveries = newNotices.flatMap(({ kind, patronId, endpoints }) => {
          const notice = { id: newOperationId(), kind, patronEncrypted: encryption.encrypt(patronId) };
          return endpoints.map((endpoint) => ({ ...notice, endpoint }));
        });
        yield* last('addDeliveries', [JSON.stringify(deliveries)]);
        return made.length;
      });
    },
  };
}

function deliveriesOf(
  sql: JournalSql,
  encryption: Encryption,
): Omit<Notices, Sender | 'seeNotices' | 'unmadeNotices' | 'makeNotices'> {
  return {
    async dueDeliveries(endpoint, maxItems) {
      checkCount('deliveries', maxItems);
      const rows = await sql.read<DeliveryRow>('dueDeliveries', [endpoint, maxItems, maxDeliveryDelayMs]);
      return rows.map((row) => deliveryOf(encryption, row));
    },
    async delivered(id, endpoint) {
      await sql.write('delivered', [id, endpoint]);
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
    async undeliveredNotices(after, maxItems) {
      checkCount('deliveries', maxItems);
      const { givenUpAt, id, endpoint } = after ?? { givenUpAt: endOfTime, id: '', endpoint: '' };
      const rows = await sql.read<UndeliveredRow>('undeliveredNotices', [givenUpAt, id, endpoint, maxItems]);
      return rows.map((row) => undeliveredOf(encryption, row));
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

/**
 * The digest that makes a notice unique. It has a key of its own, which stays when the data key is replaced. With other
 * digests, every notice would be made again.
 */
function noticeDigest(sql: JournalSql, encryption: Encryption): () => Promise<(occasion: string) => string> {
  let agreed: Promise<(occasion: string) => string> | null = null;
  const agree = async () => {
    const offer = encryption.encrypt(randomBytes(32).toString('base64url'));
    const rows = await sql.write<{ readonly encrypted: string }>('agreeOnNoticeKey', [offer]);
    const kept = encryption.decrypt(requireFound(rows[0]).encrypted);
    const { digest } = createEncryption(new Uint8Array(Buffer.from(kept, 'base64url')));
    return (occasion: string) => digest('notice', occasion);
  };
  return () => {
    agreed ??= agree().catch((error: unknown) => {
      // After an outage, the next call tries again.
      agreed = null;
      throw error;
    });
    return agreed;
  };
}
