import { missingAt } from '@patron-graph/kit';
import {
  formatTime,
  Loaded,
  Missing,
  Page,
  Pager,
  Section,
  Table,
  useChangedField,
  useLanguage,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { AccessLogDocument, type AccessLogQuery } from '../operations.generated.ts';
import { accessTexts } from './texts.ts';

type Entry = NonNullable<NonNullable<AccessLogQuery['me']>['accessLog']>['edges'][number];

const entriesOfPage = 20;

/** The reader's access log, the latest first. */
export function AccessView(): ReactNode {
  const texts = useTexts(accessTexts);
  const fieldName = useChangedField();
  const { language } = useLanguage();
  const pages = usePages();
  const answer = useQuery(AccessLogDocument, {
    first: entriesOfPage,
    ...pages.variables,
  });
  const whatOf = ({ node: { kind, field } }: Entry) =>
    field === null ? texts[kind] : texts.changed(fieldName(field));
  return (
    <Page title={texts.title}>
      <p>{texts.about}</p>
      <Loaded answer={answer}>
        {({ me }, missing) => (
          <Section title={texts.title}>
            <Missing at={missingAt(missing, ['me', 'accessLog'])} />
            {me?.accessLog != null && (
              <>
                <Table
                  caption={texts.title}
                  hidesCaption
                  keyOf={({ cursor }) => cursor}
                  rows={me.accessLog.edges}
                  empty={texts.none}
                  columns={[
                    { heading: texts.when, cell: ({ node }) => formatTime(node.at, language) },
                    { heading: texts.what, cell: whatOf },
                    { heading: texts.who, cell: ({ node }) => texts[node.role] },
                    { heading: texts.application, cell: ({ node }) => node.clientId },
                  ]}
                />
                <Pager pages={pages} connection={me.accessLog} />
              </>
            )}
          </Section>
        )}
      </Loaded>
    </Page>
  );
}
