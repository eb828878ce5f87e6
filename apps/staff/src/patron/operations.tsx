import {
  Badge,
  Button,
  formatTime,
  Loaded,
  PagedTable,
  Section,
  useGraph,
  useLanguage,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { OnRequest } from '../lists/on-request.tsx';
import {
  DeskOwnOperationDocument,
  PatronOperationsDocument,
  type PatronOperationsQuery,
} from '../operations.generated.ts';
import { operationStateTones } from '../tones.ts';
import { operationKindWords, operationStateWords } from '../words.ts';
import { patronTexts } from './texts.ts';

type Operation = NonNullable<PatronOperationsQuery['operations']>['edges'][number]['node'];

/** The patron's operations. They are read only on request, because each reading is audited. */
export function Operations({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(patronTexts);
  return (
    <Section title={texts.operations}>
      <p className="quiet">{texts.operationsHint}</p>
      <OnRequest label={texts.showOperations}>
        <OperationsTable patronId={patronId} />
      </OnRequest>
    </Section>
  );
}

function OperationsTable({ patronId }: { readonly patronId: string }): ReactNode {
  const texts = useTexts(patronTexts);
  const kinds = useTexts(operationKindWords);
  const { language } = useLanguage();
  const pages = usePages(patronId);
  const answer = useQuery(PatronOperationsDocument, { patronId, ...pages.variables });
  return (
    <Loaded answer={answer}>
      {({ operations }) =>
        operations === null ? null : (
          <>
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
            <Button onClick={answer.reload}>{texts.readAgain}</Button>
          </>
        )
      }
    </Loaded>
  );
}

function OutcomeOf({ operation }: { readonly operation: Operation }): ReactNode {
  const states = useTexts(operationStateWords);
  const { state, problems } = useSettling(operation);
  return (
    <>
      <Badge tone={operationStateTones[state]}>{states[state]}</Badge>{' '}
      {problems.map(({ message }) => message).join(' ')}
    </>
  );
}

const firstPauseMs = 2_000;
const longestPauseMs = 30_000;

/**
 * Reads an unsettled operation again, until it is settled. This works only for operations that this member of staff has
 * requested, because reading one's own operations is not audited. Other operations keep their state until the list is
 * read again.
 */
function useSettling(operation: Operation): Pick<Operation, 'state' | 'problems'> {
  const graph = useGraph();
  const { reference } = operation;
  const [settled, setSettled] = useState<Pick<Operation, 'state' | 'problems'> | null>(null);
  const isOpen = operation.state === 'UNSETTLED' && settled === null;
  useEffect(() => {
    if (!isOpen) {
      return;
    }
    let pauseMs = firstPauseMs;
    let timer = setTimeout(ask, pauseMs);
    async function ask(): Promise<void> {
      const answer = await graph.ask(DeskOwnOperationDocument, { reference }).catch(() => null);
      if (answer?.data.operation != null && answer.data.operation.state !== 'UNSETTLED') {
        setSettled(answer.data.operation);
      } else if (answer === null || answer.data.operation !== null) {
        pauseMs = Math.min(pauseMs * 1.5, longestPauseMs);
        timer = setTimeout(ask, pauseMs);
      }
    }
    return () => clearTimeout(timer);
  }, [graph, reference, isOpen]);
  return settled ?? operation;
}
