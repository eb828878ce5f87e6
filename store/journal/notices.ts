import { randomBytes } from 'node:crypto';
import { createEncryption, type Encryption } from '../encryption/encryption.ts';
import { checkCount, checkMs, checkNotices, checkSequence, checkText } from './argument-limits.ts';
import { newOperationId } from './operation-id.ts';
import type { Notices } from './port.ts';
import type { NoticeTables } from './tables.ts';

/** The notices, over the tables of either database. Whose they are is encrypted; what was made is a keyed hash. */
export function noticesOf(tables: NoticeTables, encryption: Encryption): Notices {
  const digestOf = noticeDigest(tables, encryption);
  const decrypted = <Row extends { readonly patronEncrypted: string }>({ patronEncrypted, ...row }: Row) => ({
    ...row,
    patronId: encryption.decrypt(patronEncrypted),
  });
  return {
    async leaseNotices(holder, leaseMs) {
      checkText('follower', holder);
      checkMs('leaseMs', leaseMs);
      return await tables.leaseNotices(holder, leaseMs);
    },
    leaveNotices: (holder) => tables.leaveNotices(holder),
    async saveNoticeEvents(holder, sequence) {
      checkSequence(sequence);
      await tables.saveNoticeEvents(holder, sequence);
    },
    async saveNoticeDay(holder, day) {
      if (!/^\d{4}-\d\d-\d\d$/.test(day)) {
        throw new RangeError('a day must be YYYY-MM-DD');
      }
      await tables.saveNoticeDay(holder, day);
    },
    async unmadeNotices(kind, occasions) {
      if (occasions.length === 0) {
        return [];
      }
      checkCount('notices', occasions.length);
      const digest = await digestOf();
      const keys = new Map(occasions.map((occasion) => [digest(`${kind} ${occasion}`), occasion]));
      const made = new Set(await tables.noticeKeysMade([...keys.keys()]));
      return [...keys].filter(([key]) => !made.has(key)).map(([, occasion]) => occasion);
    },
    async makeNotices(notices) {
      checkNotices(notices);
      const digest = await digestOf();
      const rows = notices.map(({ kind, patronId, occasion, endpoints }) => ({
        id: newOperationId(),
        key: digest(`${kind} ${occasion}`),
        kind,
        patronEncrypted: encryption.encrypt(patronId),
        endpoints,
      }));
      return await tables.makeNotices(rows);
    },
    async dueDeliveries(endpoint, maxItems) {
      checkCount('deliveries', maxItems);
      return (await tables.dueDeliveries(endpoint, maxItems)).map(decrypted);
    },
    delivered: (id, endpoint) => tables.delivered(id, endpoint),
    async deliveryFailed(id, endpoint, failed) {
      if (failed.retryAfterMs !== null) {
        checkMs('retryAfterMs', failed.retryAfterMs);
      }
      await tables.deliveryFailed(id, endpoint, failed);
    },
    countDeliveries: () => tables.countDeliveries(),
    async undeliveredNotices(after, maxItems) {
      checkCount('deliveries', maxItems);
      return (await tables.undeliveredNotices(after, maxItems)).map(decrypted);
    },
    async findUndelivered(id, endpoint) {
      const row = await tables.findUndelivered(id, endpoint);
      return row === undefined ? null : decrypted(row);
    },
    resendNotice: async (id, endpoint) => (await tables.resendNotice(id, endpoint)) > 0,
  };
}

/**
 * The digest by which a notice is made once. Its key is not the data key: a new data key would make every digest another, and all
 * readers would be told everything again.
 */
function noticeDigest(
  tables: NoticeTables,
  encryption: Encryption,
): () => Promise<(occasion: string) => string> {
  let agreed: Promise<(occasion: string) => string> | null = null;
  const agree = async () => {
    const offer = encryption.encrypt(randomBytes(32).toString('base64url'));
    const kept = encryption.decrypt(await tables.agreeOnNoticeKey(offer));
    const { digest } = createEncryption(new Uint8Array(Buffer.from(kept, 'base64url')));
    return (occasion: string) => digest('notice', occasion);
  };
  return () => {
    agreed ??= agree().catch((error: unknown) => {
      // An outage: the next call tries again.
      agreed = null;
      throw error;
    });
    return agreed;
  };
}
