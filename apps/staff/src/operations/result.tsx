import { formatDay, Link, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { FindOperationsQuery } from '../operations.generated.ts';
import { operationStateWords } from '../words.ts';
import { operationTexts } from './texts.ts';

export type FoundOperation = NonNullable<FindOperationsQuery['operations']>['edges'][number]['node'];

interface ShownLoan {
  readonly dueOn: string;
  readonly item: { readonly itemNumber: string; readonly title: string };
}

/** The reasons for a refusal, or the titles that were changed, as plain text. */
export function resultText(operation: FoundOperation): string {
  if (operation.problems.length > 0) {
    return operation.problems.map(({ message }) => message).join(' ');
  }
  if ('loan' in operation) {
    return operation.loan?.item.title ?? '';
  }
  if ('outcomes' in operation) {
    return operation.outcomes.map(({ loan }) => loan.item.title).join('; ');
  }
  if ('renewals' in operation) {
    return operation.renewals.map(({ loanId, loan }) => loan?.item.title ?? loanId).join('; ');
  }
  if ('item' in operation) {
    return operation.item?.title ?? '';
  }
  return ('hold' in operation && operation.hold?.title) || '';
}

/** The result of an operation: the reasons for a refusal, or the data that it has changed. */
export function Result({ operation }: { readonly operation: FoundOperation }): ReactNode {
  const states = useTexts(operationStateWords);
  const { problems } = operation;
  if (problems.length > 0) {
    return problems.map(({ message }) => message).join(' ');
  }
  if ('loan' in operation && operation.loan != null) {
    return <LoanLine loan={operation.loan} />;
  }
  if ('outcomes' in operation) {
    return (
      <ul className="plain-list">
        {operation.outcomes.map(({ loan, state }) => (
          <li key={loan.item.itemNumber}>
            <LoanLine loan={loan} /> · {states[state]}
          </li>
        ))}
      </ul>
    );
  }
  if ('renewals' in operation) {
    return (
      <ul className="plain-list">
        {operation.renewals.map(({ loanId, loan, state }) => (
          <li key={loanId}>
            {loan === null ? loanId : <LoanLine loan={loan} />} · {states[state]}
          </li>
        ))}
      </ul>
    );
  }
  if ('item' in operation && operation.item != null) {
    return operation.item.title;
  }
  if ('hold' in operation && operation.hold != null) {
    return operation.hold.title;
  }
  if ('credential' in operation && operation.credential != null) {
    return <span className="number">{operation.credential.libraryCardNumber}</span>;
  }
  if ('application' in operation && operation.application != null) {
    const { id } = operation.application;
    return <Link to={`/applications/${id}`}>{id}</Link>;
  }
  return null;
}

function LoanLine({ loan: { dueOn, item } }: { readonly loan: ShownLoan }): ReactNode {
  const texts = useTexts(operationTexts);
  const { language } = useLanguage();
  return (
    <>
      {item.title} <span className="quiet">{texts.dueOn(formatDay(dueOn, language))}</span>
    </>
  );
}
