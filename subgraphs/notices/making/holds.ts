import { type IndexedHold, noLastDay } from '../../../store/index/port.ts';
import type { NoticeKind } from '../../../store/journal/port.ts';
import { daysAfter } from '../../library/calendar.ts';
import { holdOccasion, lapsingUntil } from './occasions.ts';
import { endpointsFor, type Making, makeAll, pageSize, pagesOf, patronsOf } from './services.ts';

/** Makes a notice of each ready hold whose last day has not passed. */
export const tellOfReadyHolds = (making: Making, today: string): Promise<void> =>
  tellOfHolds(making, 'hold.ready', { from: today, before: null });

/** Makes a notice of each ready hold that ends today or tomorrow. */
export const tellOfLapsingHolds = (making: Making, today: string): Promise<void> =>
  tellOfHolds(making, 'hold.lapsing', { from: today, before: daysAfter(lapsingUntil(today), 1) });

/** The range of days on which a hold may lapse: `from` is included, `before` is not. */
interface LastDays {
  readonly from: string;
  readonly before: string | null;
}

async function tellOfHolds(making: Making, kind: NoticeKind, days: LastDays): Promise<void> {
  const { index, notices, signal } = making;
  if (endpointsFor(making, kind).length === 0) {
    return;
  }
  const read = (last: IndexedHold | undefined) =>
    index.holds({
      pickupBranch: null,
      shelf: 'READY',
      readyUntilBefore: days.before,
      after: last === undefined ? null : { key: last.readyUntil ?? noLastDay, id: last.id },
      maxItems: pageSize,
    });
  for await (const page of pagesOf(read, signal)) {
    const occasions = new Map(
      page.flatMap(({ id, libraryCardNumber, readyUntil }) =>
        readyUntil === null || readyUntil < days.from
          ? []
          : [[holdOccasion(id, readyUntil), libraryCardNumber] as const],
      ),
    );
    // Most of these holds have a notice already. Circulation is called only for holds without one.
    const unmade = await notices.unmadeNotices(kind, [...occasions.keys()]);
    await tellOfCards(
      making,
      kind,
      days,
      unmade.map((occasion) => occasions.get(occasion) ?? ''),
    );
  }
}

/**
 * Makes notices of the ready holds of these cards. The holds are read from circulation, because the index may be
 * seconds late.
 */
async function tellOfCards(
  making: Making,
  kind: NoticeKind,
  { from, before }: LastDays,
  libraryCardNumbers: readonly string[],
): Promise<void> {
  const numbers = [...new Set(libraryCardNumbers)];
  if (numbers.length === 0) {
    return;
  }
  const { circulation, signal } = making;
  const ready = (await circulation.holdsByCard(numbers, signal)).flat().flatMap((hold) => {
    const { state, readyUntil } = hold;
    const isTold = readyUntil !== null && readyUntil >= from && (before === null || readyUntil < before);
    return state === 'READY' && isTold ? [{ ...hold, readyUntil }] : [];
  });
  const patrons = await patronsOf(making, numbers, signal);
  const found = ready.flatMap(({ id, libraryCardNumber, readyUntil }) => {
    const patronId = patrons.get(libraryCardNumber);
    return patronId === undefined ? [] : [{ kind, patronId, occasion: holdOccasion(id, readyUntil) }];
  });
  await makeAll(making, found);
}
