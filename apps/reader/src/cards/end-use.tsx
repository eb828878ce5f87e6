import { Button, Dialog, Outcome, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { DiscontinueDocument } from '../operations.generated.ts';
import { useRequest } from '../requests/requests.ts';
import type { CardActProps } from './report-loss.tsx';
import { cardsTexts } from './texts.ts';

/** Ends the library use of a smart identity card. */
export function EndUse({ card, name, onChange }: CardActProps): ReactNode {
  const texts = useTexts(cardsTexts);
  const [isAsking, setAsking] = useState(false);
  const ending = useRequest(DiscontinueDocument, ({ discontinueSmartId }) => discontinueSmartId);
  const { libraryCardNumber } = card;
  const send = () => {
    setAsking(false);
    void ending.run({ input: { libraryCardNumber } }).then((payload) => payload !== null && onChange());
  };
  const title = texts.endCard(name, libraryCardNumber);
  return (
    <>
      {card.status === 'ACTIVE' && (
        <Button aria-label={title} busy={ending.busy} onClick={() => setAsking(true)}>
          {texts.end}
        </Button>
      )}
      <Outcome of={ending}>{() => texts.ended}</Outcome>
      <Dialog open={isAsking} title={title} onClose={() => setAsking(false)}>
        <p>{texts.endText}</p>
        <div className="actions">
          <Button kind="danger" onClick={send}>
            {texts.end}
          </Button>
          <Button onClick={() => setAsking(false)}>{texts.notNow}</Button>
        </div>
      </Dialog>
    </>
  );
}
