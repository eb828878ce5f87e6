import { missingAt } from '@patron-graph/kit';
import {
  formatTime,
  Loaded,
  Missing,
  Page,
  PagedTable,
  Section,
  useChangedField,
  useLanguage,
  usePages,
  useProgramName,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { AccessLogDocument, type AccessLogQuery } from '../operations.generated.ts';
import { accessTexts } from './texts.ts';

type Entry = NonNullable<NonNullable<AccessLogQuery['me']>['accessLog']>['edges'][number]['node'];

const entriesOfPage = 20;

/** The reader's access log, newest first. */
export function AccessView(): ReactNode {
  const texts = useTexts(accessTexts);
  const fieldName = useChangedField();
  const { language } = useLanguage();
  const pages = usePages();
  const answer = useQuery(AccessLogDocument, { first: entriesOfPage, ...pages.variables });
  const programName = useProgramName();
  const programOf = ({ clientId }: Entry) => {
    if (clientId === 'sign-in') {
      return texts.signIn;
    }
    return clientId?.startsWith('station-') ? texts.STATION : clientId !== null && programName(clientId);
  };
  const whatOf = ({ kind, field }: Entry) => (field === null ? texts[kind] : texts.changed(fieldName(field)));
  return (
    <Page title={texts.title}>
      <p>{texts.about}</p>
      <p>
        {texts.allData} <a href="data">{texts.download}</a>
      </p>
      <Loaded answer={answer}>
        {({ me }, missing) => (
          <Section title={texts.entries}>
            <Missing at={missingAt(missing, ['me', 'accessLog'])} />
            {me?.accessLog != null && (
              <PagedTable
                caption={texts.title}
                hidesCaption
                keyOf={({ at }, index) => `${at} ${index}`}
                pages={pages}
                connection={me.accessLog}
                empty={texts.none}
                columns={[
                  { heading: texts.when, align: 'whole', cell: ({ at }) => formatTime(at, language) },
                  { heading: texts.what, cell: whatOf },
                  { heading: texts.who, cell: ({ role }) => texts[role] },
                  { heading: texts.application, cell: programOf },
                  { heading: texts.why, cell: ({ reason }) => reason !== null && texts[reason] },
                ]}
              />
            )}
          </Section>
        )}
      </Loaded>
    </Page>
  );
}
