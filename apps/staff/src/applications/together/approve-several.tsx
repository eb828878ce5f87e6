import { Button, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { applicationTexts, queueTexts } from '../texts.ts';
import { approveEach } from './approve-or-reject.ts';
import { DecisionsProgress } from './decisions-progress.tsx';
import { useDecisions } from './use-decisions.ts';

export interface SeveralProps {
  readonly ids: readonly string[];
  /** Called before the first application is sent. */
  readonly onStart: () => void;
  readonly onClose: () => void;
}

/** Approves the chosen applications one by one, and shows the progress and the outcome of each. */
export function ApproveSeveral({ ids, onStart, onClose }: SeveralProps): ReactNode {
  const texts = useTexts(queueTexts);
  const { approve } = useTexts(applicationTexts);
  const { decisions, start } = useDecisions(ids, 1);
  if (decisions === null) {
    return (
      <>
        <p>{texts.approveHint}</p>
        <p className="number">{ids.join(', ')}</p>
        <div className="actions">
          <Button
            kind="primary"
            onClick={() => {
              onStart();
              start(approveEach);
            }}
          >
            {approve}
          </Button>
          <Button onClick={onClose}>{texts.close}</Button>
        </div>
      </>
    );
  }
  return (
    <>
      <DecisionsProgress decisions={decisions} />
      <div className="actions">
        <Button kind="primary" onClick={onClose}>
          {texts.close}
        </Button>
      </div>
    </>
  );
}
