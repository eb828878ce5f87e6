import { Button, useGraph, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { applicationTexts, queueTexts } from '../texts.ts';
import { approveEach } from './approve-each.ts';
import type { Decision } from './decisions.ts';
import { DecisionsProgress } from './decisions-progress.tsx';

/** Approves the chosen applications one by one, and shows the progress and the outcome of each. */
export function ApproveSeveral({
  ids,
  onStart,
  onClose,
}: {
  readonly ids: readonly string[];
  /** Called before the first one is sent. */
  readonly onStart: () => void;
  readonly onClose: () => void;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const { approve } = useTexts(applicationTexts);
  const graph = useGraph();
  const [decisions, setDecisions] = useState<ReadonlyMap<string, Decision> | null>(null);
  const stop = useRef<AbortController | null>(null);
  useEffect(() => () => stop.current?.abort(), []);
  const start = () => {
    const controller = new AbortController();
    stop.current = controller;
    onStart();
    setDecisions(new Map(ids.map((id) => [id, { state: 'waiting', problems: [] }])));
    const tell = (id: string, decision: Decision) => {
      if (!controller.signal.aborted) {
        setDecisions((before) => new Map(before).set(id, decision));
      }
    };
    void approveEach(graph, ids, tell, controller.signal);
  };
  if (decisions === null) {
    return (
      <>
        <p>{texts.approveHint}</p>
        <p className="number">{ids.join(', ')}</p>
        <div className="actions">
          <Button kind="primary" onClick={start}>
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
