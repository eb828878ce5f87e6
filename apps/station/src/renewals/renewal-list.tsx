import { Badge, Button, formatDay, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { LoanByPin, LoanRenewal } from '../graph/loans.ts';
import { itemTexts } from '../texts/items.ts';
import { renewalText } from './renewal-text.ts';

const tones = { DONE: 'good', PARTLY_DONE: 'warning', REFUSED: 'bad', UNSETTLED: 'warning' } as const;

/** A reader's loans, each with the outcome of its last renewal. The loan with the earliest due date is first. */
export function RenewalList({
  loans,
  outcomes,
  busy,
  onRenew,
}: {
  readonly loans: readonly LoanByPin[];
  readonly outcomes: ReadonlyMap<string, LoanRenewal>;
  readonly busy: boolean;
  onRenew(loanId: string): void;
}): ReactNode {
  const texts = useTexts(itemTexts);
  const { language } = useLanguage();
  return (
    <ol>
      {loans.map(({ id, item, dueOn, overdue }) => {
        const outcome = outcomes.get(id);
        return (
          <li
            key={id}
            className={`item ${outcome === undefined ? '' : tones[outcome.state]}`}
            data-state={outcome?.state}
          >
            <strong className="item-title">{item.title}</strong>
            <span className="item-outcome">
              {outcome === undefined
                ? texts.dueOn(formatDay(dueOn, language))
                : renewalText(outcome, language)}{' '}
              {outcome === undefined && overdue && <Badge tone="bad">{texts.overdue}</Badge>}
            </span>
            {outcome?.problems.map(({ message }) => (
              <span key={message} className="item-reason">
                {message}
              </span>
            ))}
            {outcome?.state !== 'DONE' && (
              <Button aria-label={texts.renewOne(item.title)} busy={busy} onClick={() => onRenew(id)}>
                {texts.renew}
              </Button>
            )}
          </li>
        );
      })}
    </ol>
  );
}
