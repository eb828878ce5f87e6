import {
  Badge,
  Button,
  Checkbox,
  formatDay,
  Loaded,
  Missing,
  Notice,
  Outcome,
  OutcomeRegion,
  Pager,
  Section,
  Table,
  useLanguage,
  useMutation,
  usePages,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { loanTexts } from '../../loans/loan-texts.ts';
import { RenewalOutcomes } from '../../loans/renewal-outcomes.tsx';
import {
  DeskRenewAllLoansDocument,
  DeskRenewLoansDocument,
  MorePatronLoansDocument,
  type PatronLoanFragment,
} from '../../operations.generated.ts';
import { missingOf, type Patron, type SectionProps } from '../patron.ts';
import { useListPage } from '../use-list-page.ts';
import { CheckInOne, RenewOne } from './loan-acts.tsx';

type Loans = NonNullable<Patron['loans']>;

/** The loans on all cards. The loan with the earliest due date is first. */
export function LoansSection({ patron: { id, loans }, missing, reload }: SectionProps): ReactNode {
  const texts = useTexts(loanTexts);
  return (
    <Section title={texts.loans}>
      <Missing at={missingOf(missing, 'loans')} />
      {loans !== null && <LoansPages patronId={id} loans={loans} reload={reload} />}
    </Section>
  );
}

interface LoansProps {
  readonly patronId: string;
  readonly loans: Loans;
  reload(): void;
}

function LoansPages({ patronId, loans, reload }: LoansProps): ReactNode {
  const pages = usePages(patronId);
  const page = useListPage(loans, pages, MorePatronLoansDocument, patronId, ({ patron }) => patron?.loans);
  const reloadBoth = () => {
    page.reload();
    reload();
  };
  return (
    <Loaded answer={page}>
      {(connection) => (
        <>
          <LoansPage patronId={patronId} loans={connection} reload={reloadBoth} />
          <Pager pages={pages} connection={connection} />
        </>
      )}
    </Loaded>
  );
}

function LoansPage({ patronId, loans, reload }: LoansProps): ReactNode {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [takenBack, setTakenBack] = useState<string | null>(null);
  const rows = loans.edges.map(({ node }) => node);
  const loanIds = rows.map(({ id }) => id).filter((loanId) => chosen.has(loanId));
  const choose = (loanId: string, isChosen: boolean) =>
    setChosen((before) => new Set([...before, loanId].filter((one) => one !== loanId || isChosen)));
  return (
    <>
      {rows.length > 0 && (
        <RenewSeveral
          patronId={patronId}
          loanIds={loanIds}
          onDone={() => {
            setChosen(new Set());
            reload();
          }}
        />
      )}
      <OutcomeRegion isDone={takenBack !== null}>
        {takenBack !== null && <Notice tone="good">{takenBack}</Notice>}
      </OutcomeRegion>
      <LoansTable
        rows={rows}
        chosen={chosen}
        choose={choose}
        acts={(loan) => (
          <div className="acts">
            <RenewOne patronId={patronId} loan={loan} onDone={reload} />
            <CheckInOne
              loan={loan}
              onDone={(said) => {
                setTakenBack(said);
                reload();
              }}
            />
          </div>
        )}
      />
    </>
  );
}

function LoansTable({
  rows,
  chosen,
  choose,
  acts,
}: {
  readonly rows: readonly PatronLoanFragment[];
  readonly chosen: ReadonlySet<string>;
  choose(loanId: string, isChosen: boolean): void;
  acts(loan: PatronLoanFragment): ReactNode;
}): ReactNode {
  const texts = useTexts(loanTexts);
  const { language } = useLanguage();
  return (
    <Table
      caption={texts.loans}
      hidesCaption
      empty={texts.noLoans}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        {
          heading: texts.item,
          cell: ({ id, item }) => (
            <div className="chosen-title">
              <Checkbox
                label={texts.choose(item.title)}
                hidesLabel
                checked={chosen.has(id)}
                onChange={(isChosen) => choose(id, isChosen)}
              />
              <span>
                <strong>{item.title}</strong>
                <br />
                <span className="quiet">{item.itemNumber}</span>
              </span>
            </div>
          ),
        },
        {
          heading: texts.onCard,
          align: 'whole',
          cell: ({ credential }) => credential?.libraryCardNumber ?? '–',
        },
        {
          heading: texts.dueOn,
          cell: ({ dueOn, overdue }) => (
            <>
              {formatDay(dueOn, language)} {overdue && <Badge tone="bad">{texts.overdue}</Badge>}
            </>
          ),
        },
        { heading: texts.renewalsLeft, cell: ({ renewalsLeft }) => renewalsLeft, align: 'end' },
        { heading: texts.acts, cell: acts },
      ]}
    />
  );
}

/** Renews all loans, or the chosen ones. Each loan has its own outcome (R24). */
function RenewSeveral({
  patronId,
  loanIds,
  onDone,
}: {
  readonly patronId: string;
  readonly loanIds: readonly string[];
  onDone(): void;
}): ReactNode {
  const texts = useTexts(loanTexts);
  const some = useMutation(DeskRenewLoansDocument, ({ renewLoans }) => renewLoans, onDone);
  const all = useMutation(DeskRenewAllLoansDocument, ({ renewAllLoans }) => renewAllLoans, onDone);
  const [last, setLast] = useState<'some' | 'all'>('some');
  const isBusy = some.busy || all.busy;
  const reader = { patronId };
  const renewSome = () => {
    setLast('some');
    void some.run({ input: { reader, loanIds: [...loanIds] } });
  };
  const renewAll = () => {
    setLast('all');
    void all.run({ input: { reader } });
  };
  return (
    <>
      <div className="acts">
        <Button disabled={loanIds.length === 0} busy={isBusy} onClick={renewSome}>
          {texts.renewChosen(loanIds.length)}
        </Button>
        <Button busy={isBusy} onClick={renewAll}>
          {texts.renewAll}
        </Button>
      </div>
      {last === 'some' ? (
        <Outcome of={some}>{({ renewals }) => <RenewalOutcomes of={renewals} />}</Outcome>
      ) : (
        <Outcome of={all}>{({ outcomes }) => <RenewalOutcomes of={outcomes} />}</Outcome>
      )}
    </>
  );
}
