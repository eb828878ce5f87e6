import { Badge, formatTime, Section, Table, useLanguage, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useState } from 'react';
import type { ListedTerminal, Refusal, StationEnrolments } from './enrolments.ts';
import { ListFailed } from './list-failed.tsx';
import { problemTexts, stationTexts } from './texts.ts';

/** The machines and services that speak SIP2. Renders nothing if there are none, or if the server doesn't know them. */
export function Terminals({ enrolments }: { readonly enrolments: StationEnrolments }): ReactNode {
  const [tries, setTries] = useState(0);
  return <TerminalList key={tries} enrolments={enrolments} onRetry={() => setTries(tries + 1)} />;
}

interface TerminalListProps {
  readonly enrolments: StationEnrolments;
  onRetry(): void;
}

function TerminalList({ enrolments, onRetry }: TerminalListProps): ReactNode {
  const texts = useTexts(stationTexts);
  const problems = useTexts(problemTexts);
  const { language } = useLanguage();
  const [terminals, setTerminals] = useState<readonly ListedTerminal[]>([]);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  useEffect(() => {
    let isShown = true;
    void enrolments.terminals().then((answered) => {
      if (isShown) {
        setRefusal('refusal' in answered ? answered.refusal : null);
        setTerminals('value' in answered ? (answered.value ?? []) : []);
      }
    });
    return () => {
      isShown = false;
    };
  }, [enrolments]);
  if (refusal !== null) {
    return (
      <Section title={texts.terminals}>
        <ListFailed refusal={refusal} onRetry={onRetry} />
      </Section>
    );
  }
  if (terminals.length === 0) {
    return null;
  }
  return (
    <Section title={texts.terminals}>
      <p>{texts.terminalsIntro}</p>
      <Table
        caption={texts.terminals}
        hidesCaption
        empty={texts.none}
        keyOf={({ name }) => name}
        rows={terminals}
        columns={[
          { heading: texts.name, cell: ({ name }) => <code>{name}</code> },
          { heading: texts.branch, cell: ({ branch }) => branch ?? '' },
          {
            heading: texts.lastSeen,
            align: 'whole',
            cell: ({ lastSeenAt }) => (lastSeenAt === null ? texts.never : formatTime(lastSeenAt, language)),
          },
          {
            heading: texts.state,
            cell: ({ connections, problems: found }) =>
              found.length > 0 ? (
                <Badge tone="bad">{found.map((problem) => problems[problem]).join(' ')}</Badge>
              ) : (
                <Badge tone={connections > 0 ? 'good' : 'neutral'}>
                  {connections > 0 ? texts.connected : texts.notConnected}
                </Badge>
              ),
          },
        ]}
      />
    </Section>
  );
}
