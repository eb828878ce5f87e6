import { Badge, Button, Notice, useLive, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import type { ListColumn } from '../lists/work/columns.tsx';
import { Filter, useAddressChoice } from '../lists/work/filter.tsx';
import { listTexts } from '../lists/work/texts.ts';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import {
  FindOperationsDocument,
  type FindOperationsQueryVariables,
  LibraryChangesDocument,
  type OperationOrder,
  type PageOfOperationsFragment,
} from '../operations.generated.ts';
import { operationStateTones } from '../tones.ts';
import { operationKindWords, operationStateWords } from '../words.ts';
import { Result, resultText } from './result.tsx';
import { operationTexts } from './texts.ts';

/** The minimum time between two readings of the list, in ms, because each reading is audited. */
const changedEveryMs = 5_000;

const orders = ['NEWEST_FIRST', 'OLDEST_FIRST'] as const satisfies readonly OperationOrder[];

type FoundRequest = PageOfOperationsFragment['edges'][number]['request'];

/**
 * The copies and cards of an operation, and the caller who requested it. While circulation doesn't answer, copies are
 * shown without their titles.
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

/** The copies, the cards and the caller as plain text, without titles. */
const requestText = ({ itemNumbers, credentials, requestedBy }: FoundRequest): string =>
  [
    ...itemNumbers,
    ...(credentials ?? []).map(({ libraryCardNumber }) => libraryCardNumber),
    ...(requestedBy === null ? [] : [requestedBy]),
  ].join(' ');

/** The operations that match a filter. The list is read again whenever an operation is requested or settled. */
export function FoundOperations({
  filter,
  isOptional,
}: {
  readonly filter: FindOperationsQueryVariables['filter'];
  /**
   * Whether to render nothing if the list is empty. Used if another list on the page may contain what was searched for.
   */
  readonly isOptional: boolean;
}): ReactNode {
  const texts = useTexts(operationTexts);
  const words = useTexts(listTexts);
  const columns = useColumns();
  const order = useAddressChoice('order', orders);
  const list = useList(
    FindOperationsDocument,
    (page) => ({ filter, orderBy: order.value, ...page }),
    ({ operations }) => operations,
  );
  const { state, reload } = list.answer;
  useLive(list.answer, LibraryChangesDocument, {
    after: list.page?.changesCursor,
    isAbout: ({ kind }) => kind === 'OPERATION',
    everyMs: changedEveryMs,
  });
  if (isOptional && list.page?.totalCount === 0) {
    return null;
  }
  return (
    <WorkList
      list={list}
      title={texts.found}
      name="operations"
      filters={<Filter label={words.order} choice={order} words={texts} />}
      keyOf={({ node: { code, reference } }) => `${code} ${reference}`}
      empty={filter.state === 'UNSETTLED' ? texts.noneUnsettled : texts.none}
      columns={columns}
      above={({ edges }) =>
        edges.some(({ node }) => node.state === 'UNSETTLED') && (
          <Notice tone="warning">{texts.settling}</Notice>
        )
      }
      below={() => (
        <Button busy={state === 'loading'} onClick={reload}>
          {texts.again}
        </Button>
      )}
    />
  );
}

function useColumns(): readonly ListColumn<PageOfOperationsFragment['edges'][number]>[] {
  const texts = useTexts(operationTexts);
  const kinds = useTexts(operationKindWords);
  const states = useTexts(operationStateWords);
  return [
    { heading: texts.operation, text: ({ node }) => kinds[node.kind] },
    {
      heading: texts.outcome,
      text: ({ node }) => states[node.state],
      cell: ({ node }) => <Badge tone={operationStateTones[node.state]}>{states[node.state]}</Badge>,
    },
    {
      heading: texts.result,
      text: ({ node }) => resultText(node),
      cell: ({ node }) => <Result operation={node} />,
    },
    { heading: texts.patron, patron: ({ node }) => node.patron },
    {
      heading: texts.about,
      text: ({ request }) => requestText(request),
      cell: ({ request }) => <Request request={request} />,
    },
    { heading: texts.requested, as: 'time', text: ({ node }) => node.requestedAt },
    {
      heading: texts.code,
      text: ({ node }) => node.code,
      cell: ({ node }) => <code>{node.code}</code>,
    },
  ];
}
