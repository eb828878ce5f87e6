import { Announce, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { queueTexts } from '../texts.ts';
import type { Decision } from './decide-batches.ts';
import { DecisionsTable } from './decisions-table.tsx';

const isDecided = ({ state }: Decision): boolean => ['done', 'refused', 'failed'].includes(state);

/** Shows how many of several applications are decided, and the outcome of each. */
export function DecisionsProgress({
  decisions,
}: {
  readonly decisions: ReadonlyMap<string, Decision>;
}): ReactNode {
  const texts = useTexts(queueTexts);
  const all = [...decisions.values()];
  const decided = all.filter(isDecided).length;
  const progress = texts.progress(decided, all.length);
  return (
    <>
      <p>
        <progress value={decided} max={all.length} aria-label={progress} /> {progress}
      </p>
      {all.some(({ state }) => state === 'waiting') && <p className="quiet">{texts.closingStops}</p>}
      <Announce>{progress}</Announce>
      <DecisionsTable decisions={decisions} />
    </>
  );
}
