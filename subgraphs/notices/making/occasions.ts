import type { Loan, LocalDate } from '../../../adapters/circulation/port.ts';
import type { NoticeKind } from '../../../store/journal/port.ts';
import { daysAfter } from '../../library/calendar.ts';

/** In days. A loan that has been overdue for longer was told of before, or is from before notices were made. */
const overdueDays = 30;
/** What happened longer ago is no news, in days. */
const newsDays = 7;

/** The due dates that a kind of notice tells of, both included. */
export interface DueWindow {
  readonly kind: NoticeKind;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/**
 * What is told on a day. The windows overlap by a day: if nothing ran on one day, its notices are made on the next. Loans that
 * were overdue already on the day before `since` are not told of.
 *
 * @example
 * // On 2026-11-26: due on 28 and 29 November; on 26 and 27 November; from 27 October to 25 November.
 */
export function dueWindows(today: LocalDate, since: LocalDate): readonly DueWindow[] {
  const oldest = [daysAfter(today, -overdueDays), daysAfter(since, -1)].toSorted().at(-1) ?? today;
  return [
    { kind: 'loan.due-in-3-days', from: daysAfter(today, 2), to: daysAfter(today, 3) },
    { kind: 'loan.due-in-1-day', from: today, to: daysAfter(today, 1) },
    { kind: 'loan.overdue', from: oldest, to: daysAfter(today, -1) },
  ];
}

export const isDueWithin = ({ from, to }: DueWindow, { dueOn }: Pick<Loan, 'dueOn'>): boolean =>
  dueOn >= from && dueOn <= to;

/** All loans of a patron that are due on one day are one occasion, on whichever cards. */
export const dueOccasion = (patronId: string, dueOn: LocalDate): string => `${patronId} ${dueOn}`;
/** A hold that becomes ready again, for another copy, is another occasion. */
export const holdOccasion = (holdId: string, readyUntil: LocalDate): string => `${holdId} ${readyUntil}`;
/** Ready holds whose last day is this day or before lapse soon. */
export const lapsingUntil = (today: LocalDate): LocalDate => daysAfter(today, 1);

/** The first day of the news: a week ago, or the day since which notices are made, if that is later. */
export const newsFrom = (today: LocalDate, since: LocalDate): LocalDate =>
  [daysAfter(today, -newsDays), since].toSorted().at(-1) ?? since;
