import { Button, Field, Form, useDraft, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { applicationTexts } from './texts.ts';

/** The graph's limit for a reason, in UTF-16 units. */
const maxReasonLength = 500;

export const rejectDraft = (ids: readonly string[]): string => `reject ${ids.join()}`;

/**
 * Asks for the reason of a rejection. The typed reason survives a new sign-in. `actions` are further buttons beside the
 * form's own buttons. `children` are shown above the field.
 */
export function RejectForm({
  ids,
  busy = false,
  onReject,
  actions,
  children,
}: {
  /** The applications that may be rejected. */
  readonly ids: readonly string[];
  readonly busy?: boolean;
  /** Resolves to true if the graph has received the rejection. The draft of the reason is then dropped. */
  readonly onReject: (reason: string) => Promise<boolean>;
  readonly actions?: ReactNode;
  readonly children?: ReactNode;
}): ReactNode {
  const texts = useTexts(applicationTexts);
  const {
    form: { reason },
    change,
    clear,
  } = useDraft(rejectDraft(ids), { reason: '' });
  const [isMissing, setMissing] = useState(false);
  const reject = () => {
    setMissing(reason.trim() === '');
    if (reason.trim() !== '') {
      void onReject(reason.trim()).then((isReceived) => isReceived && clear());
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
        onChange={(typed) => change({ reason: typed })}
      />
      <div className="actions">
        <Button type="submit" kind="sure" busy={busy}>
          {texts.reject}
        </Button>
        {actions}
      </div>
    </Form>
  );
}
