import { Button, isCardNumber, isItemNumber, Page, useTexts } from '@patron-graph/ui';
import { type ReactNode, useState } from 'react';
import { ScanField } from '../scans/scan-field.tsx';
import { visitTexts } from '../texts/visit.ts';

/** The screen of a station that is not in use. */
export function Welcome({
  onCard,
  onSmartId,
  onReturn,
  onRenew,
}: {
  onCard(number: string): void;
  onSmartId(): void;
  onReturn(): void;
  onRenew(): void;
}): ReactNode {
  const texts = useTexts(visitTexts);
  const [error, setError] = useState<string>();
  const scanned = (number: string) => {
    if (isCardNumber(number)) {
      onCard(number);
    } else {
      setError(isItemNumber(number) ? texts.cardFirst : texts.notACard);
    }
  };
  return (
    <Page title={texts.welcome}>
      <p>{texts.welcomeText}</p>
      <ScanField
        label={texts.cardNumber}
        hint={texts.cardNumberHint}
        error={error}
        action={texts.next}
        isMain
        onScan={scanned}
      />
      <p>{texts.orChoose}</p>
      <div className="tiles">
        <Button className="tile" onClick={onSmartId}>
          <span>{texts.useSmartId}</span> <small>{texts.useSmartIdText}</small>
        </Button>
        <Button className="tile" onClick={onReturn}>
          <span>{texts.returnItems}</span> <small>{texts.returnItemsText}</small>
        </Button>
        <Button className="tile" onClick={onRenew}>
          <span>{texts.renewLoans}</span> <small>{texts.renewLoansText}</small>
        </Button>
      </div>
      <p className="help">{texts.help}</p>
    </Page>
  );
}
