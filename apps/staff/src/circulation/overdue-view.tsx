import { Page, useLive, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { BranchChoice } from '../lists/branch-choice.tsx';
import { useNotesColumn } from '../lists/notes/notes-column.tsx';
import { Filter, useAddressChoice } from '../lists/work/filter.tsx';
import { listTexts } from '../lists/work/texts.ts';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import {
  LibraryChangesDocument,
  type LoanOrder,
  OverdueDocument,
  type OverdueQuery,
} from '../operations.generated.ts';
import { dayAgo, daysBetween } from './days-between.ts';
import { ListAge } from './list-age.tsx';
import { circulationTexts } from './texts.ts';

/**
 * The minimum time between two readings of the list, in ms. It can be long, because most loans that are renewed or
 * returned are not overdue, so the list seldom changes.
 */
const changedEveryMs = 10_000;

type Loan = NonNullable<OverdueQuery['loans']>['edges'][number];

const orders = ['SOONEST_DUE_FIRST', 'LATEST_DUE_FIRST'] as const satisfies readonly LoanOrder[];
/** The minimum numbers of days overdue that can be chosen. */
const ages = ['1', '8', '31', '91'] as const;

/** The overdue loans of the library or of one branch. */
export function OverdueView(): ReactNode {
  const texts = useTexts(circulationTexts);
  return (
    <Page title={texts.overdue}>
      <BranchChoice>
        {(branch, choice) => <OverdueLoans branch={branch} branchChoice={choice} />}
      </BranchChoice>
    </Page>
  );
}

function OverdueLoans({
  branch,
  branchChoice,
}: {
  readonly branch: string | null;
  readonly branchChoice: ReactNode;
}): ReactNode {
  const texts = useTexts(circulationTexts);
  const words = useTexts(listTexts);
  const order = useAddressChoice('order', orders);
  const age = useAddressChoice('days', ages);
  const dueBefore = dayAgo(Number(age.value) - 1);
  const list = useList(
    OverdueDocument,
    (page) => ({ branch, dueBefore, orderBy: order.value, ...page }),
    ({ loans }) => loans,
  );
  useLive(list.answer, LibraryChangesDocument, {
    after: list.page?.changesCursor,
    asOf: list.page?.asOf ?? undefined,
    isAbout: ({ kind }) => kind === 'LOAN_RENEWED' || kind === 'LOAN_ENDED',
    everyMs: changedEveryMs,
  });
  const notes = useNotesColumn<Loan>(
    ({ node }) => node.id,
    ({ node }) => node.patron,
  );
  const today = list.page?.asOf ?? new Date().toISOString();
  return (
    <WorkList
      list={list}
      title={texts.overdueList}
      name="overdue"
      filters={
        <>
          {branchChoice}
          <Filter label={texts.overdueSince} choice={age} words={texts} />
          <Filter label={words.order} choice={order} words={texts} />
        </>
      }
      keyOf={({ node }) => node.id}
      empty={texts.noOverdue}
      columns={[
        {
          heading: texts.item,
          text: ({ node }) => node.item.title,
          cell: ({ node: { item } }) => (
            <>
              <span className="line">{item.title}</span>
              <span className="quiet number">{item.itemNumber}</span>
            </>
          ),
        },
        { heading: texts.copy, only: 'file', text: ({ node }) => node.item.itemNumber },
        { heading: texts.due, as: 'day', text: ({ node }) => node.dueOn },
        {
          heading: texts.overdueSince,
          text: ({ node }) => texts.overdueFor(daysBetween(node.dueOn, today)),
        },
        { heading: texts.patron, patron: ({ node }) => node.patron },
        { heading: texts.card, as: 'number', text: ({ node }) => node.credential?.libraryCardNumber },
        { heading: texts.owner, text: ({ node: { item } }) => item.location?.name ?? item.branch },
        notes,
      ]}
      below={(loans) => <ListAge list={loans} />}
    />
  );
}
