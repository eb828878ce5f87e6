import { ConfirmButton, Outcome, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { type ApplicationOfReaderFragment, WithdrawDocument } from '../operations.generated.ts';
import { ApplicationState } from '../progress/application-state.tsx';
import { useRequest } from '../requests/requests.ts';
import { cardsTexts } from './texts.ts';

/** An application of the reader. It can be withdrawn until it is decided. */
export function OwnApplication({
  application,
  onChange,
}: {
  readonly application: ApplicationOfReaderFragment;
  /** Called after the application is withdrawn. */
  onChange(): void;
}): ReactNode {
  const texts = useTexts(cardsTexts);
  const withdrawal = useRequest(WithdrawDocument, ({ withdrawApplication }) => withdrawApplication, onChange);
  return (
    <>
      <ApplicationState application={application} />
      {application.status === 'RECEIVED' && (
        <ConfirmButton
          label={texts.withdraw}
          title={texts.withdrawAsk}
          name={texts.withdrawOne(application.id)}
          cancel={texts.notNow}
          busy={withdrawal.busy}
          onConfirm={() => void withdrawal.run({ input: { applicationId: application.id } })}
        >
          <p>{texts.withdrawText}</p>
        </ConfirmButton>
      )}
      <Outcome of={withdrawal}>{() => texts.withdrawn}</Outcome>
    </>
  );
}
