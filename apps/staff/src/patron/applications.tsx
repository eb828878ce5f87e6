import { Badge, formatTime, Link, Missing, Section, Table, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { counterTexts } from '../applications/counter-texts.ts';
import { applicationStatusTones } from '../tones.ts';
import { applicationChannelWords, applicationStatusWords, credentialKindWords } from '../words.ts';
import { missingOf, type SectionProps } from './patron.ts';
import { patronTexts } from './texts.ts';

export function Applications({ patron: { id: patronId, applications }, missing }: SectionProps): ReactNode {
  const texts = useTexts(patronTexts);
  const statuses = useTexts(applicationStatusWords);
  const channels = useTexts(applicationChannelWords);
  const kinds = useTexts(credentialKindWords);
  const { newOne } = useTexts(counterTexts);
  const { language } = useLanguage();
  const rows = (applications?.edges ?? []).map(({ node }) => node);
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
      {applications !== null && (
        <Table
          caption={texts.applications}
          hidesCaption
          empty={texts.noApplications}
          rows={rows}
          keyOf={({ id }) => id}
          columns={[
            { heading: texts.application, cell: ({ id }) => <Link to={`/applications/${id}`}>{id}</Link> },
            {
              heading: texts.status,
              cell: ({ status }) => <Badge tone={applicationStatusTones[status]}>{statuses[status]}</Badge>,
            },
            { heading: texts.wants, cell: ({ wants }) => wants.map((kind) => kinds[kind]).join(' + ') },
            { heading: texts.channel, cell: ({ channel }) => channels[channel] },
            { heading: texts.submittedAt, cell: ({ submittedAt }) => formatTime(submittedAt, language) },
          ]}
        />
      )}
      {applications !== null && applications.totalCount > rows.length && (
        <p className="quiet">{texts.moreApplications(rows.length, applications.totalCount)}</p>
      )}
    </Section>
  );
}
