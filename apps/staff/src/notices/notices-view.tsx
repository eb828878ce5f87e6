import type { MissingValue } from '@patron-graph/kit';
import { Button, createTexts, Link, Notice, Page, useGraph, useLive, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { everything } from '../lists/address.ts';
import { chosenIn, Filter, listOf, useAddressChoice, valuesOf } from '../lists/work/filter.tsx';
import { listTexts } from '../lists/work/texts.ts';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import {
  LibraryChangesDocument,
  ResendNoticeDocument,
  type UndeliveredNoticeOrder,
  UndeliveredNoticesDocument,
} from '../operations.generated.ts';
import { noticeFailureWords, noticeKindWords } from '../words.ts';

const noticeTexts = createTexts({
  title: { en: 'Undelivered notices', 'zh-Hant': '未能送達的通知' },
  hint: {
    en: 'What could not be given to one of the library’s services within three days. Each look here is recorded. Send a notice again once the service works.',
    'zh-Hant': '三日內未能交給圖書館服務的通知。每次查閱都會記錄。服務恢復後可重新發送。',
  },
  none: { en: 'Every notice was delivered.', 'zh-Hant': '所有通知均已送達。' },
  NEWEST_FIRST: { en: 'Newest first', 'zh-Hant': '最新的排先' },
  OLDEST_FIRST: { en: 'Oldest first', 'zh-Hant': '最舊的排先' },
  notice: { en: 'Notice', 'zh-Hant': '通知' },
  endpoint: { en: 'To', 'zh-Hant': '服務' },
  patron: { en: 'Patron', 'zh-Hant': '讀者' },
  why: { en: 'Why', 'zh-Hant': '原因' },
  givenUp: { en: 'Given up', 'zh-Hant': '放棄時間' },
  attempts: { en: 'Attempts', 'zh-Hant': '嘗試次數' },
  resend: { en: 'Send again', 'zh-Hant': '重新發送' },
  sent: { en: 'It is on its way again.', 'zh-Hant': '已重新發送。' },
  gone: {
    en: 'There is no such undelivered notice any more: it was sent again already.',
    'zh-Hant': '此通知已不在清單上，可能已重新發送。',
  },
  mayNotSend: { en: 'Your account may not send notices.', 'zh-Hant': '你的帳戶無權發送通知。' },
  readAgain: { en: 'Read again', 'zh-Hant': '重新讀取' },
  notSent: { en: 'It could not be sent.', 'zh-Hant': '未能發送。' },
  action: { en: 'Action', 'zh-Hant': '處理' },
});

const orders = ['NEWEST_FIRST', 'OLDEST_FIRST'] as const satisfies readonly UndeliveredNoticeOrder[];
const kindChoices = [everything, ...valuesOf(noticeKindWords)] as const;
const failureChoices = [everything, ...valuesOf(noticeFailureWords)] as const;

/** Lists notices that could not be delivered, and sends them again. */
export function NoticesView(): ReactNode {
  const texts = useTexts(noticeTexts);
  const words = useTexts(listTexts);
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
        filters={
          <>
            <Filter label={texts.notice} choice={kind} words={{ ...kinds, [everything]: words.all }} />
            <Filter label={texts.why} choice={failure} words={{ ...failures, [everything]: words.all }} />
            <Filter label={words.order} choice={order} words={texts} />
          </>
        }
        keyOf={({ node }) => `${node.noticeId} ${node.endpoint}`}
        empty={texts.none}
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
            cell: ({ node }) => <Resend noticeId={node.noticeId} endpoint={node.endpoint} />,
          },
        ]}
      />
    </Page>
  );
}

type Sending =
  | { readonly state: 'idle' | 'sending' | 'failed' | 'forbidden' }
  | { readonly state: 'answered'; readonly isSentAgain: boolean };

/**
 * The mutation may be sent twice without harm, so it has no reference. After a failure, the user can press the button
 * again.
 */
function Resend({ noticeId, endpoint }: { readonly noticeId: string; readonly endpoint: string }): ReactNode {
  const texts = useTexts(noticeTexts);
  const graph = useGraph();
  const [sending, setSending] = useState<Sending>({ state: 'idle' });
  const resend = () => {
    setSending({ state: 'sending' });
    graph.ask(ResendNoticeDocument, { input: { noticeId, endpoint } }).then(
      ({ data: { resendNotice }, missing }) => setSending(sentOf(resendNotice, missing)),
      () => setSending({ state: 'failed' }),
    );
  };
  if (sending.state === 'answered') {
    const { isSentAgain } = sending;
    return <Notice tone={isSentAgain ? 'good' : 'warning'}>{isSentAgain ? texts.sent : texts.gone}</Notice>;
  }
  if (sending.state === 'forbidden') {
    return <Notice tone="warning">{texts.mayNotSend}</Notice>;
  }
  return (
    <>
      {sending.state === 'failed' && <Notice tone="bad">{texts.notSent}</Notice>}
      <Button busy={sending.state === 'sending'} onClick={resend}>
        {texts.resend}
      </Button>
    </>
  );
}

function sentOf(answer: { readonly isSentAgain: boolean } | null, missing: readonly MissingValue[]): Sending {
  if (answer !== null) {
    return { state: 'answered', isSentAgain: answer.isSentAgain };
  }
  return { state: missing.some(({ remedy }) => remedy === 'rights') ? 'forbidden' : 'failed' };
}
