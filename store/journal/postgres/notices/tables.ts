import type { NoticeLease } from '../../port.ts';
import { requireFound } from '../../rows.ts';
import type { DeliveryRow, NoticeTables, UndeliveredRow } from '../../tables.ts';
import type { JournalStatements } from '../statements.ts';

/** Notices and their deliveries in PostgreSQL. */
export function noticesIn({ write: ask }: JournalStatements): NoticeTables {
  return {
    agreeOnNoticeKey: async (encrypted) =>
      requireFound((await ask<{ readonly encrypted: string }>('keepNoticeKey', [encrypted]))[0]).encrypted,
    leaseNotices: async (holder, leaseMs) =>
      (await ask<NoticeLease>('leaseNotices', [holder, leaseMs]))[0] ?? null,
    async leaveNotices(holder) {
      await ask('leaveNotices', [holder]);
    },
    async saveNoticeEvents(holder, sequence) {
      await ask('saveNoticeEvents', [holder, sequence]);
    },
    async saveNoticeDay(holder, day) {
      await ask('saveNoticeDay', [holder, day]);
    },
    noticeKeysMade: async (keys) =>
      (await ask<{ readonly key: string }>('noticeKeysMade', [keys])).map(({ key }) => key),
    makeNotices: async (notices) => (await ask('makeNotices', [JSON.stringify(notices)])).length,
    dueDeliveries: async (endpoint, maxRows) => await ask<DeliveryRow>('dueDeliveries', [endpoint, maxRows]),
    async delivered(id, endpoint) {
      await ask('delivered', [id, endpoint]);
    },
    async deliveryFailed(id, endpoint, { failure, status, retryAfterMs }) {
      await ask('deliveryFailed', [id, endpoint, failure, status, retryAfterMs]);
    },
    countDeliveries: async () =>
      requireFound(
        (await ask<{ readonly pending: number; readonly undelivered: number }>('countDeliveries', []))[0],
      ),
    undeliveredNotices: async (after, maxRows) =>
      await ask<UndeliveredRow>('undeliveredNotices', [
        after?.givenUpAt.toISOString() ?? null,
        after?.id ?? null,
        after?.endpoint ?? null,
        maxRows,
      ]),
    findUndelivered: async (id, endpoint) =>
      (await ask<UndeliveredRow>('findUndelivered', [id, endpoint]))[0],
    resendNotice: async (id, endpoint) => (await ask('resendNotice', [id, endpoint])).length,
    removeNotices: async (keptMs, maxRows) => (await ask('removeNotices', [keptMs, maxRows])).length,
    removeNoticeKeys: async (keptMs, maxRows) => (await ask('removeNoticeKeys', [keptMs, maxRows])).length,
  };
}
