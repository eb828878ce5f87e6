import {
  formatTime,
  LoadedField,
  PagedTable,
  useLanguage,
  useLive,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { PatronLink } from '../lists/patron-name.tsx';
import { LibraryChangesDocument, PullListDocument } from '../operations.generated.ts';
import { circulationTexts } from './texts.ts';

/**
 * The shortest time between two readings, in ms. Without it, there would be many, because the changes in all branches
 * cause readings.
 */
const changedEveryMs = 5_000;

/** The copies to take from the shelves of a branch, in the order of the shelves. */
export function PullList({ branch }: { readonly branch: string }): ReactNode {
  const texts = useTexts(circulationTexts);
  const { language } = useLanguage();
  const pages = usePages(branch);
  const answer = useQuery(PullListDocument, { branch, ...pages.variables });
  useLive(answer, LibraryChangesDocument, {
    after: answer.data?.pullList?.changesCursor,
    asOf: answer.data?.pullList?.asOf ?? undefined,
    isAbout: ({ kind }) => kind.startsWith('HOLD_'),
    everyMs: changedEveryMs,
  });
  return (
    <LoadedField answer={answer} field="pullList">
      {(pullList) => (
        <>
          <PagedTable
            caption={texts.TO_FETCH}
            pages={pages}
            connection={pullList}
            keyOf={({ item }) => item.itemNumber}
            empty={texts.noHolds}
            columns={[
              { heading: texts.shelfMark, cell: ({ item }) => item.callNumber },
              { heading: texts.titleOfHold, cell: ({ item }) => item.title },
              {
                heading: texts.copy,
                cell: ({ item }) => <span className="number">{item.itemNumber}</span>,
              },
              { heading: texts.sendTo, cell: ({ hold }) => hold.pickup?.name ?? hold.pickupBranch },
              { heading: texts.patron, cell: ({ hold }) => <PatronLink patron={hold.patron} /> },
            ]}
          />
          {!pullList.complete && <p className="quiet">{texts.moreToFetch}</p>}
          {pullList.asOf !== null && (
            <p className="quiet">{texts.asOf(formatTime(pullList.asOf, language))}</p>
          )}
        </>
      )}
    </LoadedField>
  );
}
