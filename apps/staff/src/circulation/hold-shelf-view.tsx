import {
  Choice,
  formatDay,
  formatTime,
  LoadedField,
  Page,
  PagedTable,
  useLanguage,
  useLive,
  usePages,
  useQuery,
  useSearchParameters,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { type Address, oneOf } from '../lists/address.ts';
import { BranchChoice } from '../lists/branch-choice.tsx';
import { PatronLink } from '../lists/patron-name.tsx';
import { HoldShelfDocument, type HoldShelfState, LibraryChangesDocument } from '../operations.generated.ts';
import { ListAge } from './list-age.tsx';
import { PullList } from './pull-list.tsx';
import { circulationTexts } from './texts.ts';

const states = ['READY', 'LAPSING', 'TO_FETCH'] as const satisfies readonly HoldShelfState[];

interface StateSearch {
  readonly state?: HoldShelfState | undefined;
}

const readState = ({ state }: Address): StateSearch => ({ state: oneOf(states, state) });

/** The hold shelf of a branch: copies to fetch, copies that wait to be collected, and copies to clear away. */
export function HoldShelfView(): ReactNode {
  const texts = useTexts(circulationTexts);
  const [{ state = 'READY' }, change] = useSearchParameters(readState);
  return (
    <Page title={texts.holdShelf}>
      <BranchChoice isRequired>
        {(branch, choice) => (
          <section className="card" aria-label={texts.holdShelf}>
            <div className="row">
              {choice}
              <Choice
                label={texts.toDo}
                value={state}
                options={states.map((value) => ({ value, text: texts[value] }))}
                onChange={(next) => change({ state: next })}
              />
            </div>
            {branch !== null &&
              (state === 'TO_FETCH' ? <PullList branch={branch} /> : <Holds branch={branch} state={state} />)}
          </section>
        )}
      </BranchChoice>
    </Page>
  );
}

function Holds({ branch, state }: { readonly branch: string; readonly state: HoldShelfState }): ReactNode {
  const texts = useTexts(circulationTexts);
  const { language } = useLanguage();
  const pages = usePages(`${branch} ${state}`);
  const answer = useQuery(HoldShelfDocument, {
    branch,
    state,
    ...pages.variables,
  });
  useLive(answer, LibraryChangesDocument, {
    after: answer.data?.holdShelf?.changesCursor,
    asOf: answer.data?.holdShelf?.asOf ?? undefined,
    isAbout: ({ kind, branch: at }) => kind.startsWith('HOLD_') && (at === null || at.code === branch),
  });
  return (
    <LoadedField answer={answer} field="holdShelf">
      {(holdShelf) => (
        <>
          <PagedTable
            caption={texts[state]}
            pages={pages}
            connection={holdShelf}
            keyOf={({ id }) => id}
            empty={holdShelf.pageInfo.hasNextPage ? '' : texts.noHolds}
            columns={[
              { heading: texts.titleOfHold, cell: ({ title }) => title },
              {
                heading: texts.item,
                cell: ({ copy }) => <span className="number">{copy?.itemNumber ?? '—'}</span>,
              },
              {
                heading: texts.until,
                align: 'whole',
                cell: ({ readyUntil }) => (readyUntil === null ? '—' : formatDay(readyUntil, language)),
              },
              {
                heading: texts.placed,
                align: 'whole',
                cell: ({ placedAt }) => formatTime(placedAt, language),
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
            ]}
          />
          <ListAge list={holdShelf} />
        </>
      )}
    </LoadedField>
  );
}
