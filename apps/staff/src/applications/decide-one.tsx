import { Link, Outcome, Section, useMutation, useTexts } from '@patron-graph/ui';
import { type ReactNode, useEffect } from 'react';
import { ApproveDocument, RejectDocument } from '../operations.generated.ts';
import { ApproveForm } from './approve-form.tsx';
import { RejectForm } from './reject-form.tsx';
import type { ShownApplication } from './shown-application.ts';
import { applicationTexts } from './texts.ts';

export function DecideOne({
  application,
  areNumbersShown,
  onDecided,
}: {
  readonly application: ShownApplication;
  /** Whether the page already shows the whole identity numbers of the application and the record. */
  readonly areNumbersShown: boolean;
  readonly onDecided: () => void;
}): ReactNode {
  const texts = useTexts(applicationTexts);
  const { id, status } = application;
  const approval = useMutation(ApproveDocument, ({ approveApplication }) => approveApplication, onDecided);
  const rejection = useMutation(RejectDocument, ({ rejectApplication }) => rejectApplication, onDecided);
  // Reads the application again after a refusal. Perhaps somebody else has already decided it. The page then shows that
  // decision above this form.
  const wasRefused = approval.state === 'refused' || rejection.state === 'refused';
  // biome-ignore lint/correctness/useExhaustiveDependencies: reads again once for each refusal.
  useEffect(() => {
    if (wasRefused) {
      onDecided();
    }
  }, [wasRefused]);
  const busy = approval.busy || rejection.busy;
  if (status !== 'RECEIVED' && approval.state === 'idle' && rejection.state === 'idle') {
    return null;
  }
  return (
    <Section title={texts.decide}>
      {status === 'RECEIVED' && (
        <div className="grid">
          <ApproveForm
            application={application}
            busy={busy}
            areNumbersShown={areNumbersShown}
            wasRefused={approval.state === 'refused'}
            onApprove={(seen) => {
              rejection.reset();
              void approval.run({ input: { applicationId: id, ...seen } });
            }}
          />
          <RejectForm
            ids={[id]}
            busy={busy}
            onReject={async (reason) => {
              approval.reset();
              return (await rejection.run({ input: { applicationId: id, reason } })) !== null;
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
      {approval.state === 'refused' && approval.payload?.patron != null && (
        <p>
          <Link to={`/patrons/${approval.payload.patron.id}`}>{texts.openPatron}</Link>
        </p>
      )}
      <Outcome of={rejection}>{() => texts.rejected}</Outcome>
    </Section>
  );
}
