import {
  Badge,
  Button,
  formatTime,
  LoadedField,
  Notice,
  PagedTable,
  type Pages,
  type QueryResult,
  useLanguage,
  useLive,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { PatronLink } from '../lists/patron-name.tsx';
import {
  FindOperationsDocument,
  type FindOperationsQuery,
  type FindOperationsQueryVariables,
  LibraryChangesDocument,
  type PageOfOperationsFragment,
  UnsettledOperationsDocument,
} from '../operations.generated.ts';
import { operationStateTones } from '../tones.ts';
import { operationKindWords, operationStateWords } from '../words.ts';
import { Result } from './result.tsx';
import { operationTexts } from './texts.ts';

export type OperationSearch = Pick<FindOperationsQueryVariables, 'code' | 'reference' | 'patronId'>;

/** The shortest time between two readings, in ms, because each is audited. */
const changedEveryMs = 5_000;

type Found = PageOfOperationsFragment;
type FoundRequest = Found['edges'][number]['request'];

/** Puts the request of each operation into the operation's row of the table. */
const withRequests = ({ edges, ...list }: Found) => ({
  ...list,
  edges: edges.map(({ node, request }) => ({ node: { ...node, request } })),
});

/**
 * The copies and cards of an operation, and the caller who requested it. While circulation doesn't answer, a copy has
 * only its number.
 */
function Request({ request }: { readonly request: FoundRequest }): ReactNode {
  const { itemNumbers, items, credentials, requestedBy } = request;
  const titles = new Map(items?.map(({ itemNumber, title }) => [itemNumber, title]));
  return (
    <ul className="plain-list">
      {itemNumbers.map((number) => (
        <li key={number}>
          {titles.get(number)} <span className="number">{number}</span>
        </li>
      ))}
      {credentials?.map(({ libraryCardNumber }) => (
        <li key={libraryCardNumber} className="number">
          {libraryCardNumber}
        </li>
      ))}
      {requestedBy !== null && <li className="quiet">{requestedBy}</li>}
    </ul>
  );
}

/** The operations that a search has found. */
export function FoundOperations({ search }: { readonly search: OperationSearch }): ReactNode {
  const pages = usePages();
  const answer = useQuery(FindOperationsDocument, { ...search, ...pages.variables });
  return <OperationTable answer={answer} pages={pages} />;
}

/** All operations of all callers whose outcome is not known yet. */
export function UnsettledOperations(): ReactNode {
  const pages = usePages();
  const answer = useQuery(UnsettledOperationsDocument, pages.variables);
  return <OperationTable answer={answer} pages={pages} />;
}

/** A list of operations. It is read again when an operation is asked for or settled. */
function OperationTable({
  answer,
  pages,
}: {
  readonly answer: QueryResult<FindOperationsQuery>;
  readonly pages: Pages;
}): ReactNode {
  const texts = useTexts(operationTexts);
  const kinds = useTexts(operationKindWords);
  const states = useTexts(operationStateWords);
  const { language } = useLanguage();
  const { state, data, reload } = answer;
  useLive(answer, LibraryChangesDocument, {
    after: data?.operations?.changesCursor,
    isAbout: ({ kind }) => kind === 'OPERATION',
    everyMs: changedEveryMs,
  });
  const isSettling = data?.operations?.edges.some(({ node }) => node.state === 'UNSETTLED') ?? false;
  return (
    <LoadedField answer={answer} field="operations">
      {(operations) => (
        <>
          {isSettling && <Notice tone="warning">{texts.settling}</Notice>}
          <PagedTable
            caption={texts.found}
            hidesCaption
            pages={pages}
            connection={withRequests(operations)}
            keyOf={({ code, reference }) => `${code} ${reference}`}
            empty={texts.none}
            columns={[
              { heading: texts.operation, cell: ({ kind }) => kinds[kind] },
              {
                heading: texts.outcome,
                cell: (operation) => (
                  <Badge tone={operationStateTones[operation.state]}>{states[operation.state]}</Badge>
                ),
              },
              { heading: texts.result, cell: (operation) => <Result operation={operation} /> },
              {
                heading: texts.patron,
                cell: ({ patron }) => <PatronLink patron={patron} />,
              },
              { heading: texts.about, cell: ({ request }) => <Request request={request} /> },
              {
                heading: texts.requested,
                align: 'whole',
                cell: ({ requestedAt }) => formatTime(requestedAt, language),
              },
              { heading: texts.code, cell: ({ code }) => <code>{code}</code> },
            ]}
          />
          <Button busy={state === 'loading'} onClick={reload}>
            {texts.again}
          </Button>
        </>
      )}
    </LoadedField>
  );
}
