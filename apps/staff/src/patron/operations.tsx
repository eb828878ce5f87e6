import {
  Badge,
  formatTime,
  Loaded,
  PagedTable,
  Section,
  useLanguage,
  useLive,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { OnRequest } from '../lists/on-request.tsx';
import { FoundPayments, usePayments } from '../operations/found-payments.tsx';
import {
  LibraryChangesDocument,
  PatronOperationsDocument,
  type PatronOperationsQuery,
} from '../operations.generated.ts';
import { operationStateTones } from '../tones.ts';
import { operationKindWords, operationStateWords } from '../words.ts';
import { patronTexts } from './texts.ts';

type Operation = NonNullable<PatronOperationsQuery['operations']>['edges'][number]['node'];

/** The minimum time between two readings of the operations, in ms, because each reading is audited. */
const changedEveryMs = 5_000;

/**
 * The patron's operations. Each reading is audited, so they are first read on request. After that, they are read again
 * whenever an operation is requested or settled.
 */
export function Operations({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(patronTexts);
  return (
    <Section title={texts.operations}>
      <p className="quiet">{texts.operationsHint}</p>
      <OnRequest label={texts.showOperations}>
        <OperationsTable patronId={patronId} />
        <PaymentsOfPatron patronId={patronId} />
      </OnRequest>
    </Section>
  );
}

/** The patron's operations in the payment system, such as payments. The graph lists them separately. */
function PaymentsOfPatron({ patronId }: { readonly patronId: string }): ReactNode {
  return <FoundPayments answer={usePayments({ patronId })} isOfOnePatron />;
}

function OperationsTable({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(patronTexts);
  const kinds = useTexts(operationKindWords);
  const { language } = useLanguage();
  const pages = usePages(patronId);
  const answer = useQuery(PatronOperationsDocument, { patronId, ...pages.variables });
  useLive(answer, LibraryChangesDocument, {
    variables: { filter: { patronId } },
    after: answer.data?.operations?.changesCursor,
    isAbout: ({ kind }) => kind === 'OPERATION',
    everyMs: changedEveryMs,
  });
  return (
    <Loaded answer={answer}>
      {({ operations }) =>
        operations === null ? null : (
          <PagedTable
            caption={texts.operations}
            hidesCaption
            empty={texts.noOperations}
            pages={pages}
            connection={operations}
            keyOf={({ code }) => code}
            columns={[
              { heading: texts.operation, cell: ({ kind }) => kinds[kind] },
              { heading: texts.outcome, cell: (operation) => <OutcomeOf operation={operation} /> },
              {
                heading: texts.requestedAt,
                align: 'whole',
                cell: ({ requestedAt }) => formatTime(requestedAt, language),
              },
              { heading: texts.code, cell: ({ code }) => <code>{code}</code> },
            ]}
          />
        )
      }
    </Loaded>
  );
}

function OutcomeOf({ operation }: { readonly operation: Operation }): ReactNode {
  const states = useTexts(operationStateWords);
  const { state, problems } = operation;
  return (
    <>
      <Badge tone={operationStateTones[state]}>{states[state]}</Badge>{' '}
      {problems.map(({ message }) => message).join(' ')}
    </>
  );
}
