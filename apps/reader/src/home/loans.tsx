import {
  Badge,
  Button,
  Empty,
  formatDay,
  Notice,
  Outcome,
  Pager,
  type Pages,
  Section,
  useKeptRows,
  useLanguage,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { useCardName } from '../card-name.ts';
import {
  type HomeQuery,
  RenewEveryDocument,
  type RenewEveryMutation,
  RenewOneDocument,
} from '../operations.generated.ts';
import { useRequest } from '../requests/requests.ts';
import { homeTexts } from './texts.ts';

type Connection = NonNullable<NonNullable<HomeQuery['me']>['loans']>;
type Loan = Connection['edges'][number]['node'];

export interface LoansProps {
  readonly patronId: string;
  /** Null if they could not be read. */
  readonly loans: Connection | null;
  /** Shown if the loans could not be read. */
  readonly missing: ReactNode;
  readonly pages: Pages;
  /** Called after a renewal is settled. */
  onChange(): void;
}

/** The reader's loans, grouped by due date. The earliest date is first. */
export function Loans({ patronId, loans, missing, pages, onChange }: LoansProps): ReactNode {
  const texts = useTexts(homeTexts);
  const { language } = useLanguage();
  const all = useRequest(RenewEveryDocument, ({ renewAllLoans }) => renewAllLoans);
  const rows = (loans?.edges ?? []).map(({ node }) => node);
  const { lost, keep } = useKeptRows(rows);
  const overdue = rows.filter((loan) => loan.overdue).length;
  const renewAll = () =>
    void all.run({ input: { reader: { patronId } } }).then((payload) => payload !== null && onChange());
  return (
    <Section
      title={texts.loans}
      actions={
        rows.length > 0 && (
          <Button kind="primary" busy={all.busy} onClick={renewAll}>
            {texts.renewAll}
          </Button>
        )
      }
    >
      {overdue > 0 && (
        <Notice tone="warning" title={texts.overdueCount(overdue)}>
          <p>{texts.overdueText(overdue)}</p>
        </Notice>
      )}
      <Outcome of={all}>{(payload) => <RenewedAll payload={payload} />}</Outcome>
      {loans === null && missing}
      {loans !== null && rows.length === 0 && <Empty>{texts.noLoans}</Empty>}
      {/* Headings and loans are siblings. So a renewed loan keeps its outcome when it moves to another day. */}
      <div className="loans">
        {[
          ...lost.map((loan) => <LoanRow key={loan.id} {...{ patronId, loan, keep, onChange }} isLost />),
          ...rows.flatMap((loan, index) => [
            ...(loan.dueOn === rows[index - 1]?.dueOn
              ? []
              : [<h3 key={loan.dueOn}>{texts.dueOn(formatDay(loan.dueOn, language))}</h3>]),
            <LoanRow key={loan.id} {...{ patronId, loan, keep, onChange }} />,
          ]),
        ]}
      </div>
      {loans !== null && <Pager pages={pages} connection={loans} />}
    </Section>
  );
}

function LoanRow({
  patronId,
  loan,
  isLost = false,
  keep,
  onChange,
}: Pick<LoansProps, 'patronId' | 'onChange'> & {
  readonly loan: Loan;
  /** Whether the list no longer contains the loan. Then the row shows only the title and the outcome. */
  readonly isLost?: boolean;
  /** Keeps the row on the page even if the list no longer contains the loan. */
  keep(loan: Loan): void;
}): ReactNode {
  const texts = useTexts(homeTexts);
  const cardName = useCardName();
  const { language } = useLanguage();
  const renewal = useRequest(RenewOneDocument, ({ renewLoan }) => renewLoan);
  const { title, author, callNumber } = loan.item;
  const about = [author, callNumber].filter((text) => text !== null).join(' · ');
  const renew = () => {
    keep(loan);
    void renewal
      .run({ input: { reader: { patronId }, loanId: loan.id } })
      .then((payload) => payload !== null && onChange());
  };
  return (
    <div className="item">
      <div className="item-text">
        <strong>{title}</strong> {!isLost && loan.overdue && <Badge tone="bad">{texts.overdue}</Badge>}
        {about !== '' && <span className="line quiet">{about}</span>}
        {!isLost && (
          <span className="line quiet">
            {texts.renewalsLeft(loan.renewalsLeft)} · {cardName(loan.credential?.__typename)}
          </span>
        )}
      </div>
      {!isLost && loan.renewalsLeft > 0 && (
        <Button aria-label={texts.renewTitle(title)} busy={renewal.busy} onClick={renew}>
          {texts.renew}
        </Button>
      )}
      <Outcome of={renewal}>
        {({ loan: renewed }) =>
          renewed === null ? texts.renewedOne : texts.renewed(title, formatDay(renewed.dueOn, language))
        }
      </Outcome>
    </div>
  );
}

function RenewedAll({
  payload: { outcomes },
}: {
  readonly payload: NonNullable<RenewEveryMutation['renewAllLoans']>;
}): ReactNode {
  const texts = useTexts(homeTexts);
  const { language } = useLanguage();
  const gainNothing = outcomes.every(({ problems }) =>
    problems.some(({ code }) => code === 'NOTHING_TO_GAIN'),
  );
  if (gainNothing) {
    return texts.nothingToRenew;
  }
  return (
    <>
      <p>{texts.allRenewed(outcomes.filter(({ state }) => state === 'DONE').length)}</p>
      <ul>
        {outcomes.map(({ loan, state, problems }) => (
          <li key={loan.id}>
            {state === 'DONE'
              ? texts.dueNow(loan.item.title, formatDay(loan.dueOn, language))
              : texts.notRenewed(loan.item.title, problems.map(({ message }) => message).join(' '))}
          </li>
        ))}
      </ul>
    </>
  );
}
