import { Button, Outcome, useMutation, useTexts } from '@patron-graph/ui';
import type { ReactNode } from 'react';
import { RenewalOutcomes } from '../../loans/renewal-outcomes.tsx';
import { DeskRenewAllLoansDocument } from '../../operations.generated.ts';
import { readerTexts } from './reader-texts.ts';

/** Renews all loans of the reader at the desk. Each loan has its own outcome (R24). */
export function RenewAll({
  patronId,
  onDone,
  children,
}: {
  readonly patronId: string;
  onDone(): void;
  /** The heading of the loans. It is shown in the same line as the button. */
  readonly children: ReactNode;
}): ReactNode {
  const texts = useTexts(readerTexts);
  const act = useMutation(DeskRenewAllLoansDocument, ({ renewAllLoans }) => renewAllLoans, onDone);
  return (
    <div className="acts">
      {children}
      <Button
        aria-keyshortcuts="F8"
        busy={act.busy}
        onClick={() => void act.run({ input: { reader: { patronId } } })}
      >
        {texts.renewAll}
      </Button>
      <Outcome of={act}>{({ outcomes }) => <RenewalOutcomes of={outcomes} />}</Outcome>
    </div>
  );
}
