import {
  formatTime,
  Loaded,
  PagedTable,
  Section,
  useChangedField,
  useLanguage,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { OnRequest } from '../lists/on-request.tsx';
import { PatronAccessLogDocument } from '../operations.generated.ts';
import { accessKindWords, accessRoleWords } from '../words.ts';
import { patronTexts } from './texts.ts';

/** The log of all who have read or changed the patron's data. The patron sees the same log. */
export function AccessLog({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(patronTexts);
  return (
    <Section title={texts.accessLog}>
      <OnRequest label={texts.showAccessLog}>
        <AccessTable patronId={patronId} />
      </OnRequest>
    </Section>
  );
}

function AccessTable({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(patronTexts);
  const kinds = useTexts(accessKindWords);
  const roles = useTexts(accessRoleWords);
  const fieldName = useChangedField();
  const { language } = useLanguage();
  const pages = usePages(patronId);
  const answer = useQuery(PatronAccessLogDocument, { patronId, ...pages.variables });
  return (
    <Loaded answer={answer}>
      {({ patron }) =>
        patron?.accessLog == null ? null : (
          <PagedTable
            caption={texts.accessLog}
            hidesCaption
            empty={texts.noAccesses}
            pages={pages}
            connection={patron.accessLog}
            keyOf={({ at }, index) => `${at} ${index}`}
            columns={[
              {
                heading: texts.what,
                cell: ({ kind, field }) => (
                  <>
                    {kinds[kind]}
                    {field !== null && ` · ${fieldName(field)}`}
                  </>
                ),
              },
              {
                heading: texts.who,
                cell: ({ role, clientId }) => `${roles[role]}${clientId === null ? '' : ` · ${clientId}`}`,
              },
              { heading: texts.when, cell: ({ at }) => formatTime(at, language) },
            ]}
          />
        )
      }
    </Loaded>
  );
}
