import { type MissingValue, missingAt } from '@patron-graph/kit';
import {
  Badge,
  Empty,
  Facts,
  formatTime,
  Link,
  Loaded,
  MessageList,
  Missing,
  Page,
  Section,
  useLanguage,
  useLive,
  usePathValue,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useCallback, useState } from 'react';
import { PatronLink } from '../lists/patron-name.tsx';
import { NotActive } from '../lists/patron-status.tsx';
import { ApplicationChangesDocument, OneApplicationDocument } from '../operations.generated.ts';
import { applicationChannelWords, applicationStatusWords, credentialKindWords } from '../words.ts';
import { ApplicantFacts } from './applicant-facts.tsx';
import { CompareNumbers } from './compare-numbers.tsx';
import { DecideOne } from './decide-one.tsx';
import type { ShownApplication } from './shown-application.ts';
import { applicationTexts } from './texts.ts';

export function ApplicationView(): ReactNode {
  const id = usePathValue('id');
  const texts = useTexts(applicationTexts);
  return (
    <Page title={texts.title(id)} actions={<Link to="/applications">{texts.back}</Link>}>
      <OneApplication id={id} />
    </Page>
  );
}

/** One application, with the data of the form, its problems, and the decision. */
export function OneApplication({ id }: { readonly id: string }): ReactNode {
  const texts = useTexts(applicationTexts);
  const answer = useQuery(OneApplicationDocument, { id });
  const [areNumbersShown, setNumbersShown] = useState(false);
  const onShown = useCallback(() => setNumbersShown(true), []);
  useLive(answer, ApplicationChangesDocument, {
    after: answer.data?.application?.changesCursor,
    isAbout: (event) => event.kind === 'REJECT_APPLICATIONS' || event.application?.id === id,
  });
  return (
    <Loaded answer={answer}>
      {({ application }, missing) =>
        application === null ? (
          <NoApplication at={missingAt(missing, ['application'])} />
        ) : (
          <>
            <div className="grid">
              <State application={application} />
              <InTheWay application={application} />
              <Section title={texts.applicant}>
                {application.applicant === null ? (
                  <Missing at={missingAt(missing, ['application', 'applicant'])} />
                ) : (
                  <ApplicantFacts applicant={application.applicant} guarantor={application.guarantor} />
                )}
              </Section>
              <SameDocument application={application} />
            </div>
            <CompareNumbers id={id} onShown={onShown} />
            <DecideOne
              application={application}
              areNumbersShown={areNumbersShown}
              onDecided={answer.reload}
            />
          </>
        )
      }
    </Loaded>
  );
}

/** A message that the application could not be read, or that it doesn't exist. */
function NoApplication({ at }: { readonly at: MissingValue | undefined }): ReactNode {
  const texts = useTexts(applicationTexts);
  return at === undefined ? <Empty>{texts.notFound}</Empty> : <Missing at={at} />;
}

interface Shown {
  readonly application: ShownApplication;
}

function State({ application }: Shown): ReactNode {
  const texts = useTexts(applicationTexts);
  const statuses = useTexts(applicationStatusWords);
  const channels = useTexts(applicationChannelWords);
  const kinds = useTexts(credentialKindWords);
  const { language } = useLanguage();
  const { status, wants, channel, submittedAt, decidedAt, decidedBy, reason, patron } = application;
  return (
    <Section title={texts.state}>
      <Facts
        facts={[
          [texts.state, <Badge key="status">{statuses[status]}</Badge>],
          [texts.wants, wants.map((kind) => kinds[kind]).join(', ')],
          [texts.channel, channels[channel]],
          [texts.submitted, formatTime(submittedAt, language)],
          [
            texts.patron,
            patron === null ? (
              texts.notRegistered
            ) : (
              <span key="patron">
                <PatronLink patron={patron} /> <NotActive status={patron.status} />
              </span>
            ),
          ],
          [texts.decided, decidedAt === null ? null : formatTime(decidedAt, language)],
          [texts.decidedBy, decidedBy],
          [texts.reasonGiven, reason],
        ]}
      />
    </Section>
  );
}

function InTheWay({ application: { problems } }: Shown): ReactNode {
  const texts = useTexts(applicationTexts);
  return (
    <Section title={texts.inTheWay}>
      {problems.length === 0 ? (
        <p>{texts.nothingInTheWay}</p>
      ) : (
        <MessageList messages={problems.map(({ message }) => message)} />
      )}
    </Section>
  );
}

/**
 * Other applications with the same identity document. An application without a link is held back by the graph until
 * another one is decided.
 */
function SameDocument({ application: { id, sameDocument } }: Shown): ReactNode {
  const texts = useTexts(applicationTexts);
  const { language } = useLanguage();
  const others = (sameDocument?.open ?? []).filter((other) => other.id !== id);
  if (sameDocument === null || (others.length === 0 && sameDocument.waitingCount === 0)) {
    return null;
  }
  return (
    <Section title={texts.sameDocument}>
      <p className="quiet">{texts.sameDocumentHint}</p>
      <ul>
        {others.map((other) => (
          <li key={other.id}>
            <Link to={`/applications/${other.id}`}>{other.id}</Link> · {other.applicant?.englishName} ·{' '}
            {formatTime(other.submittedAt, language)}
          </li>
        ))}
        {sameDocument.waiting.map(({ submittedAt, applicant }) => (
          <li key={submittedAt}>
            {applicant.englishName} · {formatTime(submittedAt, language)}
          </li>
        ))}
      </ul>
      {sameDocument.waitingCount > 0 && <p>{texts.keptBack(sameDocument.waitingCount)}</p>}
    </Section>
  );
}
