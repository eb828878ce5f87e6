import { Button, Checkbox, Dialog, Form, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import type { ApproveApplicationInput } from '../operations.generated.ts';
import { othersWith } from './same-document.ts';
import type { ShownApplication } from './shown-application.ts';
import { applicationTexts } from './texts.ts';

/** What staff confirm when they approve an application, such as having seen a document. */
export type Seen = Omit<ApproveApplicationInput, 'reference' | 'applicationId'>;

/**
 * The form to approve an application. It asks which documents staff have seen. Before it sends the approval, it asks
 * for a confirmation, because issued cards stay issued.
 *
 * If `wasRefused` is true, the form shows every question, because the refusal may concern any of them. Staff can
 * confirm that they have compared the numbers only after the numbers were shown.
 */
export function ApproveForm({
  application,
  busy,
  wasRefused,
  areNumbersShown,
  onApprove,
}: {
  readonly application: ShownApplication;
  readonly busy: boolean;
  readonly wasRefused: boolean;
  readonly areNumbersShown: boolean;
  readonly onApprove: (seen: Seen) => void;
}): ReactNode {
  const texts = useTexts(applicationTexts);
  const [addressProofShown, setAddressProofShown] = useState(false);
  const [identityDocumentSeen, setIdentityDocumentSeen] = useState(false);
  const [othersSeen, setOthersSeen] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const otherIds = othersWith(application);
  const needsDocument = application.problems.some(({ code }) => code === 'IDENTITY_DOCUMENT_NEEDED');
  const approve = () => {
    setAsking(false);
    onApprove({
      addressProofShown: addressProofShown || undefined,
      identityDocumentSeen: identityDocumentSeen || undefined,
      otherApplicationsSeen: othersSeen ? otherIds : undefined,
      applicationsSearched: othersSeen || undefined,
    });
  };
  return (
    <>
      <Form onSubmit={() => setAsking(true)}>
        <p>
          <Checkbox
            label={texts.addressProofShown}
            checked={addressProofShown}
            onChange={setAddressProofShown}
          />
        </p>
        {(needsDocument || identityDocumentSeen || wasRefused) && (
          <p>
            <Checkbox
              label={texts.identityDocumentSeen}
              checked={identityDocumentSeen}
              onChange={setIdentityDocumentSeen}
              disabled={!areNumbersShown}
            />{' '}
            {!areNumbersShown && <span className="hint">{texts.numbersFirst}</span>}
          </p>
        )}
        {(otherIds.length > 0 || othersSeen || wasRefused) && (
          <p>
            <Checkbox label={texts.othersSeen} checked={othersSeen} onChange={setOthersSeen} />
          </p>
        )}
        <Button type="submit" kind="primary" busy={busy}>
          {texts.approve}
        </Button>
      </Form>
      {isAsking && <AskOnce onApprove={approve} onClose={() => setAsking(false)} />}
    </>
  );
}

function AskOnce({ onApprove, onClose }: { onApprove(): void; onClose(): void }): ReactNode {
  const texts = useTexts(applicationTexts);
  return (
    <Dialog open title={texts.approveAsk} onClose={onClose}>
      <p>{texts.approveText}</p>
      <div className="actions">
        <Button kind="primary" onClick={onApprove}>
          {texts.approve}
        </Button>
        <Button onClick={onClose}>{texts.notYet}</Button>
      </div>
    </Dialog>
  );
}
