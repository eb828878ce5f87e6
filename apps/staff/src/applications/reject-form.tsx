import { Button, Field, Form, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { applicationTexts } from './texts.ts';

/** The graph's limit for a reason, in UTF-16 units. */
const maxReasonLength = 500;

/**
 * Asks for the reason of a rejection. `actions` are buttons beside the form's own buttons. `children` are above the
 * field.
 */
export function RejectForm({
  busy = false,
  onReject,
  actions,
  children,
}: {
  readonly busy?: boolean;
  readonly onReject: (reason: string) => void;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  const texts = useTexts(applicationTexts);
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const reject = () => {
    setMissing(reason.trim() === '');
    if (reason.trim() !== '') {
      onReject(reason.trim());
    }
  };
  return (
    <Form onSubmit={reject}>
      {children}
      <Field
        label={texts.reason}
        hint={texts.reasonHint}
        error={isMissing ? texts.reasonMissing : undefined}
        maxLength={maxReasonLength}
        value={reason}
        onChange={setReason}
      />
      <div className="actions">
        <Button type="submit" kind="danger" busy={busy}>
          {texts.reject}
        </Button>
        {actions}
      </div>
    </Form>
  );
}
