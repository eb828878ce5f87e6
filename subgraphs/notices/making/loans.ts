import type { IndexedLoan } from '../../../store/index/port.ts';
import { daysAfter, hongKongDay } from '../../library/calendar.ts';
import {
  type DueWindow,
  dueOccasion,
  dueWindows,
  isDueWithin,
  nextReminder,
  overdueOccasions,
} from './occasions.ts';
import { endpointsFor, type Making, makeAll, pageSize, pagesOf, patronsOf } from './services.ts';

/** The number of overdue loans whose notices are looked up at once. A loan has up to three notices. */
const overdueAtOnce = 100;

/**
 * Makes notices of the loans that are due soon or overdue on this day. The index must be complete enough to answer
 * lists (`IndexProgress.isOpen`).
 */
export async function tellOfLoans(making: Making, today: string): Promise<void> {
  for (const window of dueWindows(today)) {
    if (endpointsFor(making, window.kind).length > 0) {
      await tellWithin(making, window, today);
    }
  }
}

async function tellWithin(making: Making, window: DueWindow, today: string): Promise<void> {
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
    await tellOfCards(making, window, [...new Set(page.map((loan) => loan.libraryCardNumber))], today);
  }
}

/**
 * Makes notices of the loans of these cards. The index may be seconds late, so the loans are read from circulation. A
 * loan that was renewed meanwhile gets no notice.
 */
async function tellOfCards(
  making: Making,
  window: DueWindow,
  numbers: readonly string[],
  today: string,
): Promise<void> {
  const { circulation, signal } = making;
  const loans = (await circulation.loansByCard(numbers, signal))
    .flat()
    .filter((loan) => isDueWithin(window, loan));
  const patrons = await patronsOf(
    making,
    loans.map(({ libraryCardNumber }) => libraryCardNumber),
    signal,
  );
  const due = new Map(
    loans.flatMap(({ libraryCardNumber, dueOn }) => {
      const patronId = patrons.get(libraryCardNumber);
      return patronId === undefined ? [] : [[dueOccasion(patronId, dueOn), { patronId, dueOn }] as const];
    }),
  );
  if (window.kind === 'loan.overdue') {
    await remind(making, [...due.values()], today);
  } else {
    const found = [...due].map(([occasion, { patronId }]) => ({ kind: window.kind, patronId, occasion }));
    await makeAll(making, found);
  }
}

/**
 * Makes the next notice of overdue loans. The first is made at once, and each of the next two a week after the previous
 * one.
 */
async function remind(
  making: Making,
  overdue: readonly { readonly patronId: string; readonly dueOn: string }[],
  today: string,
): Promise<void> {
  const kind = 'loan.overdue';
  for (let from = 0; from < overdue.length; from += overdueAtOnce) {
    const loans = overdue.slice(from, from + overdueAtOnce).map(({ patronId, dueOn }) => ({
      patronId,
      occasions: overdueOccasions(patronId, dueOn),
    }));
    const made = await making.notices.seeNotices(
      kind,
      loans.flatMap(({ occasions }) => occasions),
    );
    const dayOf = (occasion: string) => {
      const madeAt = made.get(occasion);
      return madeAt === undefined ? null : hongKongDay(madeAt);
    };
    const found = loans.flatMap(({ patronId, occasions }) => {
      const next = nextReminder(occasions.map(dayOf), today);
      const occasion = next === null ? undefined : occasions[next];
      return occasion === undefined ? [] : [{ kind, patronId, occasion } as const];
    });
    await makeAll(making, found);
  }
}
