import { formatDay, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { OperationState } from '../../operations.generated.ts';
import { loanTexts } from './loan-texts.ts';

export interface Renewal {
  readonly state: OperationState;
  readonly loan: { readonly id: string; readonly dueOn: string; readonly item: { readonly title: string } };
  readonly problems: readonly { readonly message: string }[];
}

/** The outcome of each loan's renewal. The loan with the earliest due date is first. */
export function RenewalOutcomes({ of }: { readonly of: readonly Renewal[] }): ReactNode {
  const texts = useTexts(loanTexts);
  const { language } = useLanguage();
  const lineOf = ({ state, loan: { dueOn, item }, problems }: Renewal): string => {
    switch (state) {
      case 'DONE':
        return texts.renewedOf(item.title, formatDay(dueOn, language));
      case 'REFUSED':
        return texts.notRenewed(item.title, problems.map(({ message }) => message).join(' '));
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
        <li key={renewal.loan.id}>{lineOf(renewal)}</li>
      ))}
    </ul>
  );
}
