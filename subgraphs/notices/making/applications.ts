import type { IndexedApplication } from '../../../store/index/port.ts';
import { daysAfter, hongKongDay } from '../../library/calendar.ts';
import { newsFrom } from './occasions.ts';
import { endpointsFor, type Making, makeAll, pageSize, pagesOf } from './services.ts';

/**
 * The longest time from an application to its decision, in days. The index lists applications by number, not by
 * decision. So the search stops at applications that are older than this.
 */
const longestWaitDays = 90;

/**
 * Makes notices of applications that were approved or rejected in the last days (`newsFrom`). A person who was not
 * registered gets no notice, because the application has no patron.
 */
export async function tellOfDecisions(making: Making, today: string): Promise<void> {
  if (endpointsFor(making, 'application.decided').length === 0) {
    return;
  }
  await tellOf(making, 'APPROVED', today);
  await tellOf(making, 'REJECTED', today);
}

async function tellOf(making: Making, status: 'APPROVED' | 'REJECTED', today: string): Promise<void> {
  const { index, notices, lease, signal } = making;
  const from = newsFrom(today, hongKongDay(lease.since));
  const oldest = daysAfter(today, -longestWaitDays);
  const read = (last: IndexedApplication | undefined) =>
    index.applications({
      status,
      channel: null,
      of: null,
      order: 'NEWEST_FIRST',
      after: last?.id ?? null,
      maxItems: pageSize,
    });
  for await (const page of pagesOf(read, signal)) {
    const found = page.flatMap(({ id, patronId, decidedAt }) =>
      patronId === null || decidedAt === null || hongKongDay(new Date(decidedAt)) < from
        ? []
        : [{ kind: 'application.decided' as const, patronId, occasion: id }],
    );
    const occasions = found.map(({ occasion }) => occasion);
    const unmade = new Set(await notices.unmadeNotices('application.decided', occasions));
    await makeAll(
      making,
      found.filter(({ occasion }) => unmade.has(occasion)),
    );
    const last = page.at(-1);
    if (last !== undefined && hongKongDay(new Date(last.submittedAt)) < oldest) {
      return;
    }
  }
}
