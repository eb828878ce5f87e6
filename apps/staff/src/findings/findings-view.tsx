import {
  Badge,
  Button,
  formatDay,
  formatTime,
  Link,
  LoadedField,
  Page,
  PagedTable,
  useLanguage,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { OpenFindingsDocument } from '../operations.generated.ts';
import { findingKindWords, findingStateWords } from '../words.ts';
import { FindingActs } from './finding-acts.tsx';
import type { OpenFinding } from './open-finding.ts';
import { findingTexts } from './texts.ts';

/** Lists the findings that staff have to work on, the oldest first. */
export function FindingsView(): ReactNode {
  const texts = useTexts(findingTexts);
  const kinds = useTexts(findingKindWords);
  const { language } = useLanguage();
  const pages = usePages();
  const answer = useQuery(OpenFindingsDocument, pages.variables);
  return (
    <Page
      title={texts.title}
      actions={
        <Button busy={answer.state === 'loading'} onClick={answer.reload}>
          {texts.readAgain}
        </Button>
      }
    >
      <section className="card" aria-label={texts.title}>
        <p className="quiet">{texts.hint}</p>
        <LoadedField answer={answer} field="findings">
          {(findings) => (
            <PagedTable
              caption={texts.title}
              hidesCaption
              pages={pages}
              connection={findings}
              keyOf={({ id }) => id}
              empty={texts.none}
              columns={[
                { heading: texts.kind, cell: ({ kind }) => kinds[kind] },
                { heading: texts.about, cell: (finding) => <About finding={finding} /> },
                { heading: texts.evidence, cell: (finding) => <Evidence finding={finding} /> },
                {
                  heading: texts.found,
                  align: 'whole',
                  cell: ({ foundAt }) => formatTime(foundAt, language),
                },
                { heading: texts.state, cell: (finding) => <State finding={finding} /> },
                {
                  heading: texts.acts,
                  cell: (finding) => <FindingActs finding={finding} onDone={answer.reload} />,
                },
              ]}
            />
          )}
        </LoadedField>
      </section>
    </Page>
  );
}

interface FindingProps {
  readonly finding: OpenFinding;
}

/** The patron or the operation of a finding. If card management doesn't have the card, the finding has neither. */
function About({ finding: { patron, operation } }: FindingProps): ReactNode {
  if (patron !== null) {
    return <Link to={`/patrons/${patron.id}`}>{patron.id}</Link>;
  }
  return operation === null ? (
    '—'
  ) : (
    <Link to="/operations" search={{ code: operation.code }}>
      {operation.code}
    </Link>
  );
}

/** The maximum number of loans that a row shows. */
const maxLoans = 3;

function Evidence({ finding: { credential, loans } }: FindingProps): ReactNode {
  const texts = useTexts(findingTexts);
  const { language } = useLanguage();
  return (
    <>
      {credential !== null && <span className="number">{credential.libraryCardNumber}</span>}
      {loans.slice(0, maxLoans).map(({ since, isByDesk }) => (
        <div key={since}>{texts.lent(formatDay(since.slice(0, 10), language), isByDesk)}</div>
      ))}
      {loans.length > maxLoans && <div>…</div>}
    </>
  );
}

function State({ finding: { state, lastChange } }: FindingProps): ReactNode {
  const states = useTexts(findingStateWords);
  return (
    <>
      <Badge tone={state === 'OPEN' ? 'warning' : 'neutral'}>{states[state]}</Badge>
      {state === 'ACKNOWLEDGED' && lastChange?.by != null && ` ${lastChange.by}`}
    </>
  );
}
