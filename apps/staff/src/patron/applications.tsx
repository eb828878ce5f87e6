import {
  Badge,
  formatTime,
  Link,
  Loaded,
  Missing,
  PagedTable,
  Section,
  useLanguage,
  usePages,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { counterTexts } from '../applications/counter-texts.ts';
import { MorePatronApplicationsDocument, type PatronApplicationsFragment } from '../operations.generated.ts';
import { applicationStatusTones } from '../tones.ts';
import { applicationChannelWords, applicationStatusWords, credentialKindWords } from '../words.ts';
import { missingOf, type SectionProps } from './patron.ts';
import { patronTexts } from './texts.ts';
import { useListPage } from './use-list-page.ts';

/** The patron's applications, the oldest first. An open application may be on the last page. */
export function Applications({ patron: { id: patronId, applications }, missing }: SectionProps): ReactNode {
  const texts = useTexts(patronTexts);
  const { newOne } = useTexts(counterTexts);
  return (
    <Section
      title={texts.applications}
      actions={
        <Link className="button" to={`/patrons/${patronId}/apply`}>
          {newOne}
        </Link>
      }
    >
      <Missing at={missingOf(missing, 'applications')} />
      {applications !== null && <ApplicationsPages patronId={patronId} applications={applications} />}
    </Section>
  );
}

function ApplicationsPages({
  patronId,
  applications,
}: {
  readonly patronId: string;
  readonly applications: PatronApplicationsFragment;
}): ReactNode {
  const texts = useTexts(patronTexts);
  const statuses = useTexts(applicationStatusWords);
  const channels = useTexts(applicationChannelWords);
  const kinds = useTexts(credentialKindWords);
  const { language } = useLanguage();
  const pages = usePages(patronId);
  const page = useListPage(
    applications,
    pages,
    MorePatronApplicationsDocument,
    patronId,
    ({ patron }) => patron?.applications,
  );
  return (
    <Loaded answer={page}>
      {(connection) => (
        <PagedTable
          caption={texts.applications}
          hidesCaption
          empty={texts.noApplications}
          pages={pages}
          connection={connection}
          keyOf={({ id }) => id}
          columns={[
            { heading: texts.application, cell: ({ id }) => <Link to={`/applications/${id}`}>{id}</Link> },
            {
              heading: texts.status,
              cell: ({ status }) => <Badge tone={applicationStatusTones[status]}>{statuses[status]}</Badge>,
            },
            { heading: texts.wants, cell: ({ wants }) => wants.map((kind) => kinds[kind]).join(' + ') },
            { heading: texts.channel, cell: ({ channel }) => channels[channel] },
            {
              heading: texts.submittedAt,
              align: 'whole',
              cell: ({ submittedAt }) => formatTime(submittedAt, language),
            },
          ]}
        />
      )}
    </Loaded>
  );
}
