import type { IndexedLoan } from '../../../store/index/port.ts';
import { daysAfter, hongKongDay } from '../../library/calendar.ts';
import { type DueWindow, dueOccasion, dueWindows, isDueWithin } from './occasions.ts';
import { endpointsFor, type Making, makeAll, pageSize, pagesOf, patronsOf } from './services.ts';

/** Makes notices of the loans that are due soon or overdue on this day. The index must be whole. */
export async function tellOfLoans(making: Making, today: string): Promise<void> {
  for (const window of dueWindows(today, hongKongDay(making.lease.since))) {
    if (endpointsFor(making, window.kind).length > 0) {
      await tellWithin(making, window);
    }
  }
}

async function tellWithin(making: Making, window: DueWindow): Promise<void> {
  const { index, signal } = making;
  const read = (last: IndexedLoan | undefined) =>
    index.loans({
      branch: null,
      dueFrom: window.from,
      dueBefore: daysAfter(window.to, 1),
      order: 'SOONEST_DUE_FIRST',
      after: last === undefined ? null : { key: last.dueOn, id: last.id },
      maxItems: pageSize,
    });
  for await (const page of pagesOf(read, signal)) {
    await tellOfCards(making, window, [...new Set(page.map((loan) => loan.libraryCardNumber))]);
  }
}

/**
 * Makes notices of the loans of these cards. The index may be seconds late, so circulation is asked for the loans. A
 * loan that was renewed meanwhile gets no notice.
 */
async function tellOfCards(making: Making, window: DueWindow, numbers: readonly string[]): Promise<void> {
  const { circulation, signal } = making;
  const loans = (await circulation.loansByCard(numbers, signal))
    .flat()
    .filter((loan) => isDueWithin(window, loan));
  const patrons = await patronsOf(
    making,
    loans.map(({ libraryCardNumber }) => libraryCardNumber),
    signal,
  );
  const found = loans.flatMap(({ libraryCardNumber, dueOn }) => {
    const patronId = patrons.get(libraryCardNumber);
    return patronId === undefined
      ? []
      : [{ kind: window.kind, patronId, occasion: dueOccasion(patronId, dueOn) }];
  });
  await makeAll(making, found);
}
