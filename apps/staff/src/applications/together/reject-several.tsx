import { Button, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { RejectForm } from '../reject-form.tsx';
import { queueTexts } from '../texts.ts';
import { maxRejectedTogether, rejectTogether } from './approve-or-reject.ts';
import type { SeveralProps } from './approve-several.tsx';
import { DecisionsProgress } from './decisions-progress.tsx';
import { type Decisions, useDecisions } from './use-decisions.ts';

/**
 * Rejects the chosen applications for one reason, and shows the outcome of each. Many applications need several
 * operations.
 */
export function RejectSeveral({ ids, onStart, onClose }: SeveralProps): ReactNode {
  const texts = useTexts(queueTexts);
  const { decisions, start, ...rest } = useDecisions(ids, maxRejectedTogether);
  if (decisions !== null) {
    return <Rejected {...rest} decisions={decisions} onClose={onClose} />;
  }
  return (
    <RejectForm
      ids={ids}
      onReject={(reason) => {
        onStart();
        start(rejectTogether(reason));
        // False keeps the draft of the reason until the dialog closes.
        return Promise.resolve(false);
      }}
      actions={<Button onClick={onClose}>{texts.close}</Button>}
    >
      <p className="number">{ids.join(', ')}</p>
      {ids.length > maxRejectedTogether && (
        <p>{texts.inBatches(maxRejectedTogether, Math.ceil(ids.length / maxRejectedTogether))}</p>
      )}
    </RejectForm>
  );
}

function Rejected({
  decisions,
  codes,
  mayBeRepeated,
  repeat,
  onClose,
}: Omit<Decisions, 'decisions' | 'start'> &
  Parameters<typeof DecisionsProgress>[0] &
  Pick<SeveralProps, 'onClose'>): ReactNode {
  const texts = useTexts(queueTexts);
  return (
    <>
      <DecisionsProgress decisions={decisions} />
      {codes.length > 0 && (
        <p>
          {texts.codes}: <code>{codes.join(', ')}</code>
        </p>
      )}
      <div className="actions">
        {mayBeRepeated && <Button onClick={repeat}>{texts.sendAgain}</Button>}
        <Button kind="primary" onClick={onClose}>
          {texts.close}
        </Button>
      </div>
    </>
  );
}
