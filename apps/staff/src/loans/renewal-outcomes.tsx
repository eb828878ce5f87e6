import { formatDay, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { OperationState } from '../operations.generated.ts';
import { loanTexts } from './loan-texts.ts';

interface ShownLoan {
  readonly id: string;
  readonly dueOn: string;
  readonly item: { readonly title: string };
}

interface Renewal {
  readonly state: OperationState;
  readonly problems: readonly { readonly message: string }[];
}

/** `loan` is null if the patron no longer has this loan, for example because the copy was returned at another desk. */
type ShownRenewal = Renewal &
  ({ readonly loan: ShownLoan } | { readonly loan: ShownLoan | null; readonly loanId: string });

/**
 * The outcome of each loan's renewal. The loan with the earliest due date is first. Loans that the patron no longer has
 * are last.
 */
export function RenewalOutcomes({ of }: { readonly of: readonly ShownRenewal[] }): ReactNode {
  const texts = useTexts(loanTexts);
  const { language } = useLanguage();
  const lineOf = (renewal: ShownRenewal): string => {
    const { state, problems, loan } = renewal;
    const reasons = problems.map(({ message }) => message).join(' ');
    if (loan === null) {
      return texts.notRenewed(keyOf(renewal), reasons);
    }
    const { dueOn, item } = loan;
    switch (state) {
      case 'DONE':
        return texts.renewedOf(item.title, formatDay(dueOn, language));
      case 'PARTLY_DONE':
      case 'REFUSED':
        return texts.notRenewed(item.title, reasons);
      case 'UNSETTLED':
        return texts.notSettled(item.title);
    }
  };
  if (of.length === 0) {
    return texts.nothingToRenew;
  }
  return (
    <ul className="plain-list">
      {of.map((renewal) => (
        <li key={keyOf(renewal)}>{lineOf(renewal)}</li>
      ))}
    </ul>
  );
}

const keyOf = (renewal: ShownRenewal): string => ('loanId' in renewal ? renewal.loanId : renewal.loan.id);
