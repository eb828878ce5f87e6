import { Page, useLive, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { BranchChoice } from '../lists/branch-choice.tsx';
import { useNotesColumn } from '../lists/notes/notes-column.tsx';
import { Filter, useAddressChoice } from '../lists/work/filter.tsx';
import { listTexts } from '../lists/work/texts.ts';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import {
  HoldShelfDocument,
  type HoldShelfOrder,
  type HoldShelfQuery,
  type HoldShelfState,
  LibraryChangesDocument,
} from '../operations.generated.ts';
import { ListAge } from './list-age.tsx';
import { PullList } from './pull-list.tsx';
import { circulationTexts } from './texts.ts';

type Hold = NonNullable<HoldShelfQuery['holdShelf']>['edges'][number];

const states = ['READY', 'LAPSING', 'TO_FETCH'] as const satisfies readonly HoldShelfState[];
const orders = ['MOST_URGENT_FIRST', 'LEAST_URGENT_FIRST'] as const satisfies readonly HoldShelfOrder[];

/** The hold shelf of a branch: copies to fetch, copies that wait to be collected, and copies to clear away. */
export function HoldShelfView(): ReactNode {
  const texts = useTexts(circulationTexts);
  const state = useAddressChoice('state', states);
  return (
    <Page title={state.value === 'TO_FETCH' ? texts.copiesToFetch : texts.holdShelf}>
      <BranchChoice isRequired>
        {(branch, choice) => {
          const filters = (
            <>
              {choice}
              <Filter label={texts.toDo} choice={state} words={texts} />
            </>
          );
          if (branch === null) {
            return filters;
          }
          return state.value === 'TO_FETCH' ? (
            <PullList branch={branch} filters={filters} />
          ) : (
            <Holds branch={branch} state={state.value} filters={filters} />
          );
        }}
      </BranchChoice>
    </Page>
  );
}

function Holds({
  branch,
  state,
  filters,
}: {
  readonly branch: string;
  readonly state: HoldShelfState;
  readonly filters: ReactNode;
}): ReactNode {
  const texts = useTexts(circulationTexts);
  const words = useTexts(listTexts);
  const order = useAddressChoice('order', orders);
  const list = useList(
    HoldShelfDocument,
    (page) => ({ branch, state, orderBy: order.value, ...page }),
    ({ holdShelf }) => holdShelf,
  );
  useLive(list.answer, LibraryChangesDocument, {
    after: list.page?.changesCursor,
    asOf: list.page?.asOf ?? undefined,
    isAbout: ({ kind, branch: at }) => kind.startsWith('HOLD_') && (at === null || at.code === branch),
  });
  const notes = useNotesColumn<Hold>(
    ({ node }) => node.id,
    ({ node }) => node.patron,
  );
  return (
    <WorkList
      list={list}
      title={texts[state]}
      name={`hold-shelf-${branch}`}
      filters={
        <>
          {filters}
          <Filter label={words.order} choice={order} words={texts} />
        </>
      }
      keyOf={({ node }) => node.id}
      empty={texts.noHolds}
      columns={[
        { heading: texts.titleOfHold, text: ({ node }) => node.title },
        { heading: texts.copy, as: 'number', text: ({ node }) => node.copy?.itemNumber },
        { heading: texts.until, as: 'day', text: ({ node }) => node.readyUntil },
        { heading: texts.placed, as: 'time', text: ({ node }) => node.placedAt },
        { heading: texts.patron, patron: ({ node }) => node.patron },
        { heading: texts.card, as: 'number', text: ({ node }) => node.credential?.libraryCardNumber },
        notes,
      ]}
      below={(holdShelf) => <ListAge list={holdShelf} />}
    />
  );
}
