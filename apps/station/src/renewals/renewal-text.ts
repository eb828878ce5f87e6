import { formatDay, type Language } from '@patron-graph/ui';
import type { LoanRenewal } from '../graph/loans.ts';
import { itemTexts } from '../texts/items.ts';

/** The outcome of one loan's renewal, as the list and the receipt show it. */
export function renewalText({ state, loan }: LoanRenewal, language: Language): string {
  switch (state) {
    case 'DONE':
      return itemTexts.renewedUntil[language](formatDay(loan.dueOn, language));
    case 'PARTLY_DONE':
    case 'REFUSED':
      return itemTexts.notRenewed[language];
    case 'UNSETTLED':
      return itemTexts.renewUnsettled[language];
  }
}
