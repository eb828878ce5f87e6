import { Badge, Link, Table, useReason, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { sendTones } from '../../tones.ts';
import { operationStateWords } from '../../words.ts';
import { queueTexts } from '../texts.ts';
import type { Decision } from './decide-batches.ts';

export function DecisionsTable({
  decisions,
}: {
  readonly decisions: ReadonlyMap<string, Decision>;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const states = useTexts(operationStateWords);
  const reasonOf = useReason();
  const wordOf: Readonly<Record<Decision['state'], string>> = {
    waiting: texts.waiting,
    sending: texts.sending,
    unsettled: states.UNSETTLED,
    done: states.DONE,
    refused: states.REFUSED,
    failed: texts.failed,
  };
  return (
    <Table
      caption={texts.outcomes}
      rows={[...decisions]}
      keyOf={([id]) => id}
      columns={[
        { heading: texts.application, cell: ([id]) => <Link to={`/applications/${id}`}>{id}</Link> },
        {
          heading: texts.outcome,
          cell: ([, { state }]) => <Badge tone={sendTones[state]}>{wordOf[state]}</Badge>,
        },
        {
          heading: texts.why,
          cell: ([, { state, problems, missing }]) =>
            state === 'failed' ? texts.failedHint : [...problems, ...missing.map(reasonOf)].join(' '),
        },
      ]}
    />
  );
}
