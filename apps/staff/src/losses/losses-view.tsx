import {
  Badge,
  createTexts,
  formatTime,
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
import { PatronLink } from '../lists/patron-name.tsx';
import { CredentialChangesDocument, LossesDocument } from '../operations.generated.ts';
import { cardKindWords, cardStatusWords, onReplacementWords } from '../words.ts';

const lossTexts = createTexts({
  title: { en: 'Loss reports', 'zh-Hant': '遺失報告' },
  list: { en: 'Loss reports, the newest first', 'zh-Hant': '遺失報告，最新的排先' },
  none: { en: 'No loss was reported.', 'zh-Hant': '沒有遺失報告。' },
  reported: { en: 'Reported', 'zh-Hant': '報失時間' },
  card: { en: 'Card', 'zh-Hant': '證件' },
  kind: { en: 'Kind', 'zh-Hant': '類別' },
  now: { en: 'The card now', 'zh-Hant': '證件現況' },
  onReplacement: { en: 'On replacement', 'zh-Hant': '補領時' },
  patron: { en: 'Patron', 'zh-Hant': '讀者' },
});

/** The reports of lost cards. The newest is first. */
export function LossesView(): ReactNode {
  const texts = useTexts(lossTexts);
  const kinds = useTexts(cardKindWords);
  const statuses = useTexts(cardStatusWords);
  const replacements = useTexts(onReplacementWords);
  const { language } = useLanguage();
  const pages = usePages();
  const answer = useQuery(LossesDocument, pages.variables);
  useLive(answer, CredentialChangesDocument, { after: answer.data?.lossReports?.changesCursor });
  return (
    <Page title={texts.title}>
      <section className="card" aria-label={texts.title}>
        <LoadedField answer={answer} field="lossReports">
          {(reports) => (
            <PagedTable
              caption={texts.list}
              pages={pages}
              connection={reports}
              keyOf={({ id }) => id}
              empty={texts.none}
              columns={[
                {
                  heading: texts.reported,
                  align: 'whole',
                  cell: ({ reportedAt }) => formatTime(reportedAt, language),
                },
                {
                  heading: texts.card,
                  cell: ({ credential }) => (
                    <span className="number">{credential?.libraryCardNumber ?? '—'}</span>
                  ),
                },
                {
                  heading: texts.kind,
                  cell: ({ credential }) => (credential === null ? '—' : kinds[credential.__typename]),
                },
                {
                  heading: texts.now,
                  cell: ({ credential }) =>
                    credential?.status == null ? '—' : <Badge>{statuses[credential.status]}</Badge>,
                },
                {
                  heading: texts.onReplacement,
                  cell: ({ onReplacement }) => (onReplacement === null ? '—' : replacements[onReplacement]),
                },
                {
                  heading: texts.patron,
                  cell: ({ credential }) => <PatronLink patron={credential?.patron} />,
                },
              ]}
            />
          )}
        </LoadedField>
      </section>
    </Page>
  );
}
