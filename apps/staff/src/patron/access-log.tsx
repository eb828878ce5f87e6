import {
  Checkbox,
  formatTime,
  Loaded,
  PagedTable,
  Section,
  useChangedField,
  useLanguage,
  usePages,
  useProgramName,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { OnRequest } from '../lists/on-request.tsx';
import { PatronAccessLogDocument } from '../operations.generated.ts';
import { accessReasonWords } from '../reason/reason-words.ts';
import { accessKindWords, accessRoleWords } from '../words.ts';
import { patronTexts } from './texts.ts';

/**
 * The log of everybody who has read or changed the patron's data. The patron sees the same log without names, because
 * names require another scope.
 */
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
  const reasons = useTexts(accessReasonWords);
  const fieldName = useChangedField();
  const programName = useProgramName();
  const { language } = useLanguage();
  const pages = usePages(patronId);
  const [isNamed, setNamed] = useState(false);
  const answer = useQuery(PatronAccessLogDocument, { patronId, isNamed, ...pages.variables });
  return (
    <Loaded answer={answer}>
      {({ patron }) =>
        patron?.accessLog == null ? null : (
          <>
            <Checkbox label={texts.showNames} checked={isNamed} onChange={setNamed} />
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
                  cell: ({ role, colleague, clientId }) =>
                    [roles[role], colleague, clientId !== null ? programName(clientId) : null]
                      .filter((part) => part != null)
                      .join(' · '),
                },
                { heading: texts.why, cell: ({ reason }) => reason !== null && reasons[reason] },
                { heading: texts.when, align: 'whole', cell: ({ at }) => formatTime(at, language) },
              ]}
            />
          </>
        )
      }
    </Loaded>
  );
}
