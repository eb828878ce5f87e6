import { Button, Field, Form, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { applicationTexts, queueTexts } from '../texts.ts';
import { maxRejectedTogether, rejectTogether } from './approve-or-reject.ts';
import type { SeveralProps } from './approve-several.tsx';
import { DecisionsProgress } from './decisions-progress.tsx';
import { type Decisions, useDecisions } from './use-decisions.ts';

/** The graph's limit, in UTF-16 units. */
const maxReasonLength = 500;

/** Rejects the chosen applications for one reason, and shows the outcome of each. Many applications take several operations. */
export function RejectSeveral({ ids, onStart, onClose }: SeveralProps): ReactNode {
  const texts = useTexts(queueTexts);
  const { reason: label, reasonHint, reasonMissing, reject } = useTexts(applicationTexts);
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const { decisions, start, ...rest } = useDecisions(ids, maxRejectedTogether);
  if (decisions !== null) {
    return <Rejected {...rest} decisions={decisions} onClose={onClose} />;
  }
  return (
    <Form
      onSubmit={() => {
        setMissing(reason.trim() === '');
        if (reason.trim() !== '') {
          onStart();
          start(rejectTogether(reason.trim()));
        }
      }}
    >
      <p className="number">{ids.join(', ')}</p>
      {ids.length > maxRejectedTogether && (
        <p>{texts.inBatches(maxRejectedTogether, Math.ceil(ids.length / maxRejectedTogether))}</p>
      )}
      <Field
        label={label}
        hint={reasonHint}
        error={isMissing ? reasonMissing : undefined}
        maxLength={maxReasonLength}
        value={reason}
        onChange={setReason}
      />
      <div className="actions">
        <Button type="submit" kind="danger">
          {reject}
        </Button>
        <Button onClick={onClose}>{texts.close}</Button>
      </div>
    </Form>
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
