import { Badge, formatDay, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { loanTexts } from '../../loans/loan-texts.ts';
import type { DeskLoanFragment } from '../../operations.generated.ts';
import { readerTexts } from './reader-texts.ts';

/**
 * The reader's loans. The earliest due date is first.
 *
 * @param more the number of further loans that are not listed
 */
export function ReaderLoans({
  loans,
  more,
}: {
  readonly loans: readonly DeskLoanFragment[];
  readonly more: number;
}): ReactNode {
  const texts = useTexts(readerTexts);
  const { noLoans, overdue: overdueWord } = useTexts(loanTexts);
  const { language } = useLanguage();
  return (
    <>
      {loans.length === 0 ? (
        <p className="quiet">{noLoans}</p>
      ) : (
        <ul className="reader-loans plain-list">
          {loans.map(({ id, item, dueOn, overdue }) => (
            <li key={id}>
              <span className="title">
                {item.title} <span className="quiet number">{item.itemNumber}</span>
              </span>
              <span className="number">
                {texts.due(formatDay(dueOn, language))} {overdue && <Badge tone="bad">{overdueWord}</Badge>}
              </span>
            </li>
          ))}
        </ul>
      )}
      {more > 0 && <p className="quiet">{texts.more(more)}</p>}
    </>
  );
}
