import { Badge, createTexts, Page, useLive, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { Filter, useAddressChoice } from '../lists/work/filter.tsx';
import { listTexts } from '../lists/work/texts.ts';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import { CredentialChangesDocument, LossesDocument, type LossReportOrder } from '../operations.generated.ts';
import { cardKindWords, cardStatusWords, onReplacementWords } from '../words.ts';

const lossTexts = createTexts({
  title: { en: 'Loss reports', 'zh-Hant': '遺失報告' },
  NEWEST_FIRST: { en: 'Newest first', 'zh-Hant': '最新的排先' },
  OLDEST_FIRST: { en: 'Oldest first', 'zh-Hant': '最舊的排先' },
  none: { en: 'No loss was reported.', 'zh-Hant': '沒有遺失報告。' },
  reported: { en: 'Reported', 'zh-Hant': '報失時間' },
  card: { en: 'Card', 'zh-Hant': '證件' },
  kind: { en: 'Kind', 'zh-Hant': '類別' },
  now: { en: 'The card now', 'zh-Hant': '證件現況' },
  onReplacement: { en: 'On replacement', 'zh-Hant': '補領時' },
  patron: { en: 'Patron', 'zh-Hant': '讀者' },
});

const orders = ['NEWEST_FIRST', 'OLDEST_FIRST'] as const satisfies readonly LossReportOrder[];

export function LossesView(): ReactNode {
  const texts = useTexts(lossTexts);
  const words = useTexts(listTexts);
  const kinds = useTexts(cardKindWords);
  const statuses = useTexts(cardStatusWords);
  const replacements = useTexts(onReplacementWords);
  const order = useAddressChoice('order', orders);
  const list = useList(
    LossesDocument,
    (page) => ({ orderBy: order.value, ...page }),
    ({ lossReports }) => lossReports,
  );
  useLive(list.answer, CredentialChangesDocument, { after: list.page?.changesCursor });
  return (
    <Page title={texts.title}>
      <WorkList
        list={list}
        title={texts.title}
        name="losses"
        filters={<Filter label={words.order} choice={order} words={texts} />}
        keyOf={({ node }) => node.id}
        empty={texts.none}
        columns={[
          { heading: texts.reported, as: 'time', text: ({ node }) => node.reportedAt },
          { heading: texts.card, as: 'number', text: ({ node }) => node.credential?.libraryCardNumber },
          {
            heading: texts.kind,
            text: ({ node: { credential } }) => credential && kinds[credential.__typename],
          },
          {
            heading: texts.now,
            text: ({ node: { credential } }) => credential?.status && statuses[credential.status],
            cell: ({ node: { credential } }) =>
              credential?.status == null ? '—' : <Badge>{statuses[credential.status]}</Badge>,
          },
          {
            heading: texts.onReplacement,
            text: ({ node: { onReplacement } }) => onReplacement && replacements[onReplacement],
          },
          { heading: texts.patron, patron: ({ node }) => node.credential?.patron },
        ]}
      />
    </Page>
  );
}
