import { Badge, Button, formatDay, Link, Page, useLanguage, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { everything } from '../lists/address.ts';
import { chosenIn, Filter, listOf, useAddressChoice, valuesOf } from '../lists/work/filter.tsx';
import { listTexts } from '../lists/work/texts.ts';
import { useList, WorkList } from '../lists/work/work-list.tsx';
import { type FindingOrder, type FindingState, FindingsDocument } from '../operations.generated.ts';
import { findingKindWords, findingStateWords } from '../words.ts';
import { FindingActs } from './finding-acts.tsx';
import type { OpenFinding } from './open-finding.ts';
import { findingTexts } from './texts.ts';

const orders = ['OLDEST_FOUND_FIRST', 'LATEST_FOUND_FIRST'] as const satisfies readonly FindingOrder[];
const kindChoices = [everything, ...valuesOf(findingKindWords)] as const;
const stateChoices = ['open', ...valuesOf(findingStateWords)] as const;
/** The states of findings that staff must work on. */
const open: readonly FindingState[] = ['OPEN', 'ACKNOWLEDGED'];

/**
 * The list of findings: the differences that a comparison of the library's systems has found. The default filter shows
 * the findings that staff must work on.
 */
export function FindingsView(): ReactNode {
  const texts = useTexts(findingTexts);
  const words = useTexts(listTexts);
  const kinds = useTexts(findingKindWords);
  const states = useTexts(findingStateWords);
  const order = useAddressChoice('order', orders);
  const kind = useAddressChoice('kind', kindChoices);
  const state = useAddressChoice('state', stateChoices);
  const list = useList(
    FindingsDocument,
    (page) => ({
      filter: { state: state.value === 'open' ? open : [state.value], kind: listOf(chosenIn(kind)) },
      orderBy: order.value,
      ...page,
    }),
    ({ findings }) => findings,
  );
  return (
    <Page
      title={texts.title}
      actions={
        <Button busy={list.answer.state === 'loading'} onClick={list.answer.reload}>
          {texts.readAgain}
        </Button>
      }
    >
      <WorkList
        list={list}
        title={texts.title}
        name="findings"
        hint={texts.hint}
        filters={
          <>
            <Filter label={texts.state} choice={state} words={{ ...states, open: texts.toDo }} />
            <Filter label={texts.kind} choice={kind} words={{ ...kinds, [everything]: words.all }} />
            <Filter label={words.order} choice={order} words={texts} />
          </>
        }
        keyOf={({ node }) => node.id}
        empty={state.value === 'open' && kind.value === everything ? texts.none : texts.noSuch}
        columns={[
          { heading: texts.kind, text: ({ node }) => kinds[node.kind] },
          {
            heading: texts.about,
            text: ({ node }) => node.patron?.id ?? node.operation?.code,
            cell: ({ node }) => <About finding={node} />,
          },
          {
            heading: texts.evidence,
            text: ({ node }) => node.credential?.libraryCardNumber,
            cell: ({ node }) => <Evidence finding={node} />,
          },
          { heading: texts.found, as: 'time', text: ({ node }) => node.foundAt },
          {
            heading: texts.state,
            text: ({ node }) => states[node.state],
            cell: ({ node }) => <State finding={node} />,
          },
          {
            heading: texts.acts,
            only: 'page',
            text: () => null,
            cell: ({ node }) => <FindingActs finding={node} onDone={list.answer.reload} />,
          },
        ]}
      />
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
