import { Button, Checkbox, Form, Link, Outcome, Section, useMutation, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { ApproveDocument, RejectDocument } from '../operations.generated.ts';
import { RejectForm } from './reject-form.tsx';
import type { ShownApplication } from './shown-application.ts';
import { applicationTexts } from './texts.ts';

/** Approves or rejects one application, and shows the outcome. */
export function DecideOne({
  application: { id, status, problems },
  onDecided,
}: {
  readonly application: ShownApplication;
  readonly onDecided: () => void;
}): ReactNode {
  const texts = useTexts(applicationTexts);
  const approval = useMutation(ApproveDocument, ({ approveApplication }) => approveApplication, onDecided);
  const rejection = useMutation(RejectDocument, ({ rejectApplication }) => rejectApplication, onDecided);
  const busy = approval.busy || rejection.busy;
  const [addressProofShown, setAddressProofShown] = useState(false);
  const [identityDocumentSeen, setIdentityDocumentSeen] = useState(false);
  const wants = (code: string) => problems.some((problem) => problem.code === code);
  const approve = () => {
    const seen = {
      addressProofShown: addressProofShown || undefined,
      identityDocumentSeen: identityDocumentSeen || undefined,
    };
    rejection.reset();
    void approval.run({ input: { applicationId: id, ...seen } });
  };
  if (status !== 'RECEIVED' && approval.state === 'idle' && rejection.state === 'idle') {
    return null;
  }
  return (
    <Section title={texts.decide}>
      {status === 'RECEIVED' && (
        <div className="grid">
          <Form onSubmit={approve}>
            <p>
              <Checkbox
                label={texts.addressProofShown}
                checked={addressProofShown}
                onChange={setAddressProofShown}
              />
            </p>
            {(wants('IDENTITY_DOCUMENT_NEEDED') || identityDocumentSeen || approval.state === 'refused') && (
              <p>
                <Checkbox
                  label={texts.identityDocumentSeen}
                  checked={identityDocumentSeen}
                  onChange={setIdentityDocumentSeen}
                />
              </p>
            )}
            <Button type="submit" kind="primary" busy={busy}>
              {texts.approve}
            </Button>
          </Form>
          <RejectForm
            busy={busy}
            onReject={(reason) => {
              approval.reset();
              void rejection.run({ input: { applicationId: id, reason } });
            }}
          />
        </div>
      )}
      <Outcome of={approval}>
        {({ patron }) => (
          <>
            {texts.approved} {patron !== null && <Link to={`/patrons/${patron.id}`}>{texts.openPatron}</Link>}
          </>
        )}
      </Outcome>
      <Outcome of={rejection}>{() => texts.rejected}</Outcome>
    </Section>
  );
}
