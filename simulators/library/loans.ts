import type { SeedCard, SeedCharge, SeedItem, SeedLoan } from '../seed.ts';
import type { Calendar } from './calendar.ts';
import { isLendable, type Work } from './catalogue.ts';
import { chargeNo, loanNo } from './numbers.ts';
import { type Random, shuffled } from './random.ts';

/** The maximum number of loans of a patron on all cards together (R9), and the days of a loan or a renewal (R23). */
const MAX_LOANS = 10;
export const LOAN_DAYS = 14;
const MAX_RENEWALS = 5;
/** Share of the patrons with a card in use who may have loans. */
const BORROWERS = 0.55;
/** The share of overdue loans, the maximum number of days by which a loan is overdue, and the share of renewed loans. */
const OVERDUE = 0.05;
const MAX_OVERDUE_DAYS = 40;
const RENEWED = 0.25;
/** Age of the oldest loan, in days. */
export const OLDEST_LOAN_DAYS = MAX_OVERDUE_DAYS + LOAN_DAYS * (1 + MAX_RENEWALS);
/** If a borrower also has a lost or ended card, this share of the borrower's loans is on such a card (R16). */
const ON_OTHER_CARD = 0.02;
/** Days from the due day until a charge is raised. */
const CHARGED_AFTER_DAYS = 20;
const CENTS_A_DAY = 150;

/** A patron with a card in use, and perhaps other cards. */
export interface Borrower {
  readonly cardsInUse: readonly SeedCard[];
  readonly otherCards: readonly SeedCard[];
}

interface LoansToMake {
  readonly count: number;
  /** The positions of the first loan and of the first charge. */
  readonly firstLoan: number;
  readonly firstCharge: number;
}

/** Makes `count` loans, and charges for loans that are long overdue. Marks the copies that are lent. */
export function generateLoans(
  { count, firstLoan, firstCharge }: LoansToMake,
  borrowers: readonly Borrower[],
  works: readonly Work[],
  wantedTitles: ReadonlySet<string>,
  calendar: Calendar,
  random: Random,
): { readonly loans: readonly SeedLoan[]; readonly charges: readonly SeedCharge[] } {
  const loans: SeedLoan[] = [];
  const charges: SeedCharge[] = [];
  const who = whoBorrows(count, borrowers.length, random);
  const lent = copiesToLend(count, works, wantedTitles, random);
  who.forEach((borrowerIndex, index) => {
    const borrower = borrowers[borrowerIndex];
    const item = lent[index];
    if (borrower === undefined || item === undefined) {
      throw new Error('the library has too few copies for its loans');
    }
    item.state = 'O';
    const dueInDays = random.chance(OVERDUE)
      ? -Math.ceil(MAX_OVERDUE_DAYS * random.next() ** 2)
      : random.between(0, 13);
    const loan: SeedLoan = {
      loanNo: loanNo(firstLoan + index),
      cardNo: cardFor(borrower, random).cardNo,
      itemNo: item.itemNo,
      ...timesOf(dueInDays, calendar, random),
      ref: '',
      bibNo: item.bibNo,
      branch: item.branch,
    };
    loans.push(loan);
    if (dueInDays <= -CHARGED_AFTER_DAYS) {
      charges.push({
        chargeNo: chargeNo(firstCharge + charges.length),
        cardNo: loan.cardNo,
        loanNo: loan.loanNo,
        kind: 'OD',
        cents: -dueInDays * CENTS_A_DAY,
        raisedOn: calendar.compact(0),
      });
    }
  });
  return { loans, charges };
}

/** Returns the index of each loan's borrower, in random order. No index occurs more than ten times. */
function whoBorrows(count: number, patrons: number, random: Random): Uint32Array {
  const borrowers = Math.min(
    patrons,
    Math.max(Math.round(patrons * BORROWERS), Math.ceil(count / MAX_LOANS)),
  );
  const taken = new Uint8Array(borrowers);
  const who = new Uint32Array(count);
  for (let index = 0; index < count; ) {
    const borrower = random.between(0, borrowers - 1);
    const loans = taken[borrower] ?? 0;
    if (loans < MAX_LOANS) {
      taken[borrower] = loans + 1;
      who[index] = borrower;
      index += 1;
    }
  }
  return who;
}

/**
 * Returns the copies that are lent. Readers usually wait only for titles without a copy on the shelves. So for nine in
 * ten of the titles with a queue, all copies come first in the list of copies to lend. The other titles with a queue
 * may have copies on the shelves, which staff can fetch.
 */
function copiesToLend(
  count: number,
  works: readonly Work[],
  wantedTitles: ReadonlySet<string>,
  random: Random,
): SeedItem[] {
  const wanted: SeedItem[] = [];
  const others: SeedItem[] = [];
  for (const work of works) {
    const isOut = wantedTitles.has(work.bibNo) && !random.chance(0.1);
    for (const item of work.copies) {
      if (isLendable(item)) {
        (isOut ? wanted : others).push(item);
      }
    }
  }
  return [...wanted, ...shuffled(others, random)].slice(0, count);
}

function cardFor({ cardsInUse, otherCards }: Borrower, random: Random): SeedCard {
  const isOther = otherCards.length > 0 && random.chance(ON_OTHER_CARD);
  return random.pick(isOther ? otherCards : cardsInUse);
}

/**
 * Returns the times of a loan. A loan without renewals began 14 days before its due day. Each renewal moves the
 * beginning another 9 to 14 days back. A due day is at most 13 days ahead, so every loan began at least a day ago.
 */
function timesOf(
  dueInDays: number,
  calendar: Calendar,
  random: Random,
): Pick<SeedLoan, 'outAt' | 'dueOn' | 'renewals'> {
  const renewals = random.chance(RENEWED) ? random.between(1, MAX_RENEWALS) : 0;
  let outInDays = dueInDays - LOAN_DAYS;
  for (let renewal = 0; renewal < renewals; renewal += 1) {
    outInDays -= random.between(9, LOAN_DAYS);
  }
  const hour = random.between(10, 19);
  return {
    outAt: `${calendar.compact(outInDays)}${hour}1500`,
    dueOn: calendar.compact(dueInDays),
    renewals,
  };
}
