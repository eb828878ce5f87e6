import {
  formatDay,
  LoadedField,
  Page,
  PagedTable,
  useLanguage,
  useLive,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { BranchChoice } from '../lists/branch-choice.tsx';
import { PatronLink } from '../lists/patron-name.tsx';
import { LibraryChangesDocument, OverdueDocument } from '../operations.generated.ts';
import { daysBetween } from './days-between.ts';
import { ListAge } from './list-age.tsx';
import { circulationTexts } from './texts.ts';

/** The shortest time between two readings, in ms: few of the returned loans were overdue. */
const changedEveryMs = 10_000;

/** The overdue loans of the library or of one branch. The loan that is overdue longest is first. */
export function OverdueView(): ReactNode {
  const texts = useTexts(circulationTexts);
  return (
    <Page title={texts.overdue}>
      <BranchChoice>
        {(branch, choice) => (
          <section className="card" aria-label={texts.overdueList}>
            <div className="row">{choice}</div>
            <OverdueLoans branch={branch} />
          </section>
        )}
      </BranchChoice>
    </Page>
  );
}

function OverdueLoans({ branch }: { readonly branch: string | null }): ReactNode {
  const texts = useTexts(circulationTexts);
  const { language } = useLanguage();
  const pages = usePages(branch ?? '');
  const answer = useQuery(OverdueDocument, { branch, ...pages.variables });
  useLive(answer, LibraryChangesDocument, {
    after: answer.data?.loans?.changesCursor,
    asOf: answer.data?.loans?.asOf ?? undefined,
    isAbout: ({ kind }) => kind === 'LOAN_RENEWED' || kind === 'LOAN_ENDED',
    everyMs: changedEveryMs,
  });
  return (
    <LoadedField answer={answer} field="loans">
      {(loans) => (
        <>
          <PagedTable
            caption={texts.overdueList}
            pages={pages}
            connection={loans}
            keyOf={({ id }) => id}
            empty={loans.pageInfo.hasNextPage ? '' : texts.noOverdue}
            columns={[
              {
                heading: texts.item,
                cell: ({ item: { title, itemNumber } }) => (
                  <>
                    <span className="line">{title}</span>
                    <span className="quiet number">{itemNumber}</span>
                  </>
                ),
              },
              { heading: texts.due, align: 'whole', cell: ({ dueOn }) => formatDay(dueOn, language) },
              {
                heading: texts.overdueSince,
                cell: ({ dueOn }) =>
                  texts.overdueFor(daysBetween(dueOn, loans.asOf ?? new Date().toISOString())),
              },
              {
                heading: texts.patron,
                cell: ({ patron }) => <PatronLink patron={patron} />,
              },
              {
                heading: texts.card,
                align: 'whole',
                cell: ({ credential }) => <span className="number">{credential?.libraryCardNumber}</span>,
              },
              { heading: texts.owner, cell: ({ item: { branch, location } }) => location?.name ?? branch },
            ]}
          />
          <ListAge list={loans} />
        </>
      )}
    </LoadedField>
  );
}
