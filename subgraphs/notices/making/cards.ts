import type { IndexedLossReport } from '../../../store/index/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { newsFrom } from './occasions.ts';
import { endpointsFor, type Making, makeAll, pageSize, pagesOf, patronsOf } from './services.ts';

/** Events up to this age, in ms, are read again. Circulation may still add events before them. */
const settledMs = 60_000;

/**
 * Makes notices of cards that were issued. Circulation has an event for each registered card, no matter who issued it.
 * Card management has the day of issue and the patron.
 */
export async function tellOfIssuedCards(making: Making, today: string): Promise<void> {
  const { circulation, notices, holder, lease, clock, signal } = making;
  if (endpointsFor(making, 'card.issued').length === 0) {
    return;
  }
  let after = lease.eventSequence ?? '0';
  for (;;) {
    const page = await circulation.eventsAfter(after, pageSize, signal);
    const since = lease.since.getTime();
    const registered = page.filter(
      ({ kind, at }) => kind === 'CARD_REGISTERED' && Date.parse(at) >= since - settledMs,
    );
    await tellOfCards(
      making,
      registered.flatMap(({ libraryCardNumber }) => libraryCardNumber ?? []),
      today,
    );
    const settled = page.findLast(({ at }) => Date.parse(at) < clock().getTime() - settledMs);
    if (settled !== undefined) {
      await notices.saveNoticeEvents(holder, settled.sequence);
    }
    const last = page.at(-1);
    if (page.length < pageSize || last === undefined || signal.aborted) {
      return;
    }
    after = last.sequence;
  }
}

async function tellOfCards(making: Making, numbers: readonly string[], today: string): Promise<void> {
  const { cards, notices, lease, signal } = making;
  const unmade = await notices.unmadeNotices('card.issued', [...new Set(numbers)]);
  if (unmade.length === 0) {
    return;
  }
  const from = newsFrom(today, hongKongDay(lease.since));
  const found = (await cards.cardsByNumber(unmade, signal)).flatMap((card) =>
    card === null || card.state !== 'ACTIVE' || card.issuedOn < from
      ? []
      : [{ kind: 'card.issued' as const, patronId: card.patronId, occasion: card.libraryCardNumber }],
  );
  await makeAll(making, found);
}

/** Makes notices of losses that were reported in the last days (`newsFrom`). */
export async function tellOfLosses(making: Making, today: string): Promise<void> {
  const { index, notices, lease, signal } = making;
  if (endpointsFor(making, 'loss.reported').length === 0) {
    return;
  }
  const from = newsFrom(today, hongKongDay(lease.since));
  const read = (last: IndexedLossReport | undefined) => index.lossReports(last?.id ?? null, pageSize);
  for await (const page of pagesOf(read, signal)) {
    const recent = page.filter(({ reportedAt }) => hongKongDay(new Date(reportedAt)) >= from);
    const unmade = new Set(
      await notices.unmadeNotices(
        'loss.reported',
        recent.map(({ id }) => id),
      ),
    );
    const reports = recent.filter(({ id }) => unmade.has(id));
    const patrons = await patronsOf(
      making,
      reports.map(({ libraryCardNumber }) => libraryCardNumber),
      signal,
    );
    const found = reports.flatMap(({ id, libraryCardNumber }) => {
      const patronId = patrons.get(libraryCardNumber);
      return patronId === undefined ? [] : [{ kind: 'loss.reported' as const, patronId, occasion: id }];
    });
    await makeAll(making, found);
    // The list is sorted by report number, and numbers grow with time. If a whole page is too old, the rest is, too.
    if (recent.length === 0) {
      return;
    }
  }
}
