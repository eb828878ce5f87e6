import { ConfirmButton, Outcome, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { DiscontinueDocument } from '../operations.generated.ts';
import { useRequest } from '../requests/requests.ts';
import type { CardActProps } from './report-loss.tsx';
import { cardsTexts } from './texts.ts';

export function EndUse({ card: { libraryCardNumber, status }, name, onChange }: CardActProps): ReactNode {
  const texts = useTexts(cardsTexts);
  const ending = useRequest(DiscontinueDocument, ({ discontinueSmartId }) => discontinueSmartId);
  const send = () =>
    void ending.run({ input: { libraryCardNumber } }).then((payload) => payload !== null && onChange());
  return (
    <>
      {status === 'ACTIVE' && (
        <ConfirmButton
          label={texts.end}
          title={texts.endCard(name, libraryCardNumber)}
          cancel={texts.notNow}
          busy={ending.busy}
          onConfirm={send}
        >
          <p>{texts.endText}</p>
        </ConfirmButton>
      )}
      <Outcome of={ending}>{() => texts.ended}</Outcome>
    </>
  );
}
