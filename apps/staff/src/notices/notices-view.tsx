import { Button, Link, Page, useLive, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { everything } from '../lists/address.ts';
import {
  type AddressChoice,
  chosenIn,
  Filter,
  listOf,
  useAddressChoice,
  valuesOf,
} from '../lists/work/filter.tsx';
import { listTexts } from '../lists/work/texts.ts';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import {
  LibraryChangesDocument,
  type UndeliveredNoticeOrder,
  UndeliveredNoticesDocument,
} from '../operations.generated.ts';
import { noticeFailureWords, noticeKindWords } from '../words.ts';
import { Resend, ResendAll } from './resend.tsx';
import { noticeTexts } from './texts.ts';

const orders = ['NEWEST_FIRST', 'OLDEST_FIRST'] as const satisfies readonly UndeliveredNoticeOrder[];
const kindChoices = [everything, ...valuesOf(noticeKindWords)] as const;
const failureChoices = [everything, ...valuesOf(noticeFailureWords)] as const;

/** Lists notices that could not be delivered, and sends them again. */
export function NoticesView(): ReactNode {
  const texts = useTexts(noticeTexts);
  const kinds = useTexts(noticeKindWords);
  const failures = useTexts(noticeFailureWords);
  const order = useAddressChoice('order', orders);
  const kind = useAddressChoice('kind', kindChoices);
  const failure = useAddressChoice('failure', failureChoices);
  const list = useList(
    UndeliveredNoticesDocument,
    (page) => ({
      filter: { kind: listOf(chosenIn(kind)), failure: listOf(chosenIn(failure)) },
      orderBy: order.value,
      ...page,
    }),
    ({ undeliveredNotices }) => undeliveredNotices,
  );
  useLive(list.answer, LibraryChangesDocument, {
    after: list.page?.changesCursor,
    isAbout: (change) => change.kind === 'NOTICE_UNDELIVERED',
  });
  return (
    <Page
      title={texts.title}
      actions={
        <Button busy={list.answer.state === 'loading'} onClick={list.answer.reload}>
          {texts.readAgain}
        </Button>
      }
    >
      <WorkList
        list={list}
        title={texts.title}
        name="undelivered-notices"
        hint={texts.hint}
        filters={<Filters kind={kind} failure={failure} order={order} />}
        above={({ edges }) =>
          edges.length > 1 && (
            <ResendAll notices={edges.map(({ node }) => node)} onSent={list.answer.reload} />
          )
        }
        keyOf={({ node }) => `${node.noticeId} ${node.endpoint}`}
        empty={chosenIn(kind) === null && chosenIn(failure) === null ? texts.none : texts.noSuch}
        columns={[
          { heading: texts.notice, text: ({ node }) => kinds[node.kind] },
          {
            heading: texts.patron,
            text: ({ node }) => node.patron.id,
            cell: ({ node: { patron } }) => <Link to={`/patrons/${patron.id}`}>{patron.id}</Link>,
          },
          { heading: texts.endpoint, text: ({ node }) => node.endpoint },
          {
            heading: texts.why,
            text: ({ node }) => `${failures[node.failure]}${node.status === null ? '' : ` (${node.status})`}`,
          },
          { heading: texts.givenUp, as: 'time', text: ({ node }) => node.givenUpAt },
          { heading: texts.attempts, text: ({ node }) => String(node.attempts), align: 'end' },
          {
            heading: texts.action,
            only: 'page',
            text: () => null,
            cell: ({ node }) => <Resend notice={node} />,
          },
        ]}
      />
    </Page>
  );
}

function Filters({
  kind,
  failure,
  order,
}: {
  readonly kind: AddressChoice<(typeof kindChoices)[number]>;
  readonly failure: AddressChoice<(typeof failureChoices)[number]>;
  readonly order: AddressChoice<(typeof orders)[number]>;
}): ReactNode {
  const texts = useTexts(noticeTexts);
  const words = useTexts(listTexts);
  const kinds = useTexts(noticeKindWords);
  const failures = useTexts(noticeFailureWords);
  return (
    <>
      <Filter label={texts.notice} choice={kind} words={{ ...kinds, [everything]: words.all }} />
      <Filter label={texts.why} choice={failure} words={{ ...failures, [everything]: words.all }} />
      <Filter label={words.order} choice={order} words={texts} />
    </>
  );
}
