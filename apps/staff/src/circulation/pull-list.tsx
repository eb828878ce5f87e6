import { formatTime, useLanguage, useLive, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import { LibraryChangesDocument, PullListDocument } from '../operations.generated.ts';
import { circulationTexts } from './texts.ts';

/**
 * The minimum time between two readings of the list, in ms. A change in any branch causes a reading, so without a
 * minimum the list would be read very often.
 */
const changedEveryMs = 5_000;

/** The copies to take from the shelves of a branch, in the order of the shelves. */
export function PullList({
  branch,
  filters,
}: {
  readonly branch: string;
  readonly filters: ReactNode;
}): ReactNode {
  const texts = useTexts(circulationTexts);
  const { language } = useLanguage();
  const list = useList(
    PullListDocument,
    (page) => ({ branch, ...page }),
    ({ pullList }) => pullList,
  );
  useLive(list.answer, LibraryChangesDocument, {
    after: list.page?.changesCursor,
    asOf: list.page?.asOf ?? undefined,
    isAbout: ({ kind }) => kind.startsWith('HOLD_'),
    everyMs: changedEveryMs,
  });
  return (
    <WorkList
      list={list}
      title={texts.TO_FETCH}
      name={`copies-to-fetch-${branch}`}
      filters={filters}
      keyOf={({ node }) => node.item.itemNumber}
      empty={texts.noHolds}
      columns={[
        { heading: texts.shelfMark, text: ({ node }) => node.item.callNumber },
        { heading: texts.titleOfHold, text: ({ node }) => node.item.title },
        { heading: texts.copy, as: 'number', text: ({ node }) => node.item.itemNumber },
        { heading: texts.sendTo, text: ({ node: { hold } }) => hold.pickup?.name ?? hold.pickupBranch },
        { heading: texts.patron, patron: ({ node }) => node.hold.patron },
      ]}
      below={({ complete, asOf }) => (
        <>
          {!complete && <p className="quiet">{texts.moreToFetch}</p>}
          {asOf !== null && <p className="quiet">{texts.asOf(formatTime(asOf, language))}</p>}
        </>
      )}
    />
  );
}
