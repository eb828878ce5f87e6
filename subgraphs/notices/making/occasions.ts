import type { Loan, LocalDate } from '../../../adapters/circulation/port.ts';
import type { NoticeKind } from '../../../store/journal/port.ts';
import { daysAfter } from '../../library/calendar.ts';

/** The maximum age of a due date, in days. After ten years, an item counts as lost, and its loan gets no notices. */
const overdueDays = 3650;
/** The days from one notice of an overdue loan to the next one. */
const reminderDays = 7;
/** The number of notices of an overdue loan. */
const overdueNotices = 3;
/** The maximum age of an event that gets a notice, in days. */
export const newsDays = 7;

/** The range of due dates for a kind of notice. Both days are included. */
export interface DueWindow {
  readonly kind: NoticeKind;
  readonly from: LocalDate;
  readonly to: LocalDate;
}

/**
 * The ranges of due dates for which notices are made on one day. A due date is in the same range on two days at least.
 * So if no run is made on the first day, the run of the next day makes the notice.
 *
 * @example
 * // On 2026-11-26: due on 28 and 29 November; on 26 and 27 November; in the ten years up to 25 November.
 */
export function dueWindows(today: LocalDate): readonly DueWindow[] {
  return [
    { kind: 'loan.due-in-3-days', from: daysAfter(today, 2), to: daysAfter(today, 3) },
    { kind: 'loan.due-in-1-day', from: today, to: daysAfter(today, 1) },
    { kind: 'loan.overdue', from: daysAfter(today, -overdueDays), to: daysAfter(today, -1) },
  ];
}

/**
 * The position of the next notice in the list of an overdue loan's notices, from 0. Null if no notice is due on this
 * day, or if all were made.
 * @param madeOn for each notice, the day on which it was made; null if it was not made
 *
 * @example
 * // The first notice was made on 1 November. Until 7 November: null. From 8 November on: 1, the second notice.
 */
export function nextReminder(madeOn: readonly (LocalDate | null)[], today: LocalDate): number | null {
  const next = madeOn.indexOf(null);
  const last = madeOn[next - 1] ?? null;
  return next === -1 || (last !== null && daysAfter(last, reminderDays) > today) ? null : next;
}

export const isDueWithin = ({ from, to }: DueWindow, { dueOn }: Pick<Loan, 'dueOn'>): boolean =>
  dueOn >= from && dueOn <= to;

/**
 * The text that identifies a notice of due loans, so that it is made only once. All loans of a patron that are due on
 * the same day, on any card, have one notice.
 */
export const dueOccasion = (patronId: string, dueOn: LocalDate): string => `${patronId} ${dueOn}`;
/** The texts that identify the notices of an overdue loan, the first notice first. */
export const overdueOccasions = (patronId: string, dueOn: LocalDate): readonly string[] =>
  Array.from({ length: overdueNotices }, (_, at) =>
    at === 0 ? dueOccasion(patronId, dueOn) : `${dueOccasion(patronId, dueOn)} ${at + 1}`,
  );
/**
 * The text that identifies a notice of a hold. A hold that becomes ready again, for another copy, gets another notice.
 */
export const holdOccasion = (holdId: string, readyUntil: LocalDate): string => `${holdId} ${readyUntil}`;
/** The day after `today`. A ready hold whose last day is this day or earlier gets the notice that it will lapse. */
export const lapsingUntil = (today: LocalDate): LocalDate => daysAfter(today, 1);

/**
 * The first day whose events get notices: a week ago, or the day on which the library began to make notices, if that is
 * later.
 */
export const newsFrom = (today: LocalDate, since: LocalDate): LocalDate =>
  [daysAfter(today, -newsDays), since].toSorted().at(-1) ?? since;
